/**
 * The pages behind the rows of `browser-semantics.json` (what Chromium 156 and Firefox 153 made of one tag each), as far
 * as vakt judges such pages, and why it does not judge the others.
 */
import { createHash } from 'node:crypto';

export const CDN = 'https://cdn.test/';
export const SITE = 'https://site.test/';

/** What the servers of the experiment deliver, by path. */
export const BODIES: Record<string, Buffer> = {
  'p.js': Buffer.from('ran("/p.js")'),
  'own.js': Buffer.from('ran("/own.js")'),
  'par.js': Buffer.from('import "https://cdn.test/child.js"; ran("/par.js")'),
  'child.js': Buffer.from('ran("/child.js")'),
  'bom.js': Buffer.from('\ufeffran("/bom.js")'),
  'p.css': Buffer.from('p { color: red }'),
  'b64-0.js': withBothSigns(),
};

// Base64 and base64url differ in two signs alone.
function withBothSigns(): Buffer {
  for (let i = 0; ; i++) {
    const body = Buffer.from(`ran("/b64-0.js") // ${i}`);
    const text = digest('sha256', body);
    if (text.includes('+') && text.includes('/')) return body;
  }
}

function digest(algorithm: string, body: Buffer): string {
  return createHash(algorithm).update(body).digest('base64');
}

function right(algorithm = 'sha384', file = 'p.js'): string {
  return `${algorithm}-${digest(algorithm, BODIES[file] ?? Buffer.alloc(0))}`;
}

function wrong(algorithm = 'sha384'): string {
  return `${algorithm}-${digest(algorithm, Buffer.from('something else'))}`;
}

const RIGHT = right();
const WRONG = wrong();
const upper = (token: string) => token.replace('sha', 'SHA');
const dashed = (token: string) => token.replace('sha', 'sha-');
const url64 = (token: string) =>
  token.replace(/-.*/, (value) => `-${value.slice(1).replaceAll('+', '-').replaceAll('/', '_')}`);
const KEY = `ed25519-${Buffer.alloc(32, 7).toString('base64')}`;

