/** Every source against every way in which a service can fail: an end, a reason, nothing taken for an answer. */
import { UserError } from '../../src/errors.ts';
import { createHttp, type Http } from '../../src/http.ts';
import type { NpmSettings } from '../../src/npmrc.ts';
import { policyPackages } from '../../src/policy/package.ts';
import { repositoryOf } from '../../src/repository.ts';
import { adviseByRegistry } from '../../src/sources/advisories/bulk.ts';
import { fetchDatabase } from '../../src/sources/advisories/fetch.ts';
import { adviseByGitHub } from '../../src/sources/advisories/github.ts';
import { askHistories } from '../../src/sources/ask-histories.ts';
import { askRepositories } from '../../src/sources/github/repositories.ts';
import { githubSettings } from '../../src/sources/github/settings.ts';
import { createGitHub } from '../../src/sources/github.ts';
import { createRegistry } from '../../src/sources/registry.ts';
import { registryKeys } from '../../src/sources/signatures.ts';
import { pkg } from '../builders.ts';
import { type FaultServer, faultServer, REASONS } from '../faults.ts';
import { assert, failure, inTemporaryFolder, suite } from '../helpers.ts';
import { IMPATIENT, network } from '../network.ts';
import { settingsIn } from '../settings.ts';
import { world } from '../world.ts';

interface Context {
  http: Http;
  settings: NpmSettings;
  server: FaultServer;
}

let read: NpmSettings | undefined;

/** npm's settings, read once: that takes a while. */
async function settingsAt(registry: string): Promise<NpmSettings> {
  await inTemporaryFolder(async (folder) => {
    read ??= await settingsIn(folder, []);
  });
  if (read === undefined) throw new Error('no settings');
  return { ...read, registry, registryFor: () => registry };
}

/** What each source says when it fails; throws when it takes the fault for an answer. */
const SOURCES: Readonly<Record<string, (context: Context) => Promise<string>>> = {
  async 'published versions'({ http, settings }) {
    const answer = await createRegistry(http, settings).releases('lodash');
    assert.not.ok(answer.ok);
    return answer.ok ? '' : answer.reason;
  },
  async tarball({ http, settings, server }) {
    const release = {
      version: '1.0.0',
      integrity: `sha512-${'a'.repeat(86)}==`,
      tarball: `${server.origin}/a.tgz`,
    };
    const answer = await createRegistry(http, settings).tarball('lodash', release, 1024 * 1024);
    assert.not.ok(answer.ok);
    return answer.ok ? '' : answer.reason;
  },
  async 'bulk advisories'({ http, settings }) {
    const privacy = { privateHosts: new Set<string>(), internal: [] };
    const packages = [pkg('lodash@4.17.20'), pkg('minimist@0.0.8')];
    const { gaps, matches } = await adviseByRegistry(packages, {
      http,
      settings,
      privacy,
      fallback: () => [],
    });
    assert.is(matches.checked, 0);
    assert.is(gaps.length, 1);
    assert.is(gaps[0]?.fact, 'advisories');
    assert.match(gaps[0]?.reason ?? '', /; 2 packages not checked$/);
    return gaps[0]?.reason ?? '';
  },
  async 'package histories'({ http, settings }) {
    const packages = [pkg('lodash@4.17.20'), pkg('minimist@0.0.8')];
    const request = { http, settings, privacy: { privateHosts: new Set<string>(), internal: [] } };
    const { gaps, histories, asked } = await askHistories(packages, { ...request, signatures: false });
    assert.equal([asked, histories.size, gaps.length], [2, 0, 1]);
    assert.is(gaps[0]?.fact, 'histories');
    assert.match(gaps[0]?.reason ?? '', /; 2 packages not judged \(lodash, minimist\)$/);
    return gaps[0]?.reason ?? '';
  },
  async "a registry's keys"({ http, settings }) {
    const answer = await registryKeys(http, settings.registry);
    assert.not.ok(answer.ok);
    return answer.ok ? '' : answer.reason;
  },
  async 'database as a package'({ http, settings }) {
    const io = world({ 'advisories.vdb': 'before' });
    const registry = createRegistry(http, settings);
    const request = {
      io,
      http,
      registry,
      to: '/project/advisories.vdb',
      only: 'npm' as const,
      progress() {},
    };
    const error = await failure(() => fetchDatabase(request));
    assert.instance(error, UserError);
    assert.equal([...io.files.keys()], ['/project/advisories.vdb']);
    return error.message;
  },
  async "OSV's archive"({ http, settings, server }) {
    const io = world({ 'advisories.vdb': 'before' });
    const registry = createRegistry(http, settings);
    const archive = `${server.origin}/all.zip`;
    const request = {
      io,
      http,
      registry,
      archive,
      archiveLimit: 2 ** 26,
      to: '/project/advisories.vdb',
      only: 'osv' as const,
      progress() {},
    };
    const error = await failure(() => fetchDatabase(request));
    assert.instance(error, UserError);
    assert.equal([...io.files.keys()], ['/project/advisories.vdb']);
    return error.message;
  },
  async repositories({ server }) {
    const source = github(server);
    try {
      const names = ['acme/a', 'acme/b'].flatMap((one) => repositoryOf(one) ?? []);
      const { repositories, gaps } = await askRepositories(names, source, new Date());
      assert.equal([repositories.size, gaps.length], [0, 1]);
      assert.match(gaps[0]?.reason ?? '', /; 2 repositories not looked at \(acme\/a, acme\/b\)$/);
      return gaps[0]?.reason ?? '';
    } finally {
      await source.close();
    }
  },
  async "GitHub's advisories"({ server, settings }) {
    const source = github(server);
    const privacy = { privateHosts: new Set<string>(), internal: [] };
    try {
      const packages = [pkg('lodash@4.17.20'), pkg('minimist@0.0.8')];
      const { asked, gaps } = await adviseByGitHub(packages, { github: source, settings, privacy });
      assert.equal([asked.size, gaps.length], [0, 1]);
      return gaps[0]?.reason ?? '';
    } finally {
      await source.close();
    }
  },
  async 'policy package'({ http, settings }) {
    const io = world();
    const fetch = policyPackages({
      io,
      folder: '/cache',
      registry: async () => createRegistry(http, settings),
    });
    const error = await failure(() => fetch('@acme/policy'));
    assert.instance(error, UserError);
    assert.is(io.files.size, 0);
    return error.message;
  },
};

