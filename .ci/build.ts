/**
 * Builds what is published: dist/ with one chunk set per command, type declarations of the public API, and a
 * third-party notice made from what the bundle really holds.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { ALIAS, COMMITTED } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

// Names that no bundled module uses; some CommonJS code wants the three.
const BANNER = `import { createRequire as vaktCreateRequire } from 'node:module';
import { dirname as vaktDirname } from 'node:path';
import { fileURLToPath as vaktFileURLToPath } from 'node:url';
const require = vaktCreateRequire(import.meta.url);
const vaktFile = vaktFileURLToPath(import.meta.url);
const vaktDirectory = vaktDirname(vaktFile);`;

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
const { metafile } = await build({
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
  banner: { js: BANNER },
  define: { __filename: 'vaktFile', __dirname: 'vaktDirectory' },
  // Compiles native add-ons on install; vakt installs nothing.
  external: ['node-gyp'],
  plugins: [fewChunks],
  alias: ALIAS,
  metafile: true,
  logLevel: 'warning',
});
writeFileSync(`${root}dist/THIRD-PARTY-NOTICES.md`, notice(metafile));
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', '.ci/tsconfig.types.json'], {
  cwd: root,
  stdio: 'inherit',
});

function notice({ inputs }: Metafile): string {
  const folders = new Set<string>();
  for (const file of Object.keys(inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  const sections = new Map<string, string>();
  for (const folder of [...folders].sort()) {
    const { name, version, license, repository } = JSON.parse(
      readFileSync(`${root}${folder}/package.json`, 'utf8'),
    );
    const texts = readdirSync(`${root}${folder}`)
      .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
      .map((file) => readFileSync(`${root}${folder}/${file}`, 'utf8').trim());
    const source = typeof repository === 'string' ? repository : (repository?.url ?? '');
    // Some publish no licence text; the identifier and the source are then what can be told.
    if (texts.length === 0)
      texts.push(`Licensed under ${license}. The package holds no licence text; see ${source}`);
    sections.set(`${name}@${version}`, `## ${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`);
  }
  return `# Third-party notices\n\nvakt's published files hold code of these packages.\n\n${[...sections.values()].join('\n')}`;
}
