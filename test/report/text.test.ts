import { text } from '../../src/report/text.ts';
import { advisory, pkg } from '../builders.ts';
import { assert, suite } from '../helpers.ts';
import { finding, LOOK, report } from './sample.ts';

const FLOOR = { kind: 'floor', from: 'the built-in table of notorious compromises', records: 23 } as const;

suite('text', (test) => {
  test('evidence and gaps go on in a second line, and are cut between words', () => {
    const reason = `4 package.json files not found, so not compared with the lock file: ${'packages/a/package.json, '.repeat(9)}`;
    const some = report({
      coverage: { ...report().coverage, advisories: FLOOR },
      gaps: [{ source: 'pnpm', fact: 'drift', reason, required: false }],
    });
    const lines = text(some, LOOK).split('\n');
    assert.ok(
      lines.includes('Checked      2 of 2 packages against 23 records (the built-in table of notorious'),
    );
    assert.ok(lines.includes('             compromises)'));
    assert.ok(lines.includes('  pnpm: 4 package.json files not found, so not compared with the lock file:'));
    assert.ok(
      lines.includes('    packages/a/package.json, packages/a/package.json, packages/a/package.json,…'),
    );
    for (const line of lines) assert.ok(line.length <= 80, line);
  });

  test('with --all no sentence is cut', () => {
    const long = 'a-long-word-'.repeat(20);
    const some = report({ gaps: [{ source: 'npm', fact: 'x', reason: `see ${long}`, required: true }] });
    const lines = text(some, { ...LOOK, all: true });
    assert.ok(lines.includes(`    ${long}`));
    assert.not.ok(lines.includes('…'));
  });

  test('which policy holds is said in the narrowest terminal', () => {
    const some = report({
      project: '@acme/shop-of-a-long-name',
      policy: { name: 'vakt.yml', from: 'vakt.yml (extends recommended, ./shop.yml)' },
    });
    const [first = '', second = ''] = text(some, { ...LOOK, width: 60 }).split('\n');
    assert.match(`${first} ${second.trim()}`, /policy: vakt\.yml \(extends recommended, \.\/shop\.yml\)$/);
  });

  test('a title is cut between words, and left out where no word has room', () => {
    const one = finding(pkg('decode-uri-component@0.2.0'), {
      advisory: advisory({ title: 'Uncontrolled consumption' }),
    });
    const lines = text(report({ findings: [one], verdict: 'fail' }), { ...LOOK, width: 60 }).split('\n');
    assert.ok(lines.includes('    decode-uri-component  0.2.0  high  Uncontrolled…'), lines.join('\n'));
    const two = finding(pkg('decode-uri-component-of-a-longer-name@0.2.0'), {
      advisory: one.advisory ?? advisory(),
    });
    const cut = text(report({ findings: [two], verdict: 'fail' }), { ...LOOK, width: 60 });
    assert.match(cut, /^ {4}decode-uri-component-of-a-longer-name {2}0\.2\.0 {2}high…$/m);
  });

  test('the screen holds 30 lines, however much there is to say', () => {
    const words = 'word '.repeat(60);
    const ignore = { reason: words, until: '2026-12-01', where: 'vakt.yml:3:5' };
    const some = report({
      findings: ['lock-host', 'lock-integrity', 'exotic-source', 'license'].flatMap((rule) =>
        Array.from({ length: 6 }, (_, i) =>
          finding(pkg(`p${i}@1.0.0`), {
            rule,
            level: rule === 'license' ? 'fold' : 'block',
            message: words,
            fix: `${i} ${words}`,
          }),
        ),
      ),
      gaps: Array.from({ length: 5 }, () => ({ source: 'x', fact: 'y', reason: words, required: true })),
      staleIgnores: Array.from({ length: 5 }, () => ({ ignore, why: 'ended' })) as never,
      coverage: { ...report().coverage, notes: [words, words], excluded: [words, words] },
    });
    const lines = text(some, LOOK).trimEnd().split('\n');
    assert.ok(lines.length <= 30, lines.join('\n'));
    for (const line of lines) assert.ok(line.length <= 80, line);
  });
});

suite('what helps', (test) => {
  const some = (fixes: string[]) =>
    report({
      verdict: 'fail',
      findings: fixes.map((fix, i) =>
        finding(pkg(`p${i}@1.0.0`), { rule: 'deprecated', message: `p${i}@1.0.0 is deprecated`, fix }),
      ),
    });

  test('is told for each of those that it differs for', () => {
    const shown = text(some(['replace it by a', 'replace it by b', 'replace it by b']), {
      ...LOOK,
      all: true,
    });
    assert.match(shown, /^ {4}2 of these: replace it by b\n {4}p0: replace it by a$/m);
  });

  test('is the command for most, and who it does not help', () => {
    const shown = text(some(['vakt sri-fix', 'drop it', 'vakt sri-fix']), { ...LOOK, all: true });
    assert.match(shown, /^ {2}\$ vakt sri-fix\n {4}p1: drop it$/m);
  });

  test('is one question for many packages', () => {
    const shown = text(some(['vakt why p0', 'vakt why p1']), { ...LOOK, all: true });
    assert.match(shown, /^ {4}vakt why <package> shows what asks for it$/m);
  });
});
