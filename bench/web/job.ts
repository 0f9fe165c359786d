/** A scan of a generated site of 2,000 pages and its repair: beside cheerio's parse of the same pages, and the floor. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contender, Job } from '../run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = 2000;

/** `VAKT_BENCH_SCRIPTS=distinct`: no two pages have an inline script in common. */
export async function webJob(cache: string): Promise<Job> {
  const [site, copy, mirror] = ['site', 'site-fixed', 'mirror'].map((name) => join(cache, name));
  if (site === undefined || copy === undefined || mirror === undefined) throw new Error('no folder');
  const mode = process.env.VAKT_BENCH_SCRIPTS ?? 'shared';
  rmSync(site, { recursive: true, force: true });
  const generate = ['--import', 'tsx', join(root, 'bench/web/generate.ts'), site, String(PAGES), mode];
  execFileSync(process.execPath, generate, { cwd: root, stdio: 'inherit' });
  const urls = bodies(site, mirror);
  const bin = (name: string, ...args: string[]): Pick<Contender, 'command' | 'args' | 'ok'> => ({
    command: process.execPath,
    args: [join(root, `dist/bin/${name}.js`), ...args],
    ok: [0, 1, 3],
  });
  const read = `for(const f of fs.readdirSync(${JSON.stringify(site)}))fs.readFileSync(${JSON.stringify(`${site}/`)}+f)`;
  return {
    name: `${PAGES} pages of 50 kB, inline scripts ${mode}, ${urls} third-party URLs`,
    runs: 3,
    contenders: [
      { name: 'vakt scan --only web', ...bin('vakt', 'scan', site, '--only', 'web', '--offline') },
      {
        name: 'sri-fix, bodies from a mirror folder',
        ...bin('sri-fix', copy, '--offline', '--mirror', mirror),
        before: () => {
          rmSync(copy, { recursive: true, force: true });
          cpSync(site, copy, { recursive: true });
        },
      },
      {
        name: 'cheerio, parse and select',
        command: process.execPath,
        args: [join(root, 'bench/web/cheerio.mjs'), site],
        ok: [0],
      },
      { name: 'floor: node, read', command: process.execPath, args: ['-e', read], ok: [0] },
    ],
  };
}

// A body for each URL of the site's tags.
function bodies(site: string, mirror: string): number {
  const urls = new Set<string>();
  for (const file of readdirSync(site)) {
    const page = readFileSync(join(site, file), 'utf8');
    for (const [, url = ''] of page.matchAll(/(?:src|href)="https:\/\/([^"]+)"/g)) urls.add(url);
  }
  for (const url of urls) {
    const path = join(mirror, url);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `/* ${url} */`.repeat(2000));
  }
  return urls.size;
}
