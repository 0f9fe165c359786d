/** Advice tells a name to the registries that a lock file takes it from, and to nobody else. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asker, isClosed } from '../../src/fix/published.ts';
import { createHttp } from '../../src/http.ts';
import { realIo } from '../../src/io.ts';
import type { Tree } from '../../src/model.ts';
import { readNpmrc } from '../../src/npmrc.ts';
import type { Online } from '../../src/online.ts';
import { createRegistry } from '../../src/sources/registry.ts';
import { node, tree } from '../builders.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { type Loopback, loopback } from '../loopback.ts';

const NOTHING = { privateHosts: new Set<string>(), internal: [] };

/** Three registries: the usual one, that of the folder `inner`, and the one that pnpm knows as `work`. */
async function withRegistries(
  body: (
    online: Pick<Online, 'settings' | 'registry'>,
    servers: Record<'usual' | 'inner' | 'work', Loopback>,
  ) => Promise<void>,
): Promise<void> {
  const serve = (versions: string[]) =>
    loopback((request, response) => {
      const name = decodeURIComponent((request.url ?? '').slice(1));
      const listed = Object.fromEntries(versions.map((version) => [version, { dist: {} }]));
      response.end(JSON.stringify({ name, 'dist-tags': { latest: versions.at(-1) }, versions: listed }));
    });
  await inTemporaryFolder(async (folder) => {
    const [usual, inner, work] = await Promise.all([
      serve(['1.0.0', '2.0.0']),
      serve(['1.0.0', '3.0.0']),
      serve(['1.0.0', '2.0.0', '4.0.0']),
    ]);
    const files = {
      'package.json': '{}',
      '.npmrc': `registry=${usual.origin}/\n`,
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': `namedRegistries:\n  work: ${work.origin}/\n`,
      'inner/package.json': '{}',
      'inner/.npmrc': `registry=${inner.origin}/\n`,
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const env = { HOME: join(folder, 'home'), npm_config_globalconfig: join(folder, 'global') };
    const lockFiles = ['pnpm-lock.yaml', 'inner/package-lock.json'];
    const settings = await readNpmrc({ ...realIo(), env }, folder, lockFiles);
    const http = createHttp({ network: settings.network() });
    try {
      await body({ settings, registry: createRegistry(http, settings) }, { usual, inner, work });
    } finally {
      await http.close();
      await Promise.all([usual.close(), inner.close(), work.close()]);
    }
  });
}

function treeOf(file: string, ...nodes: Tree['nodes']): Tree {
  const made = tree({ file });
  made.nodes.push(...nodes);
  return made;
}

suite('whom advice asks', (test) => {
  test('the registry of the folder, of the name, and of what a step would bring in', () =>
    withRegistries(async (online, { usual, inner, work }) => {
      const named = node('foo@1.0.0', { resolved: `${work.origin}/foo/-/foo-1.0.0.tgz` });
      const outer = treeOf('pnpm-lock.yaml', node('a@1.0.0'), named);
      const below = treeOf('inner/package-lock.json', node('secret@1.0.0'), node('a@1.0.0'));
      const ask = asker(online, NOTHING, false);
      assert.equal([...((await ask('a', outer))?.versions.keys() ?? [])], ['1.0.0', '2.0.0']);
      assert.is((await ask('foo', outer))?.latest, '4.0.0');
      assert.is((await ask('secret', below))?.latest, '3.0.0');
      assert.is((await ask('a', below))?.latest, '3.0.0');
      assert.is((await ask('newcomer', below))?.latest, '3.0.0');
      assert.equal(usual.requests, ['GET /a']);
      assert.equal(inner.requests, ['GET /secret', 'GET /a', 'GET /newcomer']);
      assert.equal(work.requests, ['GET /foo']);
    }));

  test('of two registries what both have', () =>
    withRegistries(async (online, { work }) => {
      const other = node('a@1.0.0', {
        key: 'a@work:1.0.0',
        integrity: 'sha512-b',
        resolved: `${work.origin}/a/-/a-1.0.0.tgz`,
      });
      const found = await asker(
        online,
        NOTHING,
        false,
      )('a', treeOf('pnpm-lock.yaml', node('a@1.0.0'), other));
      assert.equal([...(found?.versions.keys() ?? [])], ['1.0.0', '2.0.0']);
      assert.is(found?.latest, undefined);
    }));

  test('nobody about workspaces, internal names and packages of strangers', () =>
    withRegistries(async (online, { usual, inner, work }) => {
      const stranger = node('b@1.0.0', { resolved: 'https://other.example.test/b/-/b-1.0.0.tgz' });
      const unknown = node('c@1.0.0', { resolved: 'nowhere:c@1.0.0' });
      const member = node('d@1.0.0', { source: 'workspace', importer: true });
      const mixed = treeOf('pnpm-lock.yaml', stranger, unknown, member, node('@acme/e@1.0.0'));
      const ask = asker(online, { ...NOTHING, internal: ['@acme'] }, false);
      for (const name of ['b', 'c', 'd', '@acme/e', '@acme/new'])
        assert.is(await ask(name, mixed), undefined, name);
      for (const { requests } of [usual, inner, work]) assert.equal(requests, []);
      assert.is(isClosed(mixed, online.settings, NOTHING), true);
      assert.is(isClosed(treeOf('pnpm-lock.yaml', node('a@1.0.0')), online.settings, NOTHING), false);
    }));
});
