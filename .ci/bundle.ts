/**
 * `npm run bundle`: the programs that are committed, since they run from a clone with nothing installed: dist/hook.cjs,
 * which ends by itself where nothing is to be judged; dist/hook-judge.cjs, which it loads otherwise and which has no
 * code for the network; dist/hook-fix.cjs, which has, for --fix; dist/action.cjs, the GitHub Action. The same sources give the same bytes; .ci/run proves that what is committed is current.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { LIGHTER, light, replacements, SHORTENED, withoutUnused } from './light.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages that few commits need, each a program part of its own: reading code takes longer than a small job. */
const PARTS: Readonly<Record<string, string>> = {
  '@sveltejs/acorn-typescript': 'hook-acorn-typescript.cjs',
  acorn: 'hook-acorn.cjs',
  cheerio: 'hook-cheerio.cjs',
  'module-replacements': 'hook-replacements.cjs',
  'npm-high-impact': 'hook-names.cjs',
  '@npmcli/config': 'hook-npmrc.cjs',
  '@npmcli/config/lib/definitions/index.js': 'hook-npmrc-definitions.cjs',
  yaml: 'hook-yaml.cjs',
};

/** What of a package is wanted, where not all. */
const ONLY: Readonly<Record<string, string>> = {
  cheerio: "export { load } from 'cheerio'",
  'module-replacements': "export { all } from 'module-replacements'",
  'npm-high-impact': "export { npmHighImpact } from 'npm-high-impact'",
};

/** What of dist/ is in git. */
export const COMMITTED: readonly string[] = [
  'hook.cjs',
  'hook-judge.cjs',
  'hook-fix.cjs',
  'action.cjs',
  ...Object.values(PARTS),
];

export const ALIAS = {
  // Without its fetching, decoding and streaming: only parsing is used, and the rest is a megabyte.
  cheerio: './node_modules/cheerio/dist/esm/load-parse.js',
  // Without its XML, which would look for a package of the user's to print with.
  '@cyclonedx/cyclonedx-library/Serialize':
    './node_modules/@cyclonedx/cyclonedx-library/dist.node/serialize/index.common.js',
};

/** One CommonJS file: it starts faster than modules do, and pre-commit runs it as a script. */
export const ONE_FILE: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  legalComments: 'none',
  alias: ALIAS,
  banner: { js: 'const vaktUrl=require("node:url").pathToFileURL(__filename).href;' },
  define: { 'import.meta.url': 'vaktUrl' },
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
};

// The two packages that are data: as JavaScript literals, with all that nobody asks for, they are twice the size.
export const compactData: Plugin = {
  name: 'compact-data',
  setup({ onLoad }) {
    onLoad({ filter: /npm-high-impact[\\/]index\.js$/ }, async () => {
      const { npmHighImpact } = await import('npm-high-impact');
      return {
        contents: `export const npmHighImpact = ${JSON.stringify(npmHighImpact.join(' '))}.split(' ');`,
      };
    });
    onLoad({ filter: /module-replacements[\\/]dist[\\/]main\.js$/ }, async () => {
      // Read as JSON it takes a third of the time that it takes as code.
      const text = JSON.stringify(await replacements());
      return { contents: `export const all = JSON.parse(${JSON.stringify(text)});` };
    });
  },
};

// It would read configuration files by it, which nobody names: a millisecond of each start.
export const withoutRequire: Plugin = {
  name: 'without-require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:module$/ }, ({ importer }) =>
      /node_modules[\\/]yargs-parser[\\/]/.test(importer)
        ? { path: 'node:module', namespace: 'none' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'none' }, () => ({
      contents: 'export const createRequire = undefined;',
    }));
  },
};

/** Leaves modules out that the program has no way to. */
export function without(...files: RegExp[]): Plugin {
  return {
    name: 'without',
    setup({ onResolve }) {
      for (const filter of files) onResolve({ filter }, () => ({ path: './absent.cjs', external: true }));
    },
  };
}

/** Loads another committed program where a module is asked for. */
function apart(filter: RegExp, program: string): Plugin {
  return {
    name: `apart ${program}`,
    setup({ onResolve }) {
      onResolve({ filter }, () => ({ path: `./${program}`, external: true }));
    },
  };
}

/** Leaves the parts to files of their own. */
const inParts: Plugin = {
  name: 'in parts',
  setup({ onResolve }) {
    onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
      const part = kind === 'entry-point' || !Object.hasOwn(PARTS, path) ? undefined : PARTS[path];
      return part === undefined ? undefined : { path: `./${part}`, external: true };
    });
  },
};

// npm's configuration library names its registry, in texts alone. A committed file spells that with an escape: tools that
// point files at a mirror replace a registry's host wherever they see it, and the programs would no longer be current.
function withoutHosts(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\bregistry\.(?=npmjs\.)/g, 'registry\\x2e'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, file] of Object.entries(PARTS)) {
    const only = ONLY[name];
    const from =
      only === undefined ? { entryPoints: [name] } : { stdin: { contents: only, resolveDir: root } };
    // Parts of parts are the same ones.
    const plugins = only === undefined ? [inParts, compactData] : [compactData];
    await build({ ...ONE_FILE, ...from, plugins, outfile: `dist/${file}` });
  }
  await build({
    ...ONE_FILE,
    entryPoints: ['src/bin/hook.ts'],
    outfile: 'dist/hook.cjs',
    plugins: [apart(/hook-program\.ts$/, 'hook-judge.cjs')],
  });
  await build({
    ...ONE_FILE,
    entryPoints: ['src/cli/hook-program.ts'],
    outfile: 'dist/hook-judge.cjs',
    // A tree without a lock file is no hook's matter, nor is the network.
    plugins: [
      inParts,
      withoutRequire,
      apart(/cli\/sri-fix\.ts$|^\.\/sri-fix\.ts$/, 'hook-fix.cjs'),
      without(/arborist\.ts$/, /\/(?:http|bulk|registry|cache)\.ts$/),
    ],
  });
  await build({
    ...ONE_FILE,
    entryPoints: ['src/cli/sri-fix.ts'],
    outfile: 'dist/hook-fix.cjs',
    // sri-fix has nothing to ask GitHub.
    plugins: [inParts, without(/arborist\.ts$/, /\/github\.ts$/)],
  });
  await build({
    ...ONE_FILE,
    charset: 'utf8',
    alias: { ...ALIAS, ...LIGHTER },
    mangleProps: SHORTENED,
    entryPoints: ['src/bin/action.ts'],
    outfile: 'dist/action.cjs',
    plugins: [withoutUnused, light],
  });
  for (const file of COMMITTED) withoutHosts(`${root}dist/${file}`);
  chmodSync(`${root}dist/hook.cjs`, 0o755);
}
