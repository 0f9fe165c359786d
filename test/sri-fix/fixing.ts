/** sri-fix in memory, with a mirror folder as the only source of hashes. */
import { createHash } from 'node:crypto';
import { mirrorPath } from '../../src/mirror.ts';
import { type SriFixLine, type SriFixRequest, type SriFixResult, sriFix } from '../../src/sri-fix/run.ts';
import { type World, world } from '../world.ts';

export const CDN = 'https://cdn.jsdelivr.net/npm/x@1.0.0/';

/** `sha384-…` of a body; of the one that every URL delivers unless told otherwise. */
export function hashOf(body: string, algorithm = 'sha384'): string {
  return `${algorithm}-${createHash(algorithm).update(body).digest('base64')}`;
}

/** What the mirror holds for a file of CDN. */
export const bodyOf = (file: string) => `/* ${file} */`;

export const request = (over: Partial<SriFixRequest> = {}): SriFixRequest => ({
  paths: ['page.html'],
  site: 'https://site.test',
  mirror: 'mirror',
  update: false,
  check: false,
  dryRun: false,
  lock: false,
  algorithm: 'sha384',
  extensions: [],
  local: false,
  selection: { include: [], exclude: [] },
  network: undefined,
  progress() {},
  ...over,
});

/** Files of CDN (or absolute URLs) with their bodies, where the mirror has them. */
function mirrored(bodies: Record<string, string>): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [file, body] of Object.entries(bodies)) {
    const url = file.startsWith('https:') ? file : `${CDN}${file}`;
    files[`mirror/${mirrorPath(url)}`] = body;
  }
  return files;
}

const COMMON = ['a.js', 'b.js', 'c.js', 'm.js', 'a.css'];

/** A page in a world whose mirror holds a.js, b.js, c.js, m.js and a.css of CDN, and `bodies`. */
function given(page: string | Buffer, bodies: Record<string, string> = {}): World {
  const common = Object.fromEntries(COMMON.map((file) => [file, bodyOf(file)]));
  return world({ 'page.html': page, ...mirrored({ ...common, ...bodies }) });
}

export interface Done {
  html: string;
  bytes: Buffer;
  lines: SriFixLine[];
  result: SriFixResult;
  io: World;
}

/** Fixes one page; `html` is the page afterwards. */
export async function fix(
  page: string | Buffer,
  over: Partial<SriFixRequest> = {},
  bodies: Record<string, string> = {},
): Promise<Done> {
  const io = given(page, bodies);
  const result = await sriFix(io, request(over));
  const bytes = io.readFile('/project/page.html');
  return { html: bytes.toString(), bytes, lines: result.pages[0]?.lines ?? [], result, io };
}

/** ` integrity="…"` of a file of CDN as sri-fix writes it. */
export const sri = (file: string) => ` integrity="${hashOf(bodyOf(file))}"`;
export const CORS = ' crossorigin="anonymous"';
