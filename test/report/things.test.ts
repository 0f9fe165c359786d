import type { Step } from '../../src/fix/types.ts';
import type { Finding, Level } from '../../src/model.ts';
import type { Report } from '../../src/report/report.ts';
import { type Thing, thingsIn } from '../../src/report/things.ts';
import { pkg } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

const PACKAGES = new Map(['a@1.0.0', 'b@1.0.0', 'c@1.0.0'].map((spec) => [spec, pkg(spec)]));

function finding(spec: string, id: string, level: Level = 'block'): Finding {
  const subject = PACKAGES.get(spec) ?? pkg(spec);
  return {
    rule: 'known-vulnerability',
    severity: 'high',
    message: `trouble ${id}`,
    package: subject,
    advisory: {
      id,
      aliases: [],
      severity: 'high',
      rated: true,
      title: `trouble ${id}`,
      url: '',
      affected: '*',
      fixed: ['2.0.0'],
      malware: false,
      disputed: false,
    },
    places: () => [],
    fixable: true,
    identity: [id],
    level,
    fingerprint: id,
  };
}

const none = (reason: string, leaves: Finding[]): Step => ({
  kind: 'none',
  title: '',
  command: '',
  manifest: '',
  moves: [],
  clears: [],
  tried: false,
  hopes: [],
  leaves,
  major: false,
  notes: [reason],
});

const things = (findings: Finding[], steps: Step[]): Thing[] =>
  thingsIn({ findings, steps, coverage: { files: [] } } as unknown as Report).filter(({ title }) =>
    title.startsWith('Find a way'),
  );

suite('malware', (test) => {
  test('of several lock files each version stands once, with those that have it', () => {
    const of = (file: string): Finding => {
      const known = finding('a@1.0.0', 'M');
      const subject = pkg('a@1.0.0');
      return { ...known, rule: 'malware', package: { ...subject, tree: { ...subject.tree, file } } };
    };
    const rows = (findings: Finding[], files: number) =>
      thingsIn({ findings, steps: [], coverage: { files: Array(files) } } as unknown as Report)[0]?.rows;
    const row = ['a', '1.0.0', 'high', 'trouble M'];
    assert.equal(rows([of('x/yarn.lock')], 1), [row]);
    const many = [of('x/yarn.lock'), of('x/yarn.lock'), of('y/yarn.lock'), of('z/yarn.lock')];
    assert.equal(rows(many, 3), [[...row.slice(0, 3), 'trouble M (in x/yarn.lock and 2 more lock files)']]);
  });
});

suite('what no command clears', (test) => {
  test('each package stands in one group, where its worst finding is', () => {
    const findings = [
      finding('a@1.0.0', 'A1', 'todo'),
      finding('a@1.0.0', 'A2', 'block'),
      finding('b@1.0.0', 'B1', 'todo'),
      finding('a@1.0.0', 'A3', 'fold'),
    ];
    const found = things(findings, []);
    assert.equal(
      found.map(({ level, rows }) => [level, rows.map(([name, , , text]) => `${name} ${text}`)]),
      [
        ['block', ['a trouble A1 (+2)']],
        ['todo', ['b trouble B1']],
      ],
    );
  });

  test('the plan says why, and never to ask again what was asked', () => {
    const [a, b, c] = [finding('a@1.0.0', 'A'), finding('b@1.0.0', 'B'), finding('c@1.0.0', 'C')];
    const [one] = things([a], [none('no version is free of these', [a])]);
    assert.equal(one?.notes, ['no version is free of these']);
    const blocked = 'a: the fix is blocked until 2026-11-27 by minimumReleaseAge';
    const [many] = things([a, b, c], [none(blocked, [a]), none('replace that', [b, c])]);
    assert.equal(many?.notes, ['2 packages: replace that', blocked]);
    const [plain] = things([a], []);
    assert.match(plain?.notes[0] ?? '', /^vakt why/);
    for (const { notes } of [one, many, plain].flatMap((thing) => thing ?? []))
      assert.not.match(notes.join(), /--online/);
  });
});