const quoted = (value: string) => `"${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
const attribute = (name: string, value: string | undefined) =>
  value === undefined ? '' : ` ${name}=${quoted(value).replaceAll('\r', '&#13;')}`;
const script = (integrity?: string, file = `${CDN}p.js`, more = ' crossorigin') =>
  `<script src=${quoted(file)}${attribute('integrity', integrity)}${more}></script>`;
const module = (integrity?: string, file = `${CDN}p.js`) =>
  `<script type=module src=${quoted(file)}${attribute('integrity', integrity)}></script>`;
const sheet = (integrity?: string) =>
  `<link rel=stylesheet href="${CDN}p.css"${attribute('integrity', integrity)} crossorigin>`;
const preload = (integrity?: string, more = ' crossorigin') =>
  `<link rel=preload as=script href="${CDN}p.js"${attribute('integrity', integrity)}${more}>`;
const preloadSheet = (integrity?: string) =>
  `<link rel=preload as=style href="${CDN}p.css"${attribute('integrity', integrity)} crossorigin>`;
const modulepreload = (integrity?: string) =>
  `<link rel=modulepreload href="${CDN}p.js"${attribute('integrity', integrity)}>`;
const map = (integrity: Record<string, string>, imports: Record<string, string> = {}) =>
  `<script type=importmap>${JSON.stringify({ imports, integrity })}</script>`;
const mapped = (integrity: string, file = 'p.js') => map({ [CDN + file]: integrity });
const svg = (name: string, integrity: string) =>
  `<svg><script ${name}="${CDN}p.js" integrity=${quoted(integrity)}></script></svg>`;
const importing = (specifier: string) => `<script type=module>import ${JSON.stringify(specifier)}</script>`;

const HASHES: Record<string, string> = {
  'sha384 right': RIGHT,
  'sha384 wrong': WRONG,
  'SHA384 right': upper(RIGHT),
  'SHA384 wrong': upper(WRONG),
  'Sha256 wrong': wrong('sha256').replace('s', 'S'),
  'sha-384 right': dashed(RIGHT),
  'sha-384 wrong': dashed(WRONG),
  empty: '',
  'sha256- (no value)': 'sha256-',
  'sha256 (no dash)': 'sha256',
  'sha256-... (not base64)': 'sha256-...',
  'sha512 truncated to 10 chars': right('sha512').slice(0, 17),
  'sha1 wrong': wrong('sha1'),
  'md5 wrong': wrong('md5'),
  'sha3-384 wrong': wrong('sha3-384'),
  "quoted like CSP 'sha384-right'": `'${RIGHT}'`,
  "quoted like CSP 'sha384-wrong'": `'${WRONG}'`,
  'wrong TAB right': `${WRONG}\t${RIGHT}`,
  'wrong LF right': `${WRONG}\n${RIGHT}`,
  'wrong CR right': `${WRONG}\r${RIGHT}`,
  'wrong FF right': `${WRONG}\f${RIGHT}`,
  'wrong NBSP right': `${WRONG}\u00a0${RIGHT}`,
  'wrong , right': `${WRONG}, ${RIGHT}`,
  'right, wrong (comma glued to the first)': `${RIGHT}, ${WRONG}`,
  'wrong comma-no-space right': `${WRONG},${RIGHT}`,
  'wrong;right': `${WRONG};${RIGHT}`,
  'right?opt': `${RIGHT}?foo=bar`,
  'wrong?opt': `${WRONG}?foo=bar`,
  'ZWSP+right': `\u200b${RIGHT}`,
  'ZWSP+wrong': `\u200b${WRONG}`,
  'sha384 right + sha512 malformed': `${RIGHT} sha512-...`,
  'sha384 right + sha512 wrong': `${RIGHT} ${wrong('sha512')}`,
  'sha384 wrong + sha512 right': `${WRONG} ${right('sha512')}`,
  'sha256 wrong + sha256 right': `${wrong('sha256')} ${right('sha256')}`,
  'right + sha1 wrong': `${RIGHT} ${wrong('sha1')}`,
  'unpadded right sha256': right('sha256').replace('=', ''),
  'unpadded wrong sha256': wrong('sha256').replace('=', ''),
  'over-padded right sha384': `${RIGHT}==`,
  'right + trailing garbage xyz': `${right('sha256')}xyz`,
  'ed25519 key only, unsigned response': KEY,
  'ed25519 key + sha384 right': `${KEY} ${RIGHT}`,
  'ed25519 key + sha384 wrong': `${KEY} ${WRONG}`,
  'hex sha384': `sha384-${Buffer.from(RIGHT.slice(7), 'base64').toString('hex')}`,
};

/** Pages by the name of their row. */
export const PAGES: Record<string, string> = {
  ...Object.fromEntries(Object.entries(HASHES).map(([name, value]) => [`HASH ${name}`, script(value)])),
  'HASH base64url right sha256': script(url64(right('sha256', 'b64-0.js')), `${CDN}b64-0.js`),
  'HASH base64url wrong sha256': script(url64(wrong('sha256')), `${CDN}b64-0.js`),
  'CSS sha384 right': sheet(right('sha384', 'p.css')),
  'CSS sha384 wrong': sheet(WRONG),
  'CSS SHA384 wrong': sheet(upper(WRONG)),
  'SVG script xlink:href integrity wrong': svg('xlink:href', WRONG),
  'SVG script href integrity right no-cors attr': svg('href', RIGHT),
  'PRELOAD none / script right': preload() + script(RIGHT),
  'PRELOAD right / script right': preload(RIGHT) + script(RIGHT),
  'PRELOAD right / script none (both crossorigin)': preload(RIGHT) + script(),
  'PRELOAD wrong / script none (both crossorigin)': preload(WRONG) + script(),
  'PRELOAD sha256 right / script sha384 right': preload(right('sha256')) + script(RIGHT),
  'PRELOAD right no crossorigin / script right crossorigin': preload(RIGHT, '') + script(RIGHT),
  'PRELOAD none no crossorigin / script right crossorigin': preload(undefined, '') + script(RIGHT),
  'PRELOAD css right/right': preloadSheet(right('sha384', 'p.css')) + sheet(right('sha384', 'p.css')),
  'PRELOAD css none/right': preloadSheet() + sheet(right('sha384', 'p.css')),
  'MODULEPRELOAD/module none/wrong': modulepreload() + module(WRONG),
  'MODULEPRELOAD/module wrong/none': modulepreload(WRONG) + module(),
  'MODULEPRELOAD/module wrong/right': modulepreload(WRONG) + module(RIGHT),
  'MODULEPRELOAD/module right/right': modulepreload(RIGHT) + module(RIGHT),
  'MODULEPRELOAD/module right/wrong': modulepreload(RIGHT) + module(WRONG),
  'MODULEPRELOAD/module sha256 right/sha384 right': modulepreload(right('sha256')) + module(RIGHT),
  'MODULEPRELOAD/module none/right': modulepreload() + module(RIGHT),
  'MODULEPRELOAD/module right/none': modulepreload(RIGHT) + module(),
  'MODULE script wrong (no preload)': module(WRONG),
  'MODULE same url twice: none then wrong': module() + module(WRONG),
  'MODULE import() first then script wrong': `<script>import("${CDN}p.js")</script>${module(WRONG)}`,
  'MODULE parent right, child unprotected': module(right('sha384', 'par.js'), `${CDN}par.js`),
  'IMPORTMAP integrity child right':
    mapped(right('sha384', 'child.js'), 'child.js') + module(right('sha384', 'par.js'), `${CDN}par.js`),
  'IMPORTMAP wrong for a <script type=module src> without attribute': mapped(WRONG) + module(),
  'IMPORTMAP wrong, attribute right': mapped(WRONG) + module(RIGHT),
  'IMPORTMAP right, attribute wrong': mapped(RIGHT) + module(WRONG),
  'IMPORTMAP right, attribute empty string': mapped(RIGHT) + module(''),
  'IMPORTMAP wrong, classic script': mapped(WRONG) + script(),
  'IMPORTMAP wrong, import() in classic script': `${mapped(WRONG)}<script>import("${CDN}p.js")</script>`,
  'IMPORTMAP wrong, bare specifier via imports':
    map({ [`${CDN}p.js`]: WRONG }, { p: `${CDN}p.js` }) + importing('p'),
  'IMPORTMAP key without ./ (bare) is ignored': map({ 'own.js': WRONG }) + module(undefined, `${CDN}own.js`),
  'IMPORTMAP key ./own.js wrong': `<base href="${CDN}">${map({ './own.js': WRONG })}${module(undefined, 'own.js')}`,
  'IMPORTMAP with ?query not matching key': mapped(WRONG) + module(undefined, `${CDN}p.js?query`),
  'IMPORTMAP after a module script (late map)':
    module(right('sha384', 'own.js'), `${CDN}own.js`) + mapped(WRONG) + importing(`${CDN}p.js`),
  'IMPORTMAP two maps, second adds integrity': map({}) + mapped(WRONG) + module(),
  'IMPORTMAP two maps, same key: first right second wrong': mapped(RIGHT) + mapped(WRONG) + module(),
  'IMPORTMAP wrong, modulepreload none': mapped(WRONG) + modulepreload() + module(),
  'IMPORTMAP weak sha1 only': mapped(wrong('sha1')) + module(),
  'IMPORTMAP SHA384 upper wrong': mapped(upper(WRONG)) + module(),
  'CSS parent right, @import child unprotected': sheet(right('sha384', 'p.css')),
  'SAME url twice classic: right then wrong': script(RIGHT) + script(WRONG),
  'SAME url twice classic: none then wrong': script() + script(WRONG),
  'BOM in the JS file: hash over raw bytes incl. BOM': script(right('sha384', 'bom.js'), `${CDN}bom.js`),
  'REDIRECT to another host, hash of the final body': script(RIGHT),
  'GZIP body, hash of the decoded bytes': script(RIGHT),
  'JS script.integrity wrong': `<script>const s = document.createElement("script"); s.integrity = "${WRONG}"; s.crossOrigin = ""; s.src = "${CDN}p.js"; document.head.append(s)</script>`,
  'DOCWRITE script with wrong integrity': `<script>document.write('<script src="${CDN}p.js" integrity="${WRONG}" crossorigin><\\/script>')</script>`,
};

const HEADER = 'a response header decides, and no page shows it';
const FOLLOWED = 'the page does not name the child; sri-fix follows imports, a scan fetches nothing';

/** Rows that no page can show, and why. */
export const UNMAPPED: Record<string, string> = {
  'IMPORTMAP integrity child wrong': FOLLOWED,
  'fetch() integrity wrong': 'loads no script',
};

/** Families of rows that no page can show, by the first word. */
export const UNMAPPED_FAMILIES: Record<string, string> = {
  IPOLICY: `${HEADER}; what sri-fix --local does for it is tested in Chromium`,
  CSP: HEADER,
};

/** Rows where vakt's answer is another than one of the browsers', and why. */
export const DIFFERENT: Record<string, { says: string; why: string }> = {
  'HASH over-padded right sha384': { says: 'blocked', why: 'Firefox blocks it' },
  'HASH right + trailing garbage xyz': { says: 'blocked', why: 'Chromium blocks it' },
  'HASH sha-384 wrong': { says: 'unchecked', why: 'Firefox checks nothing' },
  'HASH ed25519 key only, unsigned response': { says: 'unchecked', why: 'Firefox checks nothing' },
  'HASH ed25519 key + sha384 right': {
    says: 'checked',
    why: 'whether the response is signed shows in its headers alone',
  },
  'SVG script xlink:href integrity wrong': {
    says: 'unchecked',
    why: 'Chromium blocks it with any integrity: it must not be had from somebody else',
  },
  'SVG script href integrity right no-cors attr': {
    says: 'unchecked',
    why: 'Chromium blocks it with any integrity: it must not be had from somebody else',
  },
  'IMPORTMAP after a module script (late map)': {
    says: 'blocked',
    why: 'Firefox ignores a late map; the message names both',
  },
  'IMPORTMAP two maps, second adds integrity': {
    says: 'blocked',
    why: 'Firefox ignores a second map; the message names both',
  },
};

/** Rows with the right hash where no browser, or not each one, compares it with anything: the row beside with a wrong
 * one took effect too. */
export const UNUSED_HASHES: readonly string[] = [
  'HASH SHA384 right',
  'HASH sha-384 right',
  "HASH quoted like CSP 'sha384-right'",
  'HASH wrong NBSP right',
  'HASH wrong comma-no-space right',
  'HASH wrong;right',
  'HASH ZWSP+right',
  'PRELOAD right / script none (both crossorigin)',
  'MODULEPRELOAD/module none/right',
  'IMPORTMAP right, attribute empty string',
];
