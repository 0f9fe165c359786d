import { judgeLicense, readLicense } from '../src/license.ts';
import { assert, suite } from './helpers.ts';

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

const LISTS = {
  allow: ['MIT', 'Apache-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  deny: ['GPL-3.0-only'],
};
const VERDICTS: [string, string][] = [
  ['MIT', 'allowed'],
  ['ISC', 'not-allowed'],
  ['GPL-3.0-only', 'denied'],
  ['(MIT OR GPL-3.0-only)', 'allowed'],
  ['MIT AND GPL-3.0-only', 'denied'],
  ['MIT AND ISC', 'not-allowed'],
  ['ISC OR (MIT AND Apache-2.0)', 'allowed'],
  ['GPL-2.0-only WITH Classpath-exception-2.0', 'allowed'],
  ['GPL-2.0-only', 'not-allowed'],
  ['UNLICENSED', 'unreadable'],
  ['Apache 2.0', 'unreadable'],
  ['LicenseRef-house', 'not-allowed'],
  // SPDX identifiers count in any case.
  ['mit', 'allowed'],
  ['mit or gpl-3.0', 'allowed'],
  ['gpl-3.0', 'denied'],
  ['MIT AND LicenseRef-other', 'not-allowed'],
  ['MIT AND GPL-3.0', 'denied'],
  ['GPL-3.0-or-later', 'denied'],
  // Eight letters are no reason to be taken for a later version.
  ['LGPL-2.1', 'not-allowed'],
];

suite('licences by the lists', (test) => {
  for (const [text, verdict] of VERDICTS)
    test(`${text} is ${verdict}`, () => assert.is(judgeLicense(text, LISTS), verdict));

  test('without an allow list, what is not denied is allowed', () => {
    assert.is(judgeLicense('ISC', { allow: [], deny: ['GPL-3.0-only'] }), 'allowed');
  });

  test('versions, references and choices of a list', () => {
    const lists = {
      allow: [
        'lgpl-3.0-only',
        'GPL-2.0-or-later',
        'LicenseRef-House',
        '(WTFPL OR Zlib)',
        'EUPL-1.2',
        'ISC AND 0BSD',
      ],
      deny: ['AGPL-3.0-or-later', 'LicenseRef-bad', 'UNLICENSED'],
    };
    const cases: [string, string][] = [
      ['LGPL-3.0', 'allowed'],
      ['LGPL-2.1', 'not-allowed'],
      ['EUPL-1.1', 'not-allowed'],
      ['GPL-2.0', 'allowed'],
      ['GPL-3.0-only', 'allowed'],
      ['GPL-1.0-only', 'not-allowed'],
      ['GPL-2.0-only WITH Classpath-exception-2.0', 'not-allowed'],
      ['LicenseRef-House AND WTFPL', 'allowed'],
      ['Zlib', 'allowed'],
      ['ISC', 'not-allowed'],
      ['isc and 0bsd', 'allowed'],
      ['AGPL-1.0', 'not-allowed'],
      ['AGPL-3.0-only', 'denied'],
      ['Zlib AND LicenseRef-bad', 'denied'],
      ['Zlib OR LicenseRef-bad', 'allowed'],
      ['unlicensed', 'denied'],
    ];
    for (const [text, verdict] of cases) assert.is(judgeLicense(text, lists), verdict, text);
  });

  test('a list may hold a text that is no SPDX expression', () => {
    assert.is(judgeLicense('SEE LICENSE IN EULA', { allow: ['SEE LICENSE IN EULA'], deny: [] }), 'allowed');
    assert.is(judgeLicense('UNLICENSED', { allow: [], deny: ['UNLICENSED'] }), 'denied');
  });
});
