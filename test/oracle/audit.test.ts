/**
 * Finding by finding against two independent readings of the same records: every record × every package with
 * semver, and npm's own audit on a loopback registry.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import semver from 'semver';
import { realIo } from '../../src/io.ts';
import type { Finding } from '../../src/model.ts';
import { preset } from '../../src/policy/presets.ts';
import { scan } from '../../src/scan.ts';
import { compileDatabase } from '../../src/sources/advisories/compile.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { type OsvEntry, serveBulk, toBulk } from '../support/bulk-server.ts';

const corpus = process.env.VAKT_CORPUS;
const missing = corpus === undefined ? 'VAKT_CORPUS' : undefined;
const zip = join(corpus ?? '', 'osv-npm.zip');
const PROJECTS = ['OWASP__NodeGoat', 'facebook__create-react-app'];

/** Lock path and record id of everything found. */
type Pairs = Set<string>;

interface LockEntry {
  name?: string;
  version?: string;
  resolved?: string;
  link?: boolean;
}

function records(): OsvEntry[] {
  const files = unzipSync(readFileSync(zip), { filter: ({ name }) => name.endsWith('.json') });
  return Object.values(files).map((bytes) => JSON.parse(Buffer.from(bytes).toString('utf8')) as OsvEntry);
}

/** What advisories speak of: entries under node_modules that come from a registry. */
function* subjects(folder: string): Generator<{ key: string; name: string; version: string }> {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  for (const [key, entry] of Object.entries(lock.packages as Record<string, LockEntry>)) {
    const at = key.lastIndexOf('node_modules/');
    if (at < 0 || entry.link || entry.version === undefined) continue;
    if (entry.resolved !== undefined && !/\/-\/[^/]+\.tgz$/.test(entry.resolved)) continue;
    yield { key, name: entry.name ?? key.slice(at + 'node_modules/'.length), version: entry.version };
  }
}

async function ours(folder: string, db: string): Promise<Finding[]> {
  const request = {
    paths: [folder],
    offline: true,
    progress: () => {},
    policy: preset('strict'),
    db,
    askRegistry: false,
    online: false,
    planFolded: true,
    open: undefined,
  };
  const { findings, accepted } = await scan(realIo(), request);
  assert.is(accepted.length, 0);
  return findings.filter(({ advisory }) => advisory !== undefined);
}

/** Each pair of theirs is one of our findings, and each of our findings is one of their pairs. */
function compare(findings: readonly Finding[], theirs: Pairs): number {
  const covered = new Set<string>();
  for (const { advisory, package: subject } of findings) {
    for (const { key } of subject?.nodes ?? []) {
      const pairs = [advisory?.id, ...(advisory?.aliases ?? [])].map((id) => `${key} ${id}`);
      const known = pairs.filter((pair) => theirs.has(pair));
      assert.ok(known.length > 0, `only vakt finds ${advisory?.id} at ${key}`);
      for (const pair of known) covered.add(pair);
    }
  }
  for (const pair of theirs) assert.ok(covered.has(pair), `vakt misses ${pair}`);
  return covered.size;
}

async function audit(folder: string, url: string, cache: string): Promise<string> {
  const args = [
    'audit',
    '--package-lock-only',
    '--json',
    '--registry',
    url,
    '--cache',
    cache,
    '--no-update-notifier',
  ];
  const run = promisify(execFile)('npm', args, {
    cwd: folder,
    maxBuffer: 1 << 28,
    shell: process.platform === 'win32',
  });
  return run.then(
    ({ stdout }) => stdout,
    // 1: it found something.
    (error: { stdout: string }) => error.stdout,
  );
}

suite('oracle: findings on real projects', (test) => {
  for (const project of PROJECTS) {
    testWith(missing, test, `${project}: every record × every package`, () =>
      inTemporaryFolder(async (folder) => {
        const db = join(folder, 'a.vdb');
        await compileDatabase(realIo(), { from: zip, to: db, now: new Date() });
        const bulk = toBulk(records());
        const theirs: Pairs = new Set();
        for (const { key, name, version } of subjects(join(corpus ?? '', 'projects', project))) {
          for (const { url, vulnerable_versions } of bulk.get(name) ?? []) {
            if (!semver.satisfies(version, vulnerable_versions, { includePrerelease: true, loose: true }))
              continue;
            theirs.add(`${key} ${url.slice(url.lastIndexOf('/') + 1)}`);
          }
        }
        assert.ok(compare(await ours(join(corpus ?? '', 'projects', project), db), theirs) > 20);
      }),
    );

    testWith(missing, test, `${project}: npm audit on loopback`, () =>
      inTemporaryFolder(async (folder) => {
        const db = join(folder, 'a.vdb');
        await compileDatabase(realIo(), { from: zip, to: db, now: new Date() });
        const copy = join(folder, 'project');
        cpSync(join(corpus ?? '', 'projects', project), copy, { recursive: true });
        assert.ok(existsSync(join(copy, 'package-lock.json')));
        const all = [...subjects(copy)];
        const versions = (name: string) => [
          ...new Set(all.filter((one) => one.name === name).map((one) => one.version)),
        ];
        const server = await serveBulk(records(), versions);
        try {
          const result = JSON.parse(await audit(copy, server.url, join(folder, 'cache')));
          const byKey = new Map(all.map((one) => [one.key, one]));
          const theirs: Pairs = new Set();
          for (const { via, nodes } of Object.values(
            result.vulnerabilities as Record<string, { via: unknown[]; nodes: string[] }>,
          )) {
            for (const one of via) {
              if (typeof one === 'string') continue;
              const { url, range } = one as { url: string; range: string };
              for (const key of nodes) {
                const version = byKey.get(key)?.version ?? '';
                if (!semver.satisfies(version, range, { includePrerelease: true, loose: true })) continue;
                theirs.add(`${key} ${url.slice(url.lastIndexOf('/') + 1)}`);
              }
            }
          }
          assert.ok(server.requests.includes('POST /-/npm/v1/security/advisories/bulk'));
          assert.ok(compare(await ours(copy, db), theirs) > 20);
        } finally {
          await server.close();
        }
      }),
    );
  }
});
