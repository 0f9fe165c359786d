/** What `vakt why` and `vakt sbom` say of real projects, held against the trees that they were made of. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import parse from 'spdx-expression-parse';
import { main } from '../../src/cli/main.ts';
import { toPackages } from '../../src/inventory.ts';
import { type Io, realIo } from '../../src/io.ts';
import type { Tree, TreeNode } from '../../src/model.ts';
import { readAll } from '../../src/read.ts';
import { assert, suite, testWith } from '../helpers.ts';

const corpus = process.env.VAKT_CORPUS;
const missing = corpus === undefined ? 'VAKT_CORPUS' : undefined;
const folder = join(corpus ?? '', 'projects');

/** Runs in each project; `said` gives what a command prints, and fails where it does. */
async function inEach(
  body: (name: string, io: Io, said: (...words: string[]) => Promise<string>) => Promise<void>,
): Promise<void> {
  let count = 0;
  for (const name of readdirSync(folder)) {
    if (!existsSync(join(folder, name, 'package.json'))) continue;
    let out = '';
    const io: Io = {
      ...realIo(),
      cwd: join(folder, name),
      env: { HOME: '/nonexistent' },
      columns: undefined,
      out: (text) => {
        out += text;
      },
      err: () => {},
    };
    await body(name, io, async (...words) => {
      out = '';
      assert.is(await main([...words, '--offline'], io), 0, `${name}: vakt ${words.join(' ')}`);
      return out;
    });
    count++;
  }
  assert.ok(count >= 17, `${count} projects`);
}

const labelOf = ({ name, version }: TreeNode) => {
  const shown = name === '' ? 'this project' : name;
  return version === '' ? shown : `${shown}@${version}`;
};

/** Whether the tree has nodes of these labels that ask for each other in turn, the first of them an importer. */
function isWay(tree: Tree, labels: readonly string[]): boolean {
  const [first, ...rest] = labels;
  const all = [tree.root, ...tree.nodes];
  let heads = new Set(all.filter((node) => node.importer && labelOf(node) === first));
  for (const label of rest)
    heads = new Set(
      [...heads].flatMap(({ edges }) =>
        edges.flatMap(({ to }) => (to !== undefined && labelOf(to) === label ? [to] : [])),
      ),
    );
  return heads.size > 0;
}

suite('real projects', (test) => {
  testWith(missing, test, 'every way that why prints is in the lock file', () =>
    inEach(async (project, io, said) => {
      const { trees } = await readAll(io, { paths: [], offline: true, progress: () => {} });
      const packages = trees.flatMap(toPackages).filter(({ importer, name }) => !importer && name !== '');
      const step = Math.ceil(packages.length / 6);
      let ways = 0;
      for (let at = 0; at < packages.length; at += step) {
        const { name = '', version = '' } = packages[at] ?? {};
        const text = await said('why', version === '' ? name : `${name}@${version}`);
        for (const line of text.split('\n').filter((one) => one.includes(' > '))) {
          const labels = line
            .trim()
            .split(' > ')
            .map((label) => label.replace(/ \(.*\)$/, ''));
          assert.ok(
            trees.some((tree) => isWay(tree, labels)),
            `${project}: ${line}`,
          );
          ways++;
        }
      }
      assert.ok(ways >= 5, `${project}: ${ways} ways`);
    }),
  );

  testWith(
    missing,
    test,
    'ids of SBOMs are unique, what refers to them finds them, licences can be read',
    () =>
      inEach(async (project, _, said) => {
        const cdx = JSON.parse(await said('sbom', '--format', 'cyclonedx'));
        const refs: string[] = [cdx.metadata.component, ...cdx.components].map((one) => one['bom-ref']);
        const known = new Set(refs);
        assert.is(known.size, refs.length, project);
        for (const { ref, dependsOn = [] } of cdx.dependencies)
          for (const to of [ref, ...dependsOn]) assert.ok(known.has(to), `${project}: ${to}`);
        const spdx = JSON.parse(await said('sbom', '--format', 'spdx'));
        const ids: string[] = spdx.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID);
        const all = new Set(['SPDXRef-DOCUMENT', ...ids]);
        assert.is(all.size, ids.length + 1, project);
        for (const { spdxElementId, relatedSpdxElement } of spdx.relationships)
          for (const to of [spdxElementId, relatedSpdxElement]) assert.ok(all.has(to), `${project}: ${to}`);
        for (const { licenseDeclared } of spdx.packages)
          if (!/^NO(?:NE|ASSERTION)$|LicenseRef-/.test(licenseDeclared)) parse(licenseDeclared);
      }),
  );
});
