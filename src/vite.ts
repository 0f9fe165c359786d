/** vakt in Vite's build: integrity for what the built pages load, the build's own files included. */
import { resolve } from 'node:path';
import { plain } from './plain.ts';
import { sriFixText } from './report/sri-fix.ts';
import { NOWHERE } from './site-address.ts';
import { type FixSiteOptions, fixFolders } from './sri-fix/library.ts';

/** How the built pages are fixed, as the options of `vakt sri-fix`. */
export interface VaktOptions
  extends Omit<FixSiteOptions, 'root' | 'cwd' | 'check' | 'dryRun' | 'extensions' | 'update'> {
  /** Whether a hash that is wrong or could not be learnt fails the build: true where nothing is said. */
  fail?: boolean;
}

/** The part of Vite's settings that is read. https://vite.dev/guide/api-plugin.html#configresolved */
interface ViteConfig {
  root: string;
  base: string;
  build: { outDir: string; write: boolean; ssr: boolean | string };
  logger: { info(text: string): void; warn(text: string): void };
}

/** The part of a hook's `this` that is read: since Vite 6 one build makes files for several environments. */
interface Context {
  environment?: { config: { consumer?: string } };
}

/** The part of Rollup's output options that is read. */
interface Output {
  dir?: string | undefined;
}

/** A plugin for Vite 5 and later. */
export interface VaktPlugin {
  name: 'vakt';
  apply: 'build';
  enforce: 'post';
  configResolved(config: ViteConfig): void;
  writeBundle(this: Context, output: Output, bundle: Readonly<Record<string, unknown>>): void;
  closeBundle: { order: 'post'; sequential: true; handler(): Promise<void> };
}

/**
 * The plugin, to stand last in `plugins`. When all files of a build are written it fixes the pages among them, like
 * `sri-fix --local`. What runs on the server, and builds that write no page, stay as they are. Refusals are warnings; a hash
 * that is wrong or could not be learnt fails the build.
 */
export function vakt(options: VaktOptions = {}): VaktPlugin {
  const { fail = true, ...fix } = options;
  let config: ViteConfig | undefined;
  const written = new Set<string>();
  return {
    name: 'vakt',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved;
    },
    writeBundle({ dir }, bundle) {
      const server = this.environment?.config.consumer === 'server';
      if (config === undefined || server || config.build.ssr !== false) return;
      if (Object.keys(bundle).some((file) => file.endsWith('.html')))
        written.add(resolve(config.root, dir ?? config.build.outDir));
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const folders = [...written];
        written.clear();
        for (const folder of folders) await fixFolder(folder, config, fix, fail);
      },
    },
  };
}

async function fixFolder(
  folder: string,
  config: ViteConfig | undefined,
  options: FixSiteOptions,
  fail: boolean,
): Promise<void> {
  if (config === undefined) return;
  const { site, bases } = addressesOf(config.base, options.site);
  const all = { local: true, ...options, ...(site === undefined ? {} : { site }) };
  const result = await fixFolders([folder], { ...all, root: folder, cwd: config.root }, bases);
  const text = `vakt: ${plain(sriFixText(result, { dry: false, quiet: true })).trimEnd()}`;
  if (result.exitCode !== 0 && fail) throw new Error(text);
  const told = result.pages.some(
    ({ problems, lines }) =>
      problems.length > 0 || lines.some(({ action }) => action !== 'set' && action !== 'keep'),
  );
  if (told) config.logger.warn(text);
  else config.logger.info(text);
}

// `base` is where the folder is served: a path, a full URL (files on a host of their own), or `./` for anywhere.
function addressesOf(
  base: string,
  site: string | undefined,
): { site?: string | undefined; bases: readonly string[] } {
  if (base === '' || base.startsWith('.')) return { site, bases: [] };
  if (URL.canParse(base)) return { site, bases: [base] };
  return { site: new URL(base, site ?? NOWHERE).href, bases: [] };
}
