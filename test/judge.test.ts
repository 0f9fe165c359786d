import { judge, standing, verdictOf } from '../src/judge.ts';
import type { Gap, Issue } from '../src/model.ts';
import { preset } from '../src/policy/presets.ts';
import vulnerability from '../src/rules/known-vulnerability.ts';
import malware from '../src/rules/malware.ts';
import { advisory, facts, pkg } from './builders.ts';
import { assert, failure, suite } from './helpers.ts';

const recommended = preset('recommended');

function levels(
  rule: typeof vulnerability,
  scope: 'prod' | 'dev',
  over: Parameters<typeof advisory>[0],
): string[] {
  const issues = rule.check(facts([[pkg('a@1.0.0', { scope }), advisory(over)]]));
  return judge(issues, recommended).map(({ level }) => level);
}

suite('judge: what recommended does', (test) => {
  const table: [string, 'prod' | 'dev', Parameters<typeof advisory>[0], string][] = [
    ['production, high, with a fix', 'prod', {}, 'block'],
    ['production, critical, with a fix', 'prod', { severity: 'critical' }, 'block'],
    ['production, high, without a fix', 'prod', { fixed: [] }, 'todo'],
    ['production, moderate, with a fix', 'prod', { severity: 'moderate' }, 'todo'],
    ['production, moderate, without a fix', 'prod', { severity: 'moderate', fixed: [] }, 'fold'],
    ['production, low', 'prod', { severity: 'low' }, 'fold'],
    ['development, critical, with a fix', 'dev', { severity: 'critical' }, 'fold'],
  ];
  for (const [name, scope, over, want] of table) {
    test(name, () => assert.equal(levels(vulnerability, scope, over), [want]));
  }
  test('malware blocks in any scope', () => {
    assert.equal(levels(malware, 'dev', { malware: true, fixed: [] }), ['block']);
  });
  test('disputed malware is work', () => {
    assert.equal(levels(malware, 'prod', { malware: true, disputed: true }), ['todo']);
  });
  test('rules that are off leave no finding', () => {
    const issue: Issue = {
      rule: 'install-script',
      severity: 'low',
      message: '',
      places: () => [],
      identity: ['x'],
    };
    assert.equal(judge([issue], recommended), []);
  });
});

suite('judge: order, fingerprints, verdict', (test) => {
  const found = (spec: string, over: Parameters<typeof advisory>[0], scope: 'prod' | 'dev' = 'prod') => [
    ...vulnerability.check(facts([[pkg(spec, { scope }), advisory(over)]])),
    ...malware.check(facts([[pkg(spec, { scope }), advisory(over)]])),
  ];

  test('malware first, then what blocks, production, severity, name', () => {
    const issues = [
      ...found('d@1.0.0', { severity: 'critical' }, 'dev'),
      ...found('c@1.0.0', { severity: 'moderate' }),
      ...found('b@1.0.0', { severity: 'high' }),
      ...found('a@1.0.0', { severity: 'high' }),
      ...found('e@1.0.0', { malware: true }, 'dev'),
    ];
    const names = judge(issues, recommended).map((finding) => finding.package?.name);
    assert.equal(names, ['e', 'a', 'b', 'c', 'd']);
  });

  test('the fingerprint is that of the matter, not of the place', () => {
    const [one] = judge(found('a@1.0.0', {}), recommended);
    const [moved] = judge(
      found('a@1.0.0', {}).map((issue) => ({ ...issue, places: () => [], message: 'worded anew' })),
      recommended,
    );
    const [other] = judge(found('a@1.0.1', {}), recommended);
    assert.is(one?.fingerprint, moved?.fingerprint);
    assert.is.not(one?.fingerprint, other?.fingerprint);
    assert.match(one?.fingerprint ?? '', /^[0-9a-f]{32}$/);
  });

  test('a violation outweighs a gap, a required gap outweighs nothing to do', () => {
    const gap = (required: boolean): Gap => ({
      source: 'floor',
      fact: 'advisories',
      reason: 'no database',
      required,
    });
    const block = judge(found('a@1.0.0', {}), recommended);
    assert.equal(verdictOf(block, [gap(true)]), { verdict: 'fail', exitCode: 1 });
    assert.equal(verdictOf([], [gap(true)]), { verdict: 'incomplete', exitCode: 3 });
    assert.equal(verdictOf([], [gap(false)]), { verdict: 'pass', exitCode: 0 });
  });

  test('an unknown policy is told with what there is', async () => {
    const error = await failure(() => preset('constructor'));
    assert.match(error.message, 'no policy "constructor"');
  });
});

suite('judge: tags of pages', (test) => {
  const tags = (...files: string[]): Issue => ({
    rule: 'missing-sri',
    severity: 'moderate',
    message: '',
    url: 'https://a.example.test/x.js',
    places: () => files.map((file, i) => ({ file, line: i + 1, column: 1, offset: i })),
    identity: ['https://a.example.test/x.js'],
  });
  const table: [string, string[], string[], boolean][] = [
    ['the same', ['a', 'b'], ['a', 'b'], false],
    ['moved to another page', ['a', 'b'], ['b', 'c'], false],
    ['gone from a page', ['a', 'b'], ['a'], false],
    ['in one more page', ['a'], ['a', 'b'], true],
    ['once more in a page', ['a'], ['a', 'a'], true],
  ];
  for (const [name, before, after, added] of table) {
    test(name, () => {
      const [finding] = judge([tags(...after)], recommended, standing([tags(...before)]));
      assert.equal([finding?.added, finding?.level], [added, added ? 'block' : 'todo']);
    });
  }

  test('what is new stands first', () => {
    const [finding] = judge([tags('a', 'b', 'c')], recommended, standing([tags('a', 'c')]));
    assert.equal(
      finding?.places().map(({ file }) => file),
      ['b', 'a', 'c'],
    );
  });
});
