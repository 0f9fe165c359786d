/**
 * SARIF against its schema and Microsoft's multitool with GitHub's rules. Both come with the npm package
 * @microsoft/sarif-multitool-linux (104 MB, so no dependency): VAKT_SARIF_MULTITOOL names its folder.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Report } from '../../src/report/report.ts';
import { sarif } from '../../src/report/sarif/sarif.ts';
import type { Descriptor, Notification, Result } from '../../src/report/sarif/types.ts';
import { advisory, pkg } from '../builders.ts';
import { assert, inTemporaryFolder, suite, testWith } from '../helpers.ts';
import { everything, finding, LOOK, large, report } from './sample.ts';

const multitool = process.env.VAKT_SARIF_MULTITOOL;
const missing =
  multitool === undefined
    ? 'VAKT_SARIF_MULTITOOL, the folder of @microsoft/sarif-multitool-linux'
    : undefined;

interface Run {
  tool: { driver: { rules: Descriptor[] } };
  automationDetails: { id: string };
  versionControlProvenance?: object[];
  invocations: { executionSuccessful: boolean; toolExecutionNotifications: Notification[] }[];
  results: Result[];
}

function runOf(given: Report, look = LOOK): Run {
  const log = JSON.parse(sarif(given, look)) as { runs: [Run] };
  return log.runs[0];
}

const place = (file: string, line: number, column = 1) => ({
  file,
  line,
  column,
  offset: line * 100 + column,
});
const known = finding(pkg('lodash@4.17.20'), { advisory: advisory() });
const REVISION = { repository: 'https://github.com/acme/shop', commit: 'a'.repeat(40), branch: 'main' };

suite('sarif', (test) => {
  test('one result for each finding and place; an advisory is a rule with a severity of its own', () => {
    const places = () => [
      place('package-lock.json', 4),
      place('package-lock.json', 9),
      place('b/package-lock.json', 4),
    ];
    const { results, tool } = runOf(report({ findings: [{ ...known, places }] }), {
      ...LOOK,
      base: 'apps/shop/',
    });
    assert.equal(
      results.map(
        ({ locations: [one] }) =>
          `${one?.physicalLocation.artifactLocation.uri}:${one?.physicalLocation.region.startLine}`,
      ),
      ['apps/shop/package-lock.json:4', 'apps/shop/package-lock.json:9', 'apps/shop/b/package-lock.json:4'],
    );
    const [first] = results;
    assert.is(first?.ruleId, 'known-vulnerability/GHSA-35jh-r3h4-6jhm');
    assert.is(first?.level, 'error');
    const rule = tool.driver.rules[first?.ruleIndex ?? -1];
    assert.is(rule?.id, first?.ruleId);
    assert.is(rule?.properties['security-severity'], '8.0');
    assert.is(rule?.helpUri, 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm');
    assert.match(
      first?.message.text ?? '',
      /^lodash@4\.17\.20: command injection\. Comes in by shop@1\.0\.0 > lodash@4\.17\.20\.$/,
    );
  });

  test('fingerprints outlive moved lines and tell places apart', () => {
    const at = (...lines: number[]) => {
      const places = () => lines.map((line) => place('package-lock.json', line));
      return runOf(report({ findings: [{ ...known, places }] })).results.map(
        (one) => one.partialFingerprints['vakt/v1'],
      );
    };
    assert.equal(at(4, 9), at(14, 90));
    assert.is(new Set(at(4, 9)).size, 2);
    // The same version in production and in development: two findings of one matter.
    const twice = [4, 9].map((line) => ({ ...known, places: () => [place('package-lock.json', line)] }));
    const { results } = runOf(report({ findings: twice }));
    assert.equal(
      results.map((one) => one.partialFingerprints['vakt/v1']),
      at(4, 9),
    );
  });

  test('paths are relative references, whatever is in them', () => {
    const places = () => [place('a b/c:d#e?f%/ö.json', 1)];
    const [first] = runOf(report({ findings: [{ ...known, places }] })).results;
    const uri = first?.locations[0]?.physicalLocation.artifactLocation.uri ?? '';
    assert.is(uri, 'a%20b/c%3Ad%23e%3Ff%25/%C3%B6.json');
    assert.is(decodeURIComponent(new URL(uri, 'file:///r/').pathname), '/r/a b/c:d#e?f%/ö.json');
  });

  test('accepted findings are suppressed with their reason; gaps are notifications', () => {
    const ignore = { reason: 'only our own globs', owner: 'ann', until: '2027-01-01', where: 'vakt.yml:1:1' };
    const gaps = [{ source: 'npm', fact: 'advisories', reason: 'HTTP 503', required: true }];
    const { results, invocations } = runOf(
      report({ accepted: [{ finding: known, ignore }], gaps, verdict: 'incomplete', exitCode: 3 }),
    );
    assert.equal(results[0]?.suppressions, [
      {
        kind: 'external',
        status: 'accepted',
        justification: 'only our own globs (ann, until 2027-01-01, vakt.yml:1:1)',
      },
    ]);
    assert.is(invocations[0]?.executionSuccessful, false);
    assert.is(invocations[0]?.toolExecutionNotifications[0]?.level, 'error');
  });

  test('provenance only where it is known; two projects are two categories', () => {
    assert.is(runOf(report()).versionControlProvenance, undefined);
    assert.is(runOf(report(), { ...LOOK, revision: REVISION }).versionControlProvenance?.length, 1);
    assert.is(runOf(report({ project: '@acme/shop' })).automationDetails.id, 'vakt/acme-shop/');
  });

  test('a change says which results are new', () => {
    const findings = [{ ...known, added: true }, finding(pkg('b@1.0.0'))];
    const { results } = runOf(report({ findings, change: { base: 'main', before: 1 } }));
    assert.equal(
      results.map(({ baselineState }) => baselineState),
      ['new', 'unchanged'],
    );
    assert.is(runOf(report({ findings })).results[0]?.baselineState, undefined);
  });

  test('no more results than GitHub takes, and a notification says how many are left', () => {
    const places = () => Array.from({ length: 20_000 }, (_, i) => place('index.html', i + 1));
    const findings = [0, 1].map((i) => ({ ...known, fingerprint: String(i), places }));
    const { results, invocations } = runOf(report({ findings }));
    assert.is(results.length, 25_000);
    assert.match(
      invocations[0]?.toolExecutionNotifications.at(-1)?.message.text ?? '',
      /^15,000 more results/,
    );
  });

  test('placeholders and links in messages stay text', () => {
    const [first] = runOf(
      report({ findings: [finding(undefined, { message: '{0} [a](1) {{ x }}' })] }),
    ).results;
    assert.is(first?.message.text, '{ 0 } [a] (1) {{ x }}.');
  });

  testWith(missing, test, 'fits the schema and the rules of Microsoft and GitHub', () =>
    inTemporaryFolder((folder) => {
      const schema = JSON.parse(readFileSync(join(multitool ?? '', 'sarif-2.1.0.json'), 'utf8'));
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      const validate = ajv.compile(schema);
      const samples = [
        report(),
        everything('lodash'),
        everything('a|</script>\u202e{0}@x\n'),
        large(300, 60),
      ];
      for (const [i, sample] of samples.entries()) {
        const printed = sarif(sample, { ...LOOK, ...(i > 1 && { revision: REVISION }) });
        assert.ok(validate(JSON.parse(printed)), JSON.stringify(validate.errors?.slice(0, 3)));
        const file = join(folder, `${i}.sarif`);
        writeFileSync(file, printed);
        assert.equal(complaints(file), [], `sample ${i}`);
      }
    }),
  );
});

/** What the multitool says of a file; it exits with 0 whatever that is. */
function complaints(file: string): string[] {
  const out = `${file}.out`;
  const args = ['validate', file, '--rule-kind', 'Sarif;Ghas', '--output', out, '--log', 'ForceOverwrite'];
  const { error } = spawnSync(join(multitool ?? '', 'Sarif.Multitool'), args, { stdio: 'ignore' });
  if (error !== undefined) throw error;
  const { runs } = JSON.parse(readFileSync(out, 'utf8')) as {
    runs: { results: { ruleId: string; level?: string; message: object }[] }[];
  };
  return runs.flatMap(({ results }) =>
    results
      .filter(({ level = 'warning' }) => level !== 'note')
      .map((one) => `${one.ruleId} ${JSON.stringify(one.message)}`),
  );
}
