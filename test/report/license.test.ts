import { readLicense } from '../../src/report/license.ts';
import { assert, suite } from '../helpers.ts';

const CASES: [string, string][] = [
  ['MIT', 'id'],
  [' ISC ', 'id'],
  ['MIT OR Apache-2.0', 'expression'],
  ['(MIT AND (BSD-3-Clause OR ISC))', 'expression'],
  ['GPL-2.0-or-later WITH Classpath-exception-2.0', 'expression'],
  ['Apache-2.0+', 'expression'],
  ['LicenseRef-house', 'expression'],
  ['DocumentRef-x:LicenseRef-house', 'name'],
  ['mit', 'name'],
  ['MIT/X11', 'name'],
  ['UNLICENSED', 'name'],
  ['SEE LICENSE IN LICENSE.md', 'name'],
  ['NOASSERTION', 'name'],
  ['MIT AND', 'name'],
  ['', 'name'],
  ['__proto__', 'name'],
  [`${'('.repeat(490)}MIT${')'.repeat(490)}`, 'expression'],
  [`${'('.repeat(50_000)}MIT`, 'name'],
];

suite('licences', (test) => {
  for (const [text, kind] of CASES) {
    test(`${kind}: ${text.slice(0, 50)}`, () => {
      assert.equal(readLicense(text), { kind, text: text.trim() });
    });
  }
});
