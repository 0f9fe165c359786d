import * as fc from 'fast-check';
import { marked } from 'marked';
import { markdown } from '../../src/report/markdown.ts';
import { assert, suite } from '../helpers.ts';
import { everything, finding, LOOK, large, report } from './sample.ts';

const structure = (text: string) =>
  marked
    .parse(text, { gfm: true, async: false })
    .replace(/>[^<]*/g, '>')
    .replace(/&#8203;/g, '');

suite('markdown', (test) => {
  test('stays within a limit and says how many things are left', () => {
    const findings = Array.from({ length: 300 }, (_, i) =>
      finding(undefined, { rule: `rule-${i}`, url: `https://cdn.test/${'x'.repeat(200)}${i}.js` }),
    );
    const given = report({ verdict: 'fail', findings });
    for (const limit of [1_048_576, 65_536, 10_000, 2000, 300]) {
      const printed = markdown(given, { ...LOOK, limit });
      assert.ok(Buffer.byteLength(printed) <= limit, `${Buffer.byteLength(printed)} of ${limit}`);
      const shown = [...printed.matchAll(/^### \d/gm)].length;
      assert.match(printed, /Fail/);
      if (shown < 300) assert.match(printed, new RegExp(`\\*\\*${300 - shown} more\\*\\*|300 things to do`));
    }
  });

  test('cuts rows before it cuts things', () => {
    const printed = markdown(large(3000, 500), { ...LOOK, limit: 8000 });
    assert.ok(Buffer.byteLength(printed) <= 8000);
    assert.match(printed, /^\| … \d+ more \|/m);
  });

  test('says what a change is compared with, and shows first what it adds', () => {
    const old = finding(undefined, { rule: 'missing-sri', url: 'https://a.test/a.js' });
    const added = finding(undefined, {
      rule: 'wrong-sri',
      url: 'https://b.test/b.js',
      level: 'todo',
      added: true,
    });
    const printed = markdown(report({ findings: [old, added], change: { base: 'main', before: 1 } }), LOOK);
    assert.match(printed, /what this change adds to `main`/);
    assert.ok(printed.indexOf('b.test') < printed.indexOf('a.test'));
  });

  test('no text changes the structure', () => {
    const plain = structure(markdown(everything('lodash'), LOOK));
    const parts = fc.constantFrom(
      'a',
      '*',
      '_',
      '`',
      '[',
      ']',
      '(',
      ')',
      '<',
      '>',
      '|',
      '\\',
      '#',
      '!',
      '~',
      '&',
      ';',
      ':',
      '/',
      '-',
      '+',
      '=',
      '.',
      '1',
      ' ',
      '\n',
      '@',
      'www.',
      'https://x.y',
      '$',
    );
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 12 }), (pieces) => {
        assert.is(structure(markdown(everything(`x${pieces.join('')}x`), LOOK)), plain);
        assert.is(
          structure(markdown(everything(pieces.join('')), LOOK)).replace(/\s/g, ''),
          plain.replace(/\s/g, ''),
        );
      }),
      { numRuns: 400, seed: 1 },
    );
  });
});
