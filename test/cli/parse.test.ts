import { COMMANDS } from '../../src/cli/commands.ts';
import { parseSlowly } from '../../src/cli/help.ts';
import { parse } from '../../src/cli/parse.ts';
import { UserError } from '../../src/errors.ts';
import { assert, failure, suite } from '../helpers.ts';

/** Arguments that need neither help nor an error: both parsers read them, and read the same. */
const RIGHT: string[][] = [
  [],
  ['.'],
  ['scan'],
  ['scan', 'a', 'b'],
  ['apps/shop', '--format', 'json'],
  ['scan', '--format=json', 'a'],
  ['scan', '-o', 'report.json', '--format', 'json'],
  ['--offline'],
  ['scan', '--offline', 'a'],
  ['scan', '--no-offline', 'a'],
  ['scan', '--all', '--db', 'x.vdb'],
  ['scan', '--all=true', '--offline=false'],
  ['scan', '--', '--all=maybe'],
  ['-q', '--omit', 'dev', '--fail-on', 'medium'],
  ['scan', '--policy', 'strict'],
  ['scan', '-c', './vakt.yml'],
  ['scan', '--config', './vakt.yml'],
  ['scan', '--format', 'json', '--format', 'text'],
  ['scan', '--format', 'text', 'a', '--format', 'sarif=out.sarif', 'b'],
  ['--format=text,sarif=x.sarif', '--format', 'html=report.html', '.'],
  ['--format', 'sarif=a=b.sarif', '-o', 'x', '-o', 'y'],
  ['inventory', '--format', 'text', '--format', 'json'],
  ['--all', '--no-all', '-q', '-q'],
  ['scan', '--', '--odd-name'],
  ['scan', '007'],
  ['scan', '--changed-since', 'origin/main', '--scope', 'all'],
  ['--history', '90d', '--only', 'malware'],
  ['hook'],
  ['hook', '--only', 'web', '--fix', 'a.html', 'b c.html'],
  ['inventory'],
  ['inventory', 'a', '--include-workspace', '--format', 'json'],
  ['init', '-y'],
  ['init', '--policy', '--extends', 'strict'],
  ['sbom'],
  ['sbom', 'a', 'b', '--format', 'spdx', '-o', 'bom.json'],
  ['sbom', '--format=cyclonedx', '--omit', 'dev', '--offline'],
  ['why', 'braces'],
  ['why', 'braces@3.0.2', 'packages/app', 'b'],
  ['explain', 'missing-sri'],
  ['ignore', 'GHSA-x', '--reason', 'r', '--until', '30d'],
  ['ignore', '--all', '--reason', 'r'],
  ['db', 'update', '--from', 'all.zip'],
  ['db', 'info', '--verify'],
  ['db', 'info', '--db=x'],
];

/** Arguments that yargs has to answer. */
const ODD: [string[], RegExp | undefined][] = [
  [['--help'], undefined],
  [['-h'], undefined],
  [['scan', '--help'], undefined],
  [['db', '--help'], undefined],
  [['db', 'update', '--help'], undefined],
  [['--version'], undefined],
  [['-v'], undefined],
  [['scan', '--formt', 'json'], /formt/],
  [['--all=maybe'], /--all=maybe/],
  [['scan', '-q=1'], /-q=1/],
  [['db', 'info', '--verify='], /--verify=/],
  [['scan', '--format'], /format/],
  [['scan', '--format', 'text', '--format'], /format/],
  [['scan', '--format', '--all'], /format/],
  [['scan', '--db'], /db/],
  [['sbom', '--format', 'json'], /format/],
  [['sbom', '--omit', 'prod'], /omit/],
  [['db'], /what/],
  [['db', 'upgrade'], /upgrade/],
  [['db', 'info', 'extra'], /extra/],
  [['scan', '--constructor', 'x'], /cannot be read/],
  [['scan', '--__proto__', 'x'], /proto/],
];

suite('arguments', (test) => {
  for (const argv of RIGHT) {
    test(`both parsers read the same: vakt ${argv.join(' ')}`, async () => {
      const fast = parse(argv);
      assert.ok(fast, 'the fast parser refuses');
      const slow = await parseSlowly(argv);
      assert.equal(slow, { name: fast?.name, operands: fast?.operands, values: fast?.values });
    });
  }
  test('completion knows commands, those of a group, and options', async () => {
    const complete = async (...words: string[]) => {
      const slow = await parseSlowly(['--get-yargs-completions', 'vakt', ...words]);
      return 'output' in slow ? slow.output.split('\n') : [];
    };
    assert.ok((await complete('s')).includes('scan'));
    assert.ok((await complete('db', '')).includes('update'));
    assert.ok((await complete('scan', '--o')).includes('--output-file'));
    assert.equal(await complete('scan', '--format', 'j'), ['json', 'junit', '']);
    assert.ok((await complete('--format', '')).includes('sarif'));
    assert.equal((await complete('inventory', '--format', '')).filter(Boolean), ['text', 'json']);
  });

  for (const name of Object.keys(COMMANDS)) {
    test(`help with an example: ${name}`, async () => {
      const slow = await parseSlowly([...name.split(' '), '--help']);
      assert.match('output' in slow ? slow.output : '', /Examples:\n +vakt/);
    });
  }

  for (const [argv, message] of ODD) {
    test(`left to yargs: vakt ${argv.join(' ')}`, async () => {
      assert.is(parse(argv), undefined);
      if (message === undefined) {
        const slow = await parseSlowly(argv);
        assert.ok('output' in slow && slow.output.length > 5, JSON.stringify(slow));
        return;
      }
      const error = await failure(() => parseSlowly(argv));
      assert.instance(error, UserError);
      assert.match(error.message, message);
    });
  }
});
