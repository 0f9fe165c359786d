/** A third-party resource as its own server delivers it to a browser that asks with CORS. */
import type { Http } from '../http.ts';
import { isCss, isJavaScript } from '../readers/html/semantics.ts';

/** Most bytes of a script or style. */
const LIMIT = 32 * 1024 * 1024;

/** A body and whether any site may read it, or only the one that asked. */
export type Fetched = { ok: true; body: Buffer; anyOrigin: boolean } | { ok: false; reason: string };

/** Fetches a URL as a browser on `origin` would for a tag with integrity. Fails with a reason for whatever would make the
 * browser refuse, or would be no script or style: an error page, another type, no CORS, nothing. */
export async function fetchResource(
  http: Http,
  url: string,
  destination: 'script' | 'style',
  origin: string,
): Promise<Fetched> {
  const accept = destination === 'style' ? 'text/css,*/*;q=0.1' : '*/*';
  const answer = await http.send({ url, limit: LIMIT, headers: { accept, origin } });
  if (!answer.ok) return { ok: false, reason: `${answer.host}: ${answer.reason}` };
  const { body, contentType, allowOrigin = '' } = answer;
  const right = destination === 'style' ? isCss(contentType) : isJavaScript(contentType);
  if (!right || contentType === '') {
    const type = contentType === '' ? 'no type' : `"${contentType.slice(0, 80)}"`;
    return { ok: false, reason: `it was sent as ${type}, which is no ${destination}` };
  }
  if (allowOrigin !== '*' && allowOrigin !== origin) {
    const reason = `its server allows no other site to read it (access-control-allow-origin: ${allowOrigin.slice(0, 80) || 'none'}), so integrity would block it`;
    return { ok: false, reason };
  }
  if (body.length === 0) return { ok: false, reason: 'it is empty' };
  return { ok: true, body, anyOrigin: allowOrigin === '*' };
}
