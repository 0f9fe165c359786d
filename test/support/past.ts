/** A registry as it was before some versions were published: what the configured one says, without those. */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inRange } from '../../src/semver.ts';

export interface PastRegistry {
  url: string;
  /** Where the tarballs really are: what a lock file has to say. */
  real: string;
  close(): void;
}

interface Packument {
  versions: Record<string, unknown>;
  'dist-tags': { latest?: string };
}

/** Serves it on loopback; `later` holds ranges of versions by name. */
export async function pastRegistry(later: Readonly<Record<string, string>>): Promise<PastRegistry> {
  const real = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' })
    .trim()
    .replace(/\/$/, '');
  const known = new Map<string, Promise<string | undefined>>();
  const server = createServer(async ({ url = '/' }, response) => {
    const name = decodeURIComponent(url.slice(1));
    if (name.includes('/-/')) {
      response.writeHead(302, { location: `${real}/${name}` }).end();
      return;
    }
    const asked = known.get(name) ?? packument(real, name, later);
    known.set(name, asked);
    const text = await asked.catch(() => undefined);
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(text ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, real, close: () => void server.close() };
}

async function packument(
  real: string,
  name: string,
  later: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const answer = await fetch(`${real}/${name.replace('/', '%2f')}`);
  if (!answer.ok) return undefined;
  const json = (await answer.json()) as Packument;
  const dropped = later[name];
  if (dropped !== undefined) {
    for (const version of Object.keys(json.versions)) {
      if (inRange(version, dropped)) delete json.versions[version];
    }
    const plain = Object.keys(json.versions).filter((version) => !version.includes('-'));
    const highest = plain.reduce((best, one) => (inRange(one, `>${best}`) ? one : best));
    json['dist-tags'] = { latest: highest };
  }
  return JSON.stringify(json);
}
