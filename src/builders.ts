/** Pages that a builder makes others of: what is to be covered is what it writes. */
import { basename, dirname, join } from 'node:path';
import type { Io } from './io.ts';

/** A page's builder, by its configuration file. */
interface Builder {
  name: 'Vite' | 'webpack' | 'Next.js' | 'Astro';
  config: string;
}

const CONFIG = /^(vite|webpack|next|astro)\.config\.[cm]?[jt]s$/;
const NAMES = { vite: 'Vite', webpack: 'webpack', next: 'Next.js', astro: 'Astro' } as const;

const INSTEAD: Record<Builder['name'], string> = {
  Vite: "run on its output, or add there: import { vakt } from 'vakt/vite' and, last in plugins, vakt()",
  webpack: 'run on its output: webpack && sri-fix dist',
  'Next.js': "run on its output (with output: 'export'): next build && sri-fix out",
  Astro: 'run on its output: astro build && sri-fix dist',
};

/** The builder that an index.html (a path) lies beside; for webpack also one folder below, in src or public. */
export function builderOf(io: Pick<Io, 'list'>, page: string): Builder | undefined {
  if (basename(page) !== 'index.html') return undefined;
  const folder = dirname(page);
  const beside = configIn(io, folder);
  if (beside !== undefined || !/^(?:src|public)$/.test(basename(folder))) return beside;
  const above = configIn(io, dirname(folder));
  return above?.name === 'webpack' ? above : undefined;
}

/** What to say of a page (named for people) that its builder makes another of. */
export function unbuilt(page: string, { name, config }: Builder): string {
  return `${page} is the source of a build (${config}): ${INSTEAD[name]}`;
}

/** What to say of pages, each a path for people below `root`. */
export function unbuiltAmong(io: Pick<Io, 'list'>, root: string, pages: readonly string[]): string[] {
  return pages.flatMap((page) => {
    const builder = builderOf(io, join(root, page));
    return builder === undefined ? [] : [unbuilt(page, builder)];
  });
}

function configIn(io: Pick<Io, 'list'>, folder: string): Builder | undefined {
  try {
    for (const { name, kind } of io.list(folder)) {
      const tool = kind === 'file' ? CONFIG.exec(name)?.[1] : undefined;
      if (tool !== undefined) return { name: NAMES[tool as keyof typeof NAMES], config: name };
    }
  } catch {
    // A folder that cannot be listed, though its page can be read.
  }
  return undefined;
}
