import { realIo } from '../../../src/io.ts';
import { compileDatabase } from '../../../src/sources/advisories/compile.ts';
import { openDatabase } from '../../../src/sources/advisories/database.ts';
import { FLOOR, floorLookup } from '../../../src/sources/advisories/floor.ts';
import { matchAdvisories } from '../../../src/sources/advisories/match.ts';
import { spellAffected } from '../../../src/sources/advisories/spell.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../../helpers.ts';
import { pkg } from './records.ts';

const corpus = process.env.VAKT_CORPUS;
const OPEN = { privateHosts: new Set<string>(), internal: [] };

suite('floor', (test) => {
  test('each row can be read, and cites the page of its record', () => {
    const seen = new Set<string>();
    for (const fact of FLOOR) {
      const key = `${fact.id} ${fact.name}`;
      assert.not.ok(seen.has(key), key);
      seen.add(key);
      assert.ok(fact.page.startsWith('https://') && fact.page.endsWith(`/${fact.id}`), key);
      const [record] = floorLookup(fact.name).filter(({ id }) => id === fact.id);
      if (record === undefined) throw new Error(`${key} is not found`);
      assert.not.match(spellAffected([record]), /undefined|^$/);
      assert.ok(
        record.intervals.every(({ from }, i) => (from === undefined) === (fact.ranges?.[i]?.[0] === '0')),
      );
    }
    assert.equal(floorLookup('__proto__'), []);
  });

  test('answers as a database does', () => {
    const packs = [
      pkg('coa@2.0.3'),
      pkg('coa@2.0.2'),
      pkg('debug@4.4.2'),
      pkg('lodash@4.17.11'),
      pkg('x@1.0.0'),
    ];
    const { advisories, checked } = matchAdvisories(packs, floorLookup, OPEN);
    assert.is(checked, 5);
    assert.equal(
      packs.map((pack) => (advisories.get(pack) ?? []).map(({ id, malware }) => `${id} ${malware}`).join()),
      ['GHSA-73qr-pfmq-6rp8 true', '', 'GHSA-4x49-vf9v-38px true', 'GHSA-jf85-cpcp-j695 false', ''],
    );
  });

  testWith(corpus === undefined ? 'VAKT_CORPUS' : undefined, test, 'each row says what its record says', () =>
    inTemporaryFolder(async (folder) => {
      const io = realIo();
      const to = `${folder}/corpus.vdb`;
      await compileDatabase(io, { from: `${corpus}/osv-npm.zip`, to, now: new Date(0) });
      const database = openDatabase(io, to);
      let compared = 0;
      for (const { id, name } of FLOOR) {
        const own = floorLookup(name).find((record) => record.id === id);
        const theirs = database.lookup(name).find((record) => record.id === id);
        if (own === undefined || theirs === undefined) continue;
        compared++;
        assert.is(spellAffected([own]), spellAffected([theirs]), id);
        assert.is(own.title, theirs.title, id);
        assert.is(own.severity, theirs.severity, id);
        assert.is(own.malware, theirs.malware, id);
        for (const alias of own.aliases) assert.ok(theirs.aliases.includes(alias), `${id}: ${alias}`);
      }
      database.close();
      assert.ok(compared >= 20, `only ${compared} rows have a record in the corpus`);
    }),
  );
});
