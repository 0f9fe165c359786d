import * as fc from 'fast-check';
import { github } from '../../src/report/github.ts';
import { pkg } from '../builders.ts';
import { assert, suite } from '../helpers.ts';
import { finding, LOOK, large, report } from './sample.ts';

interface Command {
  name: string;
  properties: Record<string, string>;
  message: string;
}

/** As the runner reads a line of stdout: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
function read(line: string): Command | undefined {
  const found = /^::([\w-]+)(?: (.*?))?::(.*)$/s.exec(line);
  if (found === null) return undefined;
  const back = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const [, name = '', given = '', message = ''] = found;
  const properties = given
    .split(',')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return [
        pair.slice(0, at),
        back(
          pair
            .slice(at + 1)
            .replaceAll('%3A', ':')
            .replaceAll('%2C', ','),
        ),
      ] as const;
    });
  return { name, properties: Object.fromEntries(properties), message: back(message) };
}

suite('github', (test) => {
  test('an annotation stands at the first place, seen from the repository', () => {
    const places = () => [
      { file: 'a,b/c:d.json', line: 3, column: 7, offset: 9 },
      { file: 'e.json', line: 1, column: 1, offset: 0 },
    ];
    const given = report({
      verdict: 'fail',
      findings: [finding(pkg('lodash@4.17.20'), { places, fix: '100% sure:\nupdate' })],
    });
    const [line = '', last = ''] = github(given, { ...LOOK, base: 'apps/shop/' }).split('\n');
    assert.equal(read(line), {
      name: 'error',
      properties: {
        file: 'apps/shop/a,b/c:d.json',
        line: '3',
        col: '7',
        title: 'known-vulnerability (high)',
      },
      message: 'lodash@4.17.20: command injection (and in 1 more place)\nWhat to do: 100% sure: update',
    });
    assert.is(last, 'vakt: fail, 1 error, 0 warnings, 0 notices');
  });

  test('ten of each kind, and how many more there are', () => {
    const printed = github(large(300, 120), { ...LOOK, all: true })
      .trimEnd()
      .split('\n');
    for (const kind of ['error', 'warning', 'notice'])
      assert.is(printed.filter((line) => line.startsWith(`::${kind} `)).length, 10);
    assert.is(
      printed.at(-1),
      'vakt: fail, 40 errors, 40 warnings, 40 notices; 90 more than GitHub shows as annotations: vakt --all',
    );
    assert.not.match(github(large(300, 120), LOOK), /^::notice/m);
  });

  test('a required gap is an error', () => {
    const gaps = [{ source: 'npm', fact: 'advisories', reason: 'HTTP 503', required: true }];
    assert.match(
      github(report({ verdict: 'incomplete', gaps }), LOOK),
      /^::error title=vakt could not check this::npm: HTTP 503\nvakt: incomplete/,
    );
  });

  test('what is written is what the runner reads, and no text makes a command', () => {
    const parts = fc.constantFrom(
      '%',
      ':',
      '::',
      ',',
      '\n',
      '\r',
      '%0A',
      '%25',
      '=',
      'a',
      '::error::',
      '%3A',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 12 }), (pieces) => {
        const file = `f${pieces.join('').replace(/[\n\r]/g, '')}`;
        const places = () => [{ file, line: 1, column: 1, offset: 0 }];
        const message = `m${pieces.join('')}m`;
        const printed = github(report({ findings: [finding(undefined, { message, places })] }), LOOK);
        const [line = '', ...rest] = printed.split('\n');
        assert.equal(rest, ['vakt: pass, 1 error, 0 warnings, 0 notices', '']);
        assert.is(read(line)?.properties.file, file);
        assert.not.match(line, /\r/);
        assert.is(read(line)?.message.startsWith('m'), true);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
