/** What a change adds, by what the registry tells: `--changed-since` with `--online` on real repositories. */

import { gunzipSync } from 'node:zlib';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { bodyOf, type Loopback, loopback } from '../loopback.ts';
import { type Repository, repository } from '../repository.ts';
import { lockOf, type Published, packument } from '../support/packuments.ts';
import { vakt } from '../support/scanning.ts';

const FRESH = '2026-11-20';
const OLD = '2020-01-01';
type World = Record<string, Record<string, Published>>;

/** Packages whose newest release is suspicious in every way there is. */
const bad = (name: string): World => ({
  [name]: {
    '0.9.0': { day: '2019-01-01', attested: true },
    '1.0.0': { day: OLD, attested: true },
    '1.1.0': { day: FRESH, publisher: 'eve' },
  },
});
const WORLD: World = {
  ...bad('stays'),
  ...bad('comes'),
  ...bad('moves'),
  old: {
    '1.0.0': { day: OLD, deprecated: 'use @acme/new' },
    '1.0.1': { day: OLD, deprecated: 'use @acme/new' },
  },
  mends: { '1.0.0': { day: OLD }, '1.0.1': { day: FRESH }, '1.0.2': { day: FRESH } },
  lodahs: { '1.0.0': { day: '2026-11-01' }, '1.0.1': { day: '2026-11-02' } },
  nodmon: { '1.0.0': { day: '2018-01-01' } },
  calm: { '1.0.0': { day: OLD }, '1.0.1': { day: '2021-01-01' } },
};
/** What a registry tells only of who asks about an affected version. */
const ADVISORY = {
  id: 1,
  url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
  title: 'command injection',
  severity: 'high',
  vulnerable_versions: '<1.0.1',
};
const RULES = ['fresh-release', 'provenance-lost', 'publisher-changed'];

interface Change {
  before: readonly string[];
  after: readonly string[];
  policy?: string;
}

async function judged(
  { before, after, policy = 'require: { advisories: false }\n' }: Change,
  ...argv: string[]
): Promise<{ code: number; found: string[]; stood: number; requests: string[]; gaps: string[] }> {
  let result: Awaited<ReturnType<typeof judged>> | undefined;
  await inTemporaryFolder(async (folder) => {
    const server: Loopback = await loopback((request, response) => {
      if (request.method === 'POST') {
        void bodyOf(request).then((body) => {
          const asked = JSON.parse(gunzipSync(body).toString()) as Record<string, string[]>;
          response.end(JSON.stringify(asked.mends?.includes('1.0.0') ? { mends: [ADVISORY] } : {}));
        });
        return;
      }
      const name = decodeURIComponent((request.url ?? '').slice(1));
      const known = WORLD[name];
      if (known === undefined) return void response.writeHead(404).end('{}');
      response.end(JSON.stringify(packument(name, known)));
    });
    try {
      const repo: Repository = repository(folder, 'project');
      repo.commit({ ...lockOf(before), 'vakt.yml': policy, '.gitignore': '.npmrc\n' });
      repo.git('checkout', '-q', '-b', 'topic');
      const args = ['--changed-since', 'main', '--format', 'json', '--online', ...argv];
      const { code, json } = await vakt(folder, server.origin, lockOf(after), ...args);
      result = {
        code,
        found: json.findings
          .map(({ rule, name, level, added }) => `${rule} ${name} ${level} ${added}`)
          .sort(),
        stood: json.change?.before ?? -1,
        requests: server.requests.filter((line) => line.startsWith('GET /') && !line.includes('/-/')).sort(),
        gaps: json.gaps.map(({ fact }) => fact),
      };
    } finally {
      await server.close();
    }
  });
  if (result === undefined) throw new Error('nothing was judged');
  return result;
}

const all = (name: string) => RULES.map((rule) => `${rule} ${name} block true`);

suite('--changed-since --online', (test) => {
  test('judges what comes and what moves, and not what stays', async () => {
    const { code, found, stood, requests } = await judged({
      before: ['stays@1.1.0', 'moves@1.0.0'],
      after: ['stays@1.1.0', 'moves@1.1.0', 'comes@1.1.0'],
    });
    assert.is(code, 1);
    assert.equal(found, [...all('comes'), ...all('moves')].sort());
    assert.is(stood, 0);
    assert.equal(requests, ['GET /comes', 'GET /moves', 'GET /stays']);
  });

  test('what is harmless passes', async () => {
    const { code, found } = await judged({
      before: ['calm@1.0.0', 'stays@1.1.0'],
      after: ['calm@1.0.1', 'stays@1.1.0'],
    });
    assert.equal([code, found], [0, []]);
  });

  test('a name that can be taken for another blocks where a change brings it, and is milder where it is old', async () => {
    const { code, found } = await judged({
      before: ['calm@1.0.0'],
      after: ['calm@1.0.0', 'lodahs@1.0.0', 'nodmon@1.0.0'],
    });
    assert.equal([code, found], [1, ['typosquat lodahs block true', 'typosquat nodmon fold true']]);
    const later = await judged({ before: ['lodahs@1.0.0'], after: ['lodahs@1.0.1'] });
    assert.equal([later.code, later.found], [0, []]);
  });

  test('what was deprecated before is not added; another version of it is', async () => {
    const same = await judged({ before: ['old@1.0.0'], after: ['old@1.0.0', 'calm@1.0.0'] });
    assert.equal([same.found, same.stood], [[], 1]);
    const all = await judged({ before: ['old@1.0.0'], after: ['old@1.0.0', 'calm@1.0.0'] }, '--scope', 'all');
    assert.equal(all.found, ['deprecated old todo false']);
    const moved = await judged({ before: ['old@1.0.0'], after: ['old@1.0.1'] });
    assert.equal([moved.found, moved.stood], [['deprecated old todo true'], 0]);
  });

  test('what was withdrawn before the change is not added', async () => {
    const { found, stood } = await judged({ before: ['calm@9.0.0'], after: ['calm@9.0.0', 'old@1.0.0'] });
    assert.equal([found, stood], [['deprecated old todo true'], 1]);
  });

  test('a step back to what is old and attested is no finding', async () => {
    const { found } = await judged({ before: ['moves@1.1.0'], after: ['moves@1.0.0'] });
    assert.equal(found, []);
  });

  test('a fresh release that mends what was there is let through, the one after it is not', async () => {
    const mended = await judged({ before: ['mends@1.0.0'], after: ['mends@1.0.1'] }, '--advisories', 'npm');
    assert.equal([mended.code, mended.found], [0, []]);
    const later = await judged({ before: ['mends@1.0.0'], after: ['mends@1.0.2'] }, '--advisories', 'npm');
    assert.equal(later.found, ['fresh-release mends block true']);
    const added = await judged({ before: ['calm@1.0.0'], after: ['mends@1.0.1'] }, '--advisories', 'npm');
    assert.equal(added.found, ['fresh-release mends block true']);
  });

  test('options and exceptions reach the rules', async () => {
    const policy = `require: { advisories: false }
options:
  fresh-release: { days: 1 }
  publisher-changed: { except: [comes] }
  provenance-lost: { except: ["com*"] }
`;
    const { code, found } = await judged({
      before: ['calm@1.0.0'],
      after: ['calm@1.0.0', 'comes@1.1.0'],
      policy,
    });
    assert.equal([code, found], [0, []]);
  });
});