const github = (server: FaultServer) =>
  createGitHub({
    network: network([]),
    settings: {
      ...githubSettings({ env: { GITHUB_API_URL: server.origin } }),
      host: 'github.com',
      token: 'secret',
    },
    limits: IMPATIENT,
  });

/** Faults of JSON only; to who wants bytes they are bytes, which are not the wanted ones. */
const CONTENT = new Set(['html', 'array', 'nothing', 'cutjson']);
const BYTES =
  /do not fit sha512|is neither a zip archive|is empty|is not a vakt|holds no advisory|could not be fetched/;

for (const [source, ask] of Object.entries(SOURCES)) {
  suite(`contract: ${source}`, (test) => {
    for (const [fault, reason] of Object.entries(REASONS)) {
      // An empty list is what GitHub says where there is no advisory.
      if (source.startsWith('GitHub') && fault === 'array') continue;
      test(fault, async () => {
        const server = await faultServer(fault);
        const settings = await settingsAt(`${server.origin}/`);
        const http = createHttp({ network: network([server.host]), limits: IMPATIENT });
        try {
          const said = await ask({ http, settings, server });
          const bytes = source === 'tarball' || source.startsWith('OSV');
          const endless = bytes && fault === 'endless' ? /larger|not complete|do not fit/ : reason;
          const expected = bytes && CONTENT.has(fault) ? BYTES : endless;
          // What was said first ends up inside of a sentence.
          assert.match(said, new RegExp(expected.source.replace(/^\^/, ''), expected.flags));
          // Two names or kinds, each followed through five redirects.
          const most = source === 'package histories' || source.startsWith('GitHub') ? 12 : 7;
          assert.ok(server.requests.length <= most, `${server.requests.length} requests`);
        } finally {
          await http.close();
          await server.close();
        }
      });
    }
  });
}

suite('contract: memory', (test) => {
  test('a bomb and an endless answer are not held', async () => {
    for (const fault of ['bomb', 'endless']) {
      const server = await faultServer(fault);
      const settings = await settingsAt(`${server.origin}/`);
      const http = createHttp({ network: network([server.host]), limits: { ...IMPATIENT, totalMs: 1000 } });
      const registry = createRegistry(http, settings);
      // What the server itself holds is there already.
      await registry.releases('warm-up');
      const before = process.memoryUsage().rss;
      assert.not.ok((await registry.releases('lodash')).ok);
      const grown = (process.memoryUsage().rss - before) / 2 ** 20;
      assert.ok(grown < 150, `${fault}: ${Math.round(grown)} MiB`);
      await http.close();
      await server.close();
    }
  });
});
