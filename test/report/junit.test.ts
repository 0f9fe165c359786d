import { load } from 'cheerio';
import { junit } from '../../src/report/junit.ts';
import { pkg } from '../builders.ts';
import { assert, suite } from '../helpers.ts';
import { everything, finding, LOOK, report } from './sample.ts';

const ignore = { reason: 'only our own globs', owner: 'ann', until: '2027-01-01', where: 'vakt.yml:1:1' };

suite('junit', (test) => {
  test('failures block, accepted findings and gaps are skipped, a required gap is an error', () => {
    const at = (file: string) => () => [{ file, line: 4, column: 1, offset: 0 }];
    const given = report({
      verdict: 'fail',
      findings: [
        finding(pkg('a@1.0.0')),
        finding(pkg('b@1.0.0'), { level: 'todo' }),
        finding(undefined, { rule: 'missing-sri', url: 'https://x.test/a.js', places: at('index.html') }),
      ],
      accepted: [{ finding: finding(pkg('c@1.0.0')), ignore }],
      gaps: [
        { source: 'npm', fact: 'advisories', reason: 'HTTP 503', required: true },
        { source: 'html', fact: 'pages', reason: 'x.html', required: false },
      ],
      coverage: {
        ...report().coverage,
        files: [...report().coverage.files, { file: 'b/yarn.lock', format: 'yarn', packages: 1 }],
      },
    });
    const $ = load(junit(given, LOOK), { xml: true });
    const counts = (name: string) =>
      ['tests', 'failures', 'errors', 'skipped'].map((key) => $(`testsuite[name="${name}"]`).attr(key));
    assert.equal(counts('package-lock.json'), ['3', '1', '0', '1']);
    assert.equal(counts('index.html'), ['1', '1', '0', '0']);
    assert.equal(counts('b/yarn.lock'), ['1', '0', '0', '0']);
    assert.equal(counts('not checked'), ['2', '0', '1', '1']);
    assert.is($('testsuites').attr('tests'), '7');
    assert.match(
      $('skipped').first().attr('message') ?? '',
      /accepted by ann until 2027-01-01: only our own globs/,
    );
    assert.match($('failure').first().text(), /line: 12/);
  });

  test('elements and attributes are those of the schema', () => {
    const allowed: Record<string, RegExp> = {
      testsuites: /^(?:name|tests|failures|errors|time|disabled)$/,
      testsuite: /^(?:name|tests|failures|errors|skipped|time|timestamp|hostname|id|package|file)$/,
      testcase: /^(?:name|classname|time|assertions|status)$/,
      failure: /^(?:type|message)$/,
      error: /^(?:type|message)$/,
      skipped: /^(?:type|message)$/,
      'system-out': /^$/,
    };
    const $ = load(junit(everything('x'), LOOK), { xml: true });
    for (const element of $('*').toArray()) {
      if (!('attribs' in element)) continue;
      const known = allowed[element.tagName];
      assert.ok(known, element.tagName);
      for (const name of Object.keys(element.attribs)) assert.match(name, known ?? /^$/);
    }
    assert.is($('testcase:not([name]), testsuite:not([name])').length, 0);
  });

  test('a scan without lock files has a case all the same', () => {
    const coverage = { ...report().coverage, files: [], pages: 3 };
    assert.match(junit(report({ coverage }), LOOK), /<testcase name="3 pages: no finding"/);
  });
});
