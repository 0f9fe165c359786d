import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { digestOf, integrityOf } from '../src/integrity.ts';
import { isImpossible, isPlaceholder, matchesBody, parseIntegrity } from '../src/sri.ts';
import { assert, suite } from './helpers.ts';

const BODY = Buffer.from('alert(1)');
const sha = (algorithm: string, body = BODY) =>
  `${algorithm}-${createHash(algorithm).update(body).digest('base64')}`;
const RIGHT = sha('sha384');
const WRONG = sha('sha384', Buffer.from('other'));
const hex = createHash('sha384').update(BODY).digest('hex');

/** What browsers do with a body: `unchecked`, `pass`, `block`; `impossible` blocks whatever the body. */
function verdict(text: string): string {
  const integrity = parseIntegrity(text);
  if (!integrity.effective) return 'unchecked';
  if (isImpossible(integrity)) return 'impossible';
  return matchesBody(integrity, (algorithm) => digestOf(BODY, algorithm)) ? 'pass' : 'block';
}

suite('integrity as browsers read it', (test) => {
  const rows: [string, string, string][] = [
    ['right', RIGHT, 'pass'],
    ['wrong', WRONG, 'block'],
    ['upper case', RIGHT.replace('sha', 'SHA'), 'unchecked'],
    ['capitalized', `S${sha('sha256').slice(1)}`, 'unchecked'],
    ['sha1', 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=', 'unchecked'],
    ['md5', 'md5-AAAAAAAAAAAAAAAAAAAAAA==', 'unchecked'],
    ['sha3', 'sha3-384-AAAA', 'unchecked'],
    ['placeholder words', 'TODO', 'unchecked'],
    ['nothing', '', 'unchecked'],
    ['spaces', ' \n\t ', 'unchecked'],
    ['quotes', `'${RIGHT}'`, 'unchecked'],
    ['zero width space', `\u200b${RIGHT}`, 'unchecked'],
    ['no-break space between', `${WRONG}\u00a0${RIGHT}`, 'unchecked'],
    ['dots', 'sha384-...', 'unchecked'],
    ['no value', 'sha256-', 'unchecked'],
    ['no dash', 'sha256', 'unchecked'],
    ['sha-384', `sha-${RIGHT.slice(3)}`, 'unchecked'],
    ['base64url', RIGHT.replaceAll('+', '-').replaceAll('/', '_'), 'pass'],
    ['unpadded', sha('sha256').replace('=', ''), 'pass'],
    ['too much padding', `${RIGHT}==`, 'impossible'],
    ['garbage behind', `${sha('sha256')}xyz`, 'impossible'],
    ['hex', `sha384-${hex}`, 'impossible'],
    ['truncated', sha('sha512').slice(0, 17), 'impossible'],
    ['63 of 64', RIGHT.slice(0, -1), 'impossible'],
    ['comma glued to the first', `${WRONG}, ${RIGHT}`, 'pass'],
    ['comma glued to the right one', `${RIGHT}, ${WRONG}`, 'block'],
    ['comma list', `${RIGHT},${RIGHT}`, 'unchecked'],
    ['semicolon list', `${RIGHT};${RIGHT}`, 'unchecked'],
    ['tab', `${WRONG}\t${RIGHT}`, 'pass'],
    ['line feed', `${WRONG}\n${RIGHT}`, 'pass'],
    ['carriage return', `${WRONG}\r${RIGHT}`, 'pass'],
    ['form feed', `${WRONG}\f${RIGHT}`, 'pass'],
    ['option', `${RIGHT}?ct=text/javascript`, 'pass'],
    ['weaker right, stronger wrong', `${sha('sha256')} ${sha('sha512', Buffer.from('x'))}`, 'block'],
    ['weaker wrong, stronger right', `${WRONG} ${sha('sha512')}`, 'pass'],
    ['stronger malformed', `${RIGHT} sha512-...`, 'pass'],
    ['right and sha1', `${RIGHT} sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=`, 'pass'],
    ['a key alone', 'ed25519-AAAA', 'unchecked'],
    ['a key and a right hash', `ed25519-AAAA ${RIGHT}`, 'pass'],
  ];
  for (const [name, text, wanted] of rows) test(name, () => assert.is(verdict(text), wanted));

  test('tells a placeholder from a digest', () => {
    assert.ok(isPlaceholder(parseIntegrity(`sha384-${'A'.repeat(64)}`)));
    assert.not.ok(isPlaceholder(parseIntegrity(RIGHT)));
    assert.not.ok(isPlaceholder(parseIntegrity(`sha384-${'A'.repeat(64)} ${RIGHT}`)));
  });

  test('says why a token is ignored', () => {
    assert.match(parseIntegrity('SHA384-x').remarks[0] ?? '', /upper case/);
    assert.match(parseIntegrity('sha1-x').remarks[0] ?? '', /algorithm that browsers ignore/);
    assert.match(parseIntegrity(`${RIGHT},${RIGHT}`).remarks[0] ?? '', /comma/);
    assert.match(parseIntegrity('').remarks[0] ?? '', /empty/);
    assert.match(parseIntegrity('sha-384-xx').remarks[0] ?? '', /Firefox/);
    assert.ok(parseIntegrity('ed25519-x').signed);
  });

  test('property: node:crypto and ssri agree, and a body passes its own hash', () => {
    const algorithm = fc.constantFrom('sha256' as const, 'sha384' as const, 'sha512' as const);
    fc.assert(
      fc.property(fc.uint8Array(), algorithm, (bytes, name) => {
        const body = Buffer.from(bytes);
        assert.is(integrityOf(body, name), sha(name, body));
        assert.ok(matchesBody(parseIntegrity(integrityOf(body, name)), (a) => digestOf(body, a)));
      }),
    );
  });

  test('property: any text is read', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseIntegrity(text)));
    parseIntegrity('sha384-'.repeat(300_000));
    parseIntegrity(' '.repeat(1_000_000));
  });
});
