/** Which exit code wins when several apply: 70, 2, 1, 3, 0. */
import { main } from '../../src/cli/main.ts';
import { assert, suite } from '../helpers.ts';
import { world } from '../world.ts';

const lock = (name: string, version: string) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, [`node_modules/${name}`]: { version, integrity: 'sha512-AAAA' } },
  });

/** Malware that is known without a database, and vulnerable with one. */
const BAD = lock('debug', '4.4.2');
const FINE = lock('a', '1.0.0');
const RECORD = JSON.stringify({
  id: 'GHSA-xxxx-xxxx-xxxx',
  modified: '2026-11-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'debug' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.4.3' }] }],
    },
  ],
  database_specific: { severity: 'HIGH' },
});

interface Case {
  /** A violation, a required gap (no database), a configuration error, a bug. */
  fails?: boolean;
  gap?: boolean;
  usage?: boolean;
  bug?: boolean;
}

async function codeOf({ fails, gap, usage, bug }: Case, format: string): Promise<number> {
  const files: Record<string, string> = { 'package-lock.json': fails ? BAD : FINE, 'osv/a.json': RECORD };
  if (usage) files['vakt.yml'] = 'rulez: {}\n';
  const given = world(files);
  if (!gap) assert.is(await main(['db', 'update', '--from', 'osv', '--db', 'a.vdb'], given), 0);
  if (bug) {
    given.kind = () => {
      throw new TypeError('boom');
    };
  }
  return await main(['--offline', '--format', format, ...(gap ? [] : ['--db', 'a.vdb'])], given);
}

suite('precedence of exit codes', (test) => {
  const cases: [Case, number][] = [];
  for (const bug of [false, true]) {
    for (const usage of [false, true]) {
      for (const fails of [false, true]) {
        for (const gap of [false, true]) {
          cases.push([{ bug, usage, fails, gap }, bug ? 70 : usage ? 2 : fails ? 1 : gap ? 3 : 0]);
        }
      }
    }
  }
  for (const [one, want] of cases) {
    const title = Object.entries(one).flatMap(([name, on]) => (on ? [name] : []));
    test(`${title.join(', ') || 'nothing'}: ${want}, whatever the format`, async () => {
      for (const format of ['text', 'json']) assert.is(await codeOf(one, format), want, format);
    });
  }
});
