/**
 * Builds what is published: dist/ with one chunk set per command, type declarations of the public API, and a
 * third-party notice made from what the bundle really holds.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';
import { ALIAS, COMMITTED, compactData, withoutRequire } from './bundle.ts';
import { withoutUnused } from './light.ts';
import { notice } from './notice.ts';
import { onlyNamed } from './types.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const ADDRESS = "const vaktAddress = require('node:url').pathToFileURL(__filename).href;";

/** Loaded before anything else is. */
const ALONE = new Set(['idle.ts', 'main.ts', 'io.ts']);
/** Commands that use none of a scan's code. */
const LIGHT = new Set(['help.ts']);

// esbuild makes a file of each set of modules that the same entry points share: two dozen small ones for a scan, and
// each takes Node half a millisecond to find. Where all later entry points begin with what a scan loads, that is one.
const fewChunks: Plugin = {
  name: 'few-chunks',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, resolveDir }) =>
      kind === 'dynamic-import' && !ALONE.has(basename(path))
        ? { path: resolve(resolveDir, path), namespace: 'later' }
        : undefined,
    );
    onResolve({ filter: /src\/(?:index|vite)\.ts$/ }, ({ kind, path }) =>
      kind === 'entry-point' ? { path: resolve(root, path), namespace: 'later' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'later' }, ({ path }) => {
      const first = LIGHT.has(basename(path)) ? ['main.ts'] : ['main.ts', 'scan.ts'];
      const imports = first.map((name) => `import ${JSON.stringify(`${root}src/cli/${name}`)};`);
      return { contents: `${imports.join('')}export * from ${JSON.stringify(path)};`, resolveDir: root };
    });
  },
};

for (const name of readdirSync(`${root}dist`)) {
  if (!COMMITTED.includes(name)) rmSync(`${root}dist/${name}`, { recursive: true, force: true });
}
const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: {
    'bin/vakt': 'src/bin/vakt.ts',
    'bin/sri-fix': 'src/bin/sri-fix.ts',
    index: 'src/index.ts',
    vite: 'src/vite.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  write: false,
  // Compiles native add-ons on install; vakt installs nothing.
  external: ['node-gyp'],
  plugins: [fewChunks, withoutUnused, withoutRequire, compactData],
  alias: ALIAS,
  metafile: true,
  logLevel: 'warning',
});
// esbuild splits only ECMAScript modules, and Node starts 15 ms later with a dozen of those than with CommonJS files.
for (const { path, text } of outputFiles) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    supported: { 'dynamic-import': false },
    ...(text.includes('import.meta.url') && {
      banner: ADDRESS,
      define: { 'import.meta.url': 'vaktAddress' },
    }),
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: isForeign(path) && !text.includes('constructor.name'),
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withoutCopy(code), { mode: path.includes('/bin/') ? 0o755 : 0o644 });
}
writeFileSync(`${root}dist/package.json`, '{"type":"commonjs"}\n');
writeFileSync(`${root}dist/THIRD-PARTY-NOTICES.md`, notice(root, Object.keys(metafile.inputs)));
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', '.ci/tsconfig.types.json'], {
  cwd: root,
  stdio: 'inherit',
});
onlyNamed(`${root}dist/types`, ['index.d.ts', 'vite.d.ts']);

// esbuild exports a copy whose getters ask the first object by name: a call from one chunk into another takes six
// times as long, and a page has thousands of them.
function withoutCopy(code: string): string {
  return code.replace(
    /module\.exports=[\w$]+\(([\w$]+)\);/,
    'module.exports=Object.defineProperty($1,"__esModule",{value:true});',
  );
}

// Our own names are kept: they are what a stack trace tells.
function isForeign(path: string): boolean {
  const { inputs = {}, bytes = 0 } = metafile.outputs[relative(root, path)] ?? {};
  const foreign = Object.keys(inputs).filter((file) => file.includes('node_modules/'));
  return foreign.reduce((sum, file) => sum + (inputs[file]?.bytesInOutput ?? 0), 0) > bytes / 2;
}
