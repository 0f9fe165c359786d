import { realIo } from '../../../src/io.ts';
import { compileDatabase } from '../../../src/sources/advisories/compile.ts';
import { openDatabase } from '../../../src/sources/advisories/database.ts';
import { matchAdvisories } from '../../../src/sources/advisories/match.ts';
import { zipEntries } from '../../../src/sources/advisories/zip.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../../helpers.ts';
import { aliasLinks, boundaries, flood, isVulnerable, type RawRecord } from './oracle.ts';
import { pkg } from './records.ts';

const corpus = process.env.VAKT_CORPUS;
const io = realIo();

function rawRecords(zip: string): Map<string, RawRecord> {
  const records = new Map<string, RawRecord>();
  const access = io.open(zip);
  for (const { read } of zipEntries(access, zip)) {
    const record = JSON.parse(read().toString('utf8'));
    records.set(record.id, record);
  }
  access.close();
  return records;
}

suite('advisories of the corpus', (test) => {
  testWith(
    corpus === undefined ? 'VAKT_CORPUS' : undefined,
    test,
    'equal a slow oracle: every name at every boundary version',
    () =>
      inTemporaryFolder(async (folder) => {
        const zip = `${corpus}/osv-npm.zip`;
        const records = rawRecords(zip);
        const links = aliasLinks(records.values());
        const to = `${folder}/corpus.vdb`;
        await compileDatabase(io, { from: zip, to, now: new Date(0) });
        const database = openDatabase(io, to);
        const byName = new Map<string, RawRecord[]>();
        const versions = new Map<string, Set<string>>();
        for (const record of records.values()) {
          for (const [name, found] of boundaries(record)) {
            byName.set(name, [...(byName.get(name) ?? []), record]);
            versions.set(name, new Set([...(versions.get(name) ?? []), ...found]));
          }
        }
        let compared = 0;
        for (const [name, all] of versions) {
          for (const version of all) {
            const pack = pkg(`${name}@${version}`);
            const { advisories } = matchAdvisories([pack], database.lookup, {
              privateHosts: new Set(),
              internal: [],
            });
            const own = (advisories.get(pack) ?? []).map(({ id, aliases }) => [id, ...aliases].sort().join());
            const meant = (byName.get(name) ?? []).filter((record) => isVulnerable(record, name, version));
            const theirs = new Set(meant.map(({ id }) => flood(links, id).sort().join()));
            assert.equal(own.sort(), [...theirs].sort(), `${name}@${version}`);
            compared++;
          }
        }
        assert.ok(compared > 20_000, `only ${compared} comparisons`);
        database.close();
      }),
  );
});
