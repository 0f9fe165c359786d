/** Pages in memory, and what the rules find in them. */
import { createHash } from 'node:crypto';
import { type Io, realIo } from '../src/io.ts';
import { verdictRules } from '../src/rules/web-index.ts';
import { readSite, type SiteOptions } from '../src/site.ts';

export const CDN = 'https://cdn.jsdelivr.net/npm/x@1.0.0/';
export const HASH = `sha384-${createHash('sha384').update('x').digest('base64')}`;

export function ioWith(files: Record<string, string | Buffer>): Io {
  return {
    ...realIo(),
    kind: (file) => (files[file] === undefined ? undefined : 'file'),
    readFile(file) {
      const body = files[file];
      if (body === undefined) throw new Error('does not exist');
      return Buffer.from(body);
    },
  };
}

export async function read(
  page: string | Buffer,
  options: SiteOptions = {},
  files: Record<string, string> = {},
) {
  return readSite(ioWith({ ...files, 'a/page.html': page }), ['a/page.html'], {
    site: 'https://site.test',
    ...options,
  });
}

/** The findings of a page: `rule name-of-the-file`, in the order of the page. */
export async function found(
  page: string | Buffer,
  options?: SiteOptions,
  files?: Record<string, string>,
): Promise<string[]> {
  const { loads } = await read(page, options, files);
  const all: [number, string][] = [];
  for (const rule of verdictRules) {
    for (const { places, url = '' } of rule.check({ loads })) {
      for (const { offset } of places()) all.push([offset, `${rule.id} ${url.replace(CDN, '')}`]);
    }
  }
  return all.sort((a, b) => a[0] - b[0]).map(([, line]) => line);
}

export const script = (attributes: string) => `<script ${attributes}></script>`;
export const missing = (...files: string[]) => files.map((file) => `missing-sri ${file}`);
