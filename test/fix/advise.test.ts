/** Steps where the advisories come from a registry, which tells of a version only what it is asked. */
import { stepsFor } from '../../src/fix/advise.ts';
import type { AdvisoryRecord } from '../../src/sources/advisories/record.ts';
import { parseBound } from '../../src/sources/advisories/version.ts';
import { node, tree } from '../builders.ts';
import { assert, suite } from '../helpers.ts';
import { findingsOf } from '../support/fixing.ts';
import { world } from '../world.ts';

const affected = (id: string, from: string | undefined, to: string): AdvisoryRecord => ({
  id,
  aliases: [],
  withdrawn: false,
  severity: 'high',
  malware: false,
  title: `trouble ${id}`,
  reference: '',
  versions: [],
  intervals: [{ from: from === undefined ? undefined : parseBound(from), to: parseBound(to), fix: true }],
  hashes: [],
});

suite('advice from a registry', (test) => {
  const records = [affected('GHSA-a', undefined, '1.2.0'), affected('GHSA-b', '1.1.0', '1.3.0')];

  async function steps(all: readonly AdvisoryRecord[]): Promise<{ commands: string[]; asked: string[][] }> {
    const made = tree({});
    const a = node('a@1.0.0', { direct: true });
    made.nodes.push(a);
    made.root.edges.push({ name: 'a', spec: '1.0.0', type: 'prod', to: a });
    const known = all.slice(0, 1);
    const recordsOf = (name: string) => (name === 'a' ? known : []);
    const { packages, findings } = findingsOf(made, recordsOf);
    const asked: string[][] = [];
    const planned = await stepsFor(world(), {
      trees: [made],
      packages,
      findings,
      recordsOf,
      async learn(versions) {
        asked.push([...(versions.get('a') ?? [])]);
        const more = all.length > known.length;
        known.push(...all.slice(known.length));
        return more;
      },
      root: '/project',
      accepted: new Set(),
      privacy: { privateHosts: new Set(), internal: [] },
      open: undefined,
    });
    return { commands: planned.map(({ command }) => command), asked };
  }

  test('where a step goes is asked about, and it goes elsewhere if that is no better', async () => {
    assert.equal(await steps(records), { commands: ['npm i -E a@1.3.0'], asked: [['1.2.0'], ['1.3.0']] });
  });

  test('one question is enough where the answer is no news', async () => {
    assert.equal(await steps(records.slice(0, 1)), { commands: ['npm i -E a@1.2.0'], asked: [['1.2.0']] });
  });
});
