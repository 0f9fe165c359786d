/** The names in vakt's JSON are a promise: these are there, and stay. Whoever adds one adds it here as well. */
import type { Finding } from '../../src/model.ts';
import type { Ignore } from '../../src/policy/policy.ts';
import { toInventoryJson, toReportJson } from '../../src/report/json.ts';
import type { Report } from '../../src/report/report.ts';
import { sriFixJson } from '../../src/report/sri-fix.ts';
import type { WebLoad } from '../../src/web.ts';
import { advisory, node, pkg } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

/** The paths of all leaves and objects: `findings[].advisory.id`. */
function pathsOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, item]) => pathsOf(item, at === '' ? key : `${at}.${key}`));
}

function missingFrom(text: string, wanted: string): string[] {
  const found = new Set(pathsOf(JSON.parse(text)));
  return wanted.split(/\s+/).filter((path) => path !== '' && !found.has(path));
}

const location = { file: 'package-lock.json', line: 1, column: 1, offset: 0 };
const subject = pkg('lodash@4.17.20', {
  alias: 'dash',
  resolved: 'https://registry.example.test/lodash/-/lodash-4.17.20.tgz',
  integrity: 'sha512-AAAA',
  license: 'MIT',
  deprecated: 'no more',
});
const finding: Finding = {
  rule: 'known-vulnerability',
  severity: 'high',
  level: 'block',
  message: 'm',
  package: subject,
  advisory: advisory(),
  url: 'https://cdn.example.test/a.js',
  places: () => [location],
  fix: 'npm update lodash',
  evidence: {
    published: '2026-11-20T00:00:00.000Z',
    publisher: 'eve',
    publishers: ['ann'],
    against: '4.17.19',
    lost: 'attestation',
    latest: '5.0.0',
    majors: 1,
    years: 2.5,
    deprecation: 'no more',
    successor: { name: 'es-toolkit', version: '1' },
    maintainers: ['ann'],
    locked: 'sha512:00',
    served: 'sha512:11',
    imitates: 'lodash',
  },
  identity: [],
  fingerprint: 'f',
};
const ignore: Ignore = { reason: 'r', owner: 'o', until: '2026-12-31', where: 'vakt.yml:1:1' };

const REPORT: Report = {
  project: 'shop',
  policy: { name: 'recommended', from: 'built in' },
  verdict: 'fail',
  exitCode: 1,
  coverage: {
    files: [{ file: 'package-lock.json', format: 'package-lock v3', packages: 1 }],
    packages: 1,
    pages: 0,
    notes: ['n'],
    excluded: ['test'],
    checked: 1,
    notChecked: [{ reason: 'git', count: 1, examples: ['a@1.0.0'] }],
    otherTarballs: [{ id: 'MAL-1', name: 'a', version: '1.0.0' }],
    advisories: { kind: 'database', from: 'x', records: 1, built: 'b', newest: 'n' },
  },
  findings: [finding],
  inventory: { packages: [], loads: [] },
  offers: [],
  accepted: [{ finding, ignore }],
  staleIgnores: [{ ignore, why: 'ended' }],
  steps: [
    {
      kind: 'update',
      title: 't',
      command: 'c',
      manifest: 'package.json',
      moves: [
        {
          name: 'lodash',
          from: '4.17.20',
          to: '4.17.21',
          orLater: false,
          major: false,
          direct: true,
          scope: 'prod',
          more: 0,
        },
      ],
      clears: [finding],
      tried: true,
      hopes: [finding],
      leaves: [],
      major: false,
      notes: ['n'],
    },
  ],
  gaps: [{ source: 's', fact: 'f', reason: 'r', required: false }],
  skipped: [{ rule: 'x', reason: 'off in the policy' }],
  pathsTo: () => [[node('shop@1.0.0'), node('lodash@4.17.20')]],
};

const FINDING = `rule severity level message purl name version url scope locations[].file locations[].line
  locations[].column locations[].offset advisory.id advisory.aliases[] advisory.severity advisory.rated advisory.title
  advisory.affected advisory.fixed[] advisory.url paths[][] fix fingerprint evidence.published evidence.publisher evidence.publishers[] evidence.against evidence.lost
  evidence.latest evidence.majors evidence.years evidence.deprecation evidence.successor.name evidence.successor.version
  evidence.maintainers[] evidence.locked evidence.served evidence.imitates`;
const within = (list: string, names: string) =>
  names
    .split(/\s+/)
    .map((name) => `${list}.${name}`)
    .join(' ');

suite('JSON, schema 1: no name is ever taken away', (test) => {
  test('scan', () => {
    const wanted = `schema tool.name tool.version policy.name policy.from verdict exitCode summary.findings
      ${within('summary.levels', 'block todo fold')} ${within('summary.severities', 'info low moderate high critical')}
      ${within('coverage', 'packages pages checked notes[] excluded[]')}
      ${within('coverage.files[]', 'file format packages')}
      ${within('coverage.notChecked[]', 'reason count examples[]')}
      ${within('coverage.otherTarballs[]', 'id name version')}
      ${within('coverage.advisories', 'kind from records built newest')}
      ${within('findings[]', FINDING)} ${within('accepted[]', `${FINDING} reason owner until where`)}
      ${within('staleIgnores[]', 'where why until reason')}
      ${within('steps[]', 'kind title command manifest clears[] tried hopes[] notes[]')}
      ${within('steps[].moves[]', 'name from to major')}
      ${within('gaps[]', 'source fact reason required')} ${within('skipped[]', 'rule reason')}`;
    const json = toReportJson(REPORT);
    assert.is(json.schema, 1);
    assert.equal(missingFrom(JSON.stringify(json), wanted), []);
  });

  test('inventory', () => {
    const load = {
      kind: 'script',
      url: 'https://cdn.example.test/a.js',
      integrity: 'sha384-AAAA',
      location,
      host: 'cdn.example.test',
      resource: { package: { name: 'a', version: '1.0.0' } },
    } as unknown as WebLoad;
    const json = toInventoryJson(
      [subject],
      new Map([[subject, ['pkg:npm/shop@1.0.0']]]),
      [load],
      REPORT.gaps,
    );
    const wanted = `schema
      ${within('packages[]', 'name version purl alias scope direct source resolved integrity license deprecated')}
      packages[].locations[].file packages[].locations[].line packages[].dependents[]
      ${within('tags[]', 'kind url purl integrity location.file location.line location.column location.offset')}
      ${within('gaps[]', 'source fact reason required')}`;
    assert.is(json.schema, 1);
    assert.equal(missingFrom(JSON.stringify(json), wanted), []);
  });

  test('sri-fix', () => {
    const text = sriFixJson({
      pages: [
        {
          file: 'a.html',
          changed: true,
          problems: ['p'],
          lines: [
            {
              action: 'set',
              url: 'https://cdn.example.test/a.js',
              location,
              rule: 'missing-sri',
              integrity: 'sha384-AAAA',
              from: 'mirror',
              reason: 'r',
              advice: 'a',
            },
          ],
          diff: 'd',
        },
      ],
      notes: ['n'],
      exitCode: 0,
      lockChanged: false,
    });
    const wanted = `schema exitCode lockChanged notes[] ${within('pages[]', 'file changed problems[] diff')}
      ${within('pages[].resources[]', 'action url rule integrity from reason advice line column offset')}`;
    assert.is(JSON.parse(text).schema, 1);
    assert.equal(missingFrom(text, wanted), []);
  });
});
