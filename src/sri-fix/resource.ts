/** A third-party resource as its own server delivers it to a browser that asks with CORS. */
import type { Http, HttpAnswer } from '../http.ts';
import { isCss, isJavaScript } from '../readers/html/semantics.ts';

/** Most bytes of a script or style. */
const LIMIT = 32 * 1024 * 1024;
/** Between both requests of somebody who wants to be sure. */
const PAUSE_MS = 2000;
/** Answers made for the one who asks mostly look at this: https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5 */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** What an answer must be. */
export type ContentKind = 'script' | 'style' | 'json';

/** A body and whether any site may read it, or only the one that asked. `varies`: two requests got different bodies. */
export type Fetched =
  | { ok: true; body: Buffer; anyOrigin: boolean }
  | { ok: false; reason: string; varies?: true };

/** How to ask. */
export interface Asking {
  http: Http;
  /** What browsers send as Origin from the site's pages. */
  origin: string;
  /** Asks twice, with a pause and as two different programs. */
  paranoid: boolean;
  /** Waits; in milliseconds. */
  wait(ms: number): Promise<void>;
}

/** Fetches a URL as a browser on `origin` would for a tag with integrity; without a kind it may be a script or a
 * style. Fails with a reason for whatever would make the browser refuse, or would be neither: an error page, another
 * type, no CORS, nothing. */
export async function fetchResource(
  asking: Asking,
  url: string,
  kind: ContentKind | undefined,
): Promise<Fetched> {
  const first = await fetchOnce(asking, url, kind, {});
  if (!first.ok || !asking.paranoid) return first;
  await asking.wait(PAUSE_MS);
  const second = await fetchOnce(asking, url, kind, { 'user-agent': BROWSER });
  if (!second.ok) return { ok: false, reason: `asked again: ${second.reason}` };
  if (first.body.equals(second.body)) return first;
  const sizes = `${first.body.length} bytes, then ${second.body.length}`;
  return { ok: false, reason: `two requests got different answers (${sizes})`, varies: true };
}

async function fetchOnce(
  { http, origin }: Asking,
  url: string,
  kind: ContentKind | undefined,
  extra: Readonly<Record<string, string>>,
): Promise<Fetched> {
  const accept = kind === 'style' ? 'text/css,*/*;q=0.1' : '*/*';
  const headers = { accept, origin, ...extra };
  // Browsers send nothing that would tell who asks, and no page may make us do so.
  const answer = await http.send({ url, limit: LIMIT, headers, anonymous: true });
  if (!answer.ok) {
    // Where a redirect leads to one, nobody can have meant that.
    const { host, hostname } = new URL(url);
    const own = answer.reason.includes('private address') && answer.reason.includes(hostname);
    const help = own ? ` (--allow-private ${host}, if it may be asked)` : '';
    return { ok: false, reason: `${answer.host}: ${answer.reason}${help}` };
  }
  const { body, contentType } = answer;
  if (!isRight(contentType, kind)) {
    const type = contentType === '' ? 'no type' : `"${contentType.slice(0, 80)}"`;
    return {
      ok: false,
      reason: `it was sent as ${type}, which is no ${kind === 'json' ? 'JSON' : (kind ?? 'script or style')}`,
    };
  }
  const closed = closedTo(answer, origin);
  if (closed !== undefined) {
    const reason = `its server allows no other site to read it (access-control-allow-origin: ${closed.slice(0, 80) || 'none'}), so integrity would block it`;
    return { ok: false, reason };
  }
  if (body.length === 0) return { ok: false, reason: 'it is empty' };
  const all = [...(answer.hops ?? []), answer];
  return { ok: true, body, anyOrigin: all.every(({ allowOrigin }) => allowOrigin === '*') };
}

/** https://mimesniff.spec.whatwg.org/#json-mime-type */
const JSON_TYPE = /^\s*(?:(?:application|text)\/json|[\w.+-]+\/[\w.+-]+\+json)\s*(?:;|$)/i;

function isRight(contentType: string, kind: ContentKind | undefined): boolean {
  if (contentType === '') return false;
  if (kind === 'json') return JSON_TYPE.test(contentType);
  if (kind !== 'style' && isJavaScript(contentType)) return true;
  return kind !== 'script' && isCss(contentType);
}

// The header that keeps the site out. Redirects are checked like the answer, and from the first one to a third server on
// browsers name no origin: https://fetch.spec.whatwg.org/#http-redirect-fetch
function closedTo({ allowOrigin = '', hops = [] }: HttpAnswer, origin: string): string | undefined {
  let asker = origin;
  const open = (value: string) => value === '*' || value === asker;
  for (const { from, to, allowOrigin: value } of hops) {
    if (!open(value)) return value;
    if (from.origin !== to.origin) asker = 'null';
  }
  return open(allowOrigin) ? undefined : allowOrigin;
}
