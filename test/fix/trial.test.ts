/** Steps tried with npm's own resolver, against a registry on loopback. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planUpdates } from '../../src/fix/plan.ts';
import { trialOf } from '../../src/fix/trial.ts';
import type { PublishedPackage, Step } from '../../src/fix/types.ts';
import { realIo } from '../../src/io.ts';
import type { AdvisoryRecord } from '../../src/sources/advisories/record.ts';
import { parseBound } from '../../src/sources/advisories/version.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { loopback } from '../loopback.ts';
import { findIn } from '../support/fixing.ts';

type Manifest = { dependencies?: Record<string, string>; engines?: Record<string, string> };
type Packages = Record<string, Record<string, Manifest>>;

// npm takes equal hashes for equal packages.
const integrityOf = (name: string, version: string) =>
  `sha512-${createHash('sha512').update(`${name}@${version}`).digest('base64')}`;

const affectedBelow = (id: string, bound: string): AdvisoryRecord => ({
  id,
  aliases: [],
  withdrawn: false,
  severity: 'high',
  malware: false,
  title: `trouble ${id}`,
  reference: '',
  versions: [],
  intervals: [{ from: undefined, to: parseBound(bound), fix: true }],
  hashes: [],
});

/** Plans for a project that asks for `asks` and has `locked`, where the registry has `packages`. */
async function plan(
  {
    asks,
    locked,
    packages,
    told = packages,
  }: Record<'packages' | 'locked', Packages> & {
    asks: Record<string, string>;
    /** What the registry tells us; npm is told `packages`. */
    told?: Packages;
  },
  records: Record<string, AdvisoryRecord[]>,
  limit?: number,
): Promise<{ steps: Step[]; touched: boolean; asked: string[] }> {
  let result = { steps: [] as Step[], touched: false, asked: [] as string[] };
  await inTemporaryFolder(async (folder) => {
    const asked: string[] = [];
    const server = await loopback((request, response) => {
      const name = decodeURIComponent((request.url ?? '').slice(1));
      asked.push(name);
      const versions = packages[name];
      if (versions === undefined) response.writeHead(404).end('{}');
      else response.end(JSON.stringify(packument(name, versions, server.origin)));
    });
    write(folder, { asks, locked, origin: server.origin });
    const before = readFileSync(join(folder, 'package-lock.json'), 'utf8');
    const recordsOf = (name: string) => records[name] ?? [];
    const io = { ...realIo(), env: { HOME: folder, PATH: process.env.PATH } };
    const found = await findIn(folder, recordsOf);
    const steps = await planUpdates({
      trees: [found.tree],
      packages: found.packages,
      findings: found.findings,
      recordsOf,
      published: async (name): Promise<PublishedPackage | undefined> =>
        told[name] && { versions: new Map(Object.entries(told[name])) },
      now: new Date(),
      settings: { trial: (tree) => trialOf(io, folder, tree, limit) },
    });
    await server.close();
    const touched = before !== readFileSync(join(folder, 'package-lock.json'), 'utf8');
    result = { steps, touched, asked };
  });
  return result;
}

function packument(name: string, versions: Record<string, Manifest>, origin: string): object {
  const list = Object.entries(versions).map(([version, manifest]) => [
    version,
    {
      name,
      version,
      ...manifest,
      dist: { integrity: integrityOf(name, version), tarball: tarball(origin, name, version) },
    },
  ]);
  const latest = Object.keys(versions).at(-1);
  return { name, 'dist-tags': { latest }, versions: Object.fromEntries(list) };
}

function tarball(origin: string, name: string, version: string): string {
  return `${origin}/${name}/-/${name}-${version}.tgz`;
}

function write(
  folder: string,
  { asks, locked, origin }: { asks: Record<string, string>; locked: Packages; origin: string },
): void {
  const manifest = { name: 'shop', version: '1.0.0', dependencies: asks };
  const entries: Record<string, object> = { '': manifest };
  for (const [name, versions] of Object.entries(locked)) {
    for (const [version, one] of Object.entries(versions))
      entries[`node_modules/${name}`] = {
        version,
        resolved: tarball(origin, name, version),
        integrity: integrityOf(name, version),
        ...one,
      };
  }
  writeFileSync(join(folder, '.npmrc'), `registry=${origin}/\n`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const lock = { name: 'shop', version: '1.0.0', lockfileVersion: 3, requires: true, packages: entries };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

const told = (steps: readonly Step[]) =>
  steps.map(({ command, tried, clears }) => [
    command,
    tried,
    clears.map(({ package: subject }) => subject?.name),
  ]);

suite('fix trial', (test) => {
  const locked: Packages = { a: { '1.0.0': { dependencies: { b: '1.0.0' } } }, b: { '1.0.0': {} } };
  const packages: Packages = {
    a: { '1.0.0': { dependencies: { b: '1.0.0' } }, '1.2.0': { dependencies: { b: '1.1.0' } } },
    b: { '1.0.0': {}, '1.1.0': {} },
  };
  const records = { a: [affectedBelow('GHSA-a', '1.2.0')] };

  test('a step claims what npm makes of it, in a copy', async () => {
    const { steps, touched } = await plan({ asks: { a: '^1.0.0' }, locked, packages }, records);
    assert.equal(told(steps), [['npm update a', true, ['a']]]);
    assert.equal(steps[0]?.notes[0], 'clears 1 of 1; all published, no major change');
    assert.not.ok(touched);
  });

  test('what npm takes along is claimed too, although nobody foresaw it', async () => {
    // We are not told that the new a asks for another b.
    const unforeseen = { ...packages, a: { '1.0.0': {}, '1.2.0': {} } };
    const { steps } = await plan(
      { asks: { a: '^1.0.0' }, locked, packages, told: { a: unforeseen.a } },
      { ...records, b: [affectedBelow('GHSA-b', '1.1.0')] },
    );
    assert.equal(told(steps)[0], ['npm update a', true, ['a', 'b']]);
  });

  test('a command that npm refuses or that clears nothing is not printed', async () => {
    // The registry that npm asks has lost the version.
    const { steps } = await plan(
      { asks: { a: '1.0.0' }, locked, packages: { ...packages, a: { '1.0.0': {} } }, told: packages },
      records,
    );
    assert.ok(steps.every(({ command }) => command === ''));
    const still = await plan(
      { asks: { a: '^1.0.0' }, locked, packages: { ...packages, a: { '1.0.0': {} } }, told: packages },
      records,
    );
    assert.ok(still.steps.every(({ command }) => !command.startsWith('npm update')));
  });

  test('without time, or a registry, the claim is about what is known', async () => {
    const { steps, asked } = await plan({ asks: { a: '^1.0.0' }, locked, packages }, records, -1);
    assert.equal(told(steps), [['npm update a', false, ['a']]]);
    assert.match(steps[0]?.notes[0] ?? '', /^clears about 1;/);
    assert.equal(asked, []);
  });
});
