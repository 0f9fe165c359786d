/** Parts of packages that a program has no use for, left out or written shorter, so that it stays small. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync, constants } from 'node:zlib';
import type { OnLoadResult, Plugin } from 'esbuild';

/** undici without fetch, caches, mocks and WebSockets: what src/http/wire.ts imports, made as undici's index makes it. */
const UNDICI = `
const Dispatcher = require('./lib/dispatcher/dispatcher');
Dispatcher.prototype.request = require('./lib/api/api-request');
Dispatcher.prototype.connect = require('./lib/api/api-connect');
exports.Agent = require('./lib/dispatcher/agent');
exports.ProxyAgent = require('./lib/dispatcher/proxy-agent');
exports.request = (url, options) =>
  options.dispatcher.request({ ...options, origin: url.origin, path: url.pathname + url.search });
`;

/** What cheerio's load does for a whole document, which is all that is asked of it: parse5 by the given adapter. */
const CHEERIO = `
import { parse } from 'parse5';
export const load = (text, options) => {
  const root = parse(text, options);
  return { root: () => [root] };
};
`;

/** octokit's way to make a request, without its classes for apps, webhooks and routes by name. */
const OCTOKIT = `export { Octokit } from '@octokit/core';`;

/** Where npm looks for workspaces it reads a package.json; all that it asks of this package is the content, and where it was. */
const PACKAGE_JSON = `
const { readFile } = require('node:fs/promises');
const { join } = require('node:path');
exports.normalize = async (folder) => ({
  path: folder,
  content: JSON.parse((await readFile(join(folder, 'package.json'), 'utf8')).replace(/^\\uFEFF/, '')),
});
`;

/** How npm finds the folders of workspaces, patterns and all, without the rest of what glob can do. */
const GLOB = `
const { readdir } = require('node:fs/promises');
const { join } = require('node:path');
const { minimatch } = require('minimatch');
exports.glob = async (patterns, { cwd, ignore }) => {
  const folders = patterns.map((pattern) => pattern.replace(/^\\.\\//, '').replace(/\\/+$/, ''));
  const found = [];
  const visit = async (below) => {
    for (const entry of await readdir(join(cwd, below), { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory() || entry.name === 'node_modules' || entry.name === '.git') continue;
      const path = below === '' ? entry.name : below + '/' + entry.name;
      const isLeftOut = ignore.some((pattern) => minimatch(path, pattern));
      if (!isLeftOut && folders.some((pattern) => minimatch(path, pattern))) found.push(path);
      if (folders.some((pattern) => minimatch(path, pattern, { partial: true }))) await visit(path);
    }
  };
  await visit('');
  return found;
};
`;

/** What ssri makes its streams of: vakt hashes what it holds. */
const STREAMS = 'exports.Minipass = class {};';

/** npm asks it how to draw progress and what to call itself, which vakt does not. */
const CI_INFO = 'exports.isCI = false; exports.name = null;';

/** npm's resolver is as large as all the rest: without it a project must bring its lock file. */
const ARBORIST = `
export const lockOfIdeal = async () => {
  throw new Error('the Action has no resolver; commit a lock file');
};
export const lockOfInstalled = lockOfIdeal;
`;

/** What it advises is worked out and not tried, as where a project has no folder to copy. */
const TRIAL = 'export const trialOf = async () => undefined;';

/** pacote proves attestations by it where `npm audit signatures` asks for that; vakt asks for none. */
const SIGSTORE = `exports.verify = async () => { throw new Error('attestations are not verified'); };`;

/** What \`npm query\` asks trees by. */
const SELECTOR = `module.exports = async () => { throw new Error('trees are not asked by selectors'); };`;

/** What no program of ours has a way to. */
const UNREACHED: readonly [RegExp, string][] = [
  [/node_modules\/undici\/index\.js$/, UNDICI],
  [/node_modules\/cheerio\/dist\/esm\/load-parse\.js$/, CHEERIO],
  [/node_modules\/octokit\/dist-bundle\/index\.js$/, OCTOKIT],
  [/node_modules\/sigstore\/dist\/index\.js$/, SIGSTORE],
  [/node_modules\/@npmcli\/arborist\/lib\/query-selector-all\.js$/, SELECTOR],
  // Half a megabyte of Asian encodings, for a method that npm's client never calls.
  [/node_modules\/iconv-lite\/lib\/index\.js$/, ''],
  // Of undici: HTTP/2, SOCKS proxies and bodies other than bytes, none of which wire.ts asks for.
  [/undici\/lib\/(?:dispatcher\/client-h2|dispatcher\/socks5-proxy-agent|web\/fetch\/body)\.js$/, ''],
];

/** What the Action has no way to, or does in fewer words. */
const INSTEAD: readonly [RegExp, string][] = [
  [/src\/readers\/npm\/arborist\.ts$/, ARBORIST],
  [/src\/fix\/trial\.ts$/, TRIAL],
  // For engines without the instructions that all which run Actions have.
  [/undici\/lib\/llhttp\/llhttp-wasm\.js$/, ''],
  [/node_modules\/ci-info\/index\.js$/, CI_INFO],
  [/node_modules\/minipass\/dist\/commonjs\/index\.js$/, STREAMS],
  [/node_modules\/glob\/dist\/commonjs\/index\.min\.js$/, GLOB],
  [/node_modules\/@npmcli\/package-json\/lib\/index\.js$/, PACKAGE_JSON],
];

const PARSER = /undici\/lib\/llhttp\/llhttp_simd-wasm\.js$/;
/** What its client names of the parser's tables; the rest is for whoever writes a parser. */
const PARSED = /undici\/lib\/llhttp\/constants\.js$/;
/** Large tables. */
const DATA = /(?:explanations|assets|presets|spdx-license-ids\/index)\.json$/;
const REPLACEMENTS = /module-replacements[\\/]dist[\\/]main\.js$/;
const ENTITIES = /entities\/dist\/esm\/generated\/decode-data-html\.js$/;
const NAMES = /npm-high-impact\/lib\/top\.js$/;
const OPTIONS = /@npmcli\/config\/lib\/definitions\/definitions\.js$/;

/**
 * Names that acorn, its TypeScript and parse5 call their own methods and fields by. They make up a twentieth of the
 * program, and are written short in it. No name that a module is imported by is among them.
 */
export const SHORTENED = new RegExp(
  `^(?:${[
    '(?:ts(?:[A-OQ-Z]|Parse)|regexp_|jsx_|_state[A-Z]|_emit[A-Z]|_insert[A-Z]|_reconstruct|shouldParse|checkLVal|readToken_)\\w*',
    'parse(?:Arrow|Assign|Async|Await|Binding|Class|Conditional|Decorator|Dynamic|Export|Expr|For|Function|Getter|Ident)\\w*',
    'parse(?:Import|Maybe|Method|Module|New|Paren|Private|Property|Statement|Subscript|Template|Type|Var|Yield)\\w*',
    '(?:finish|start|current)(?:Node|NodeAt|Token)|raiseRecoverable|lastIntValue|lastStringValue|lastTok(?:Start|End)',
    'openElements|activeFormattingElements|insertionMode|tmplInsertionModeStack|treeAdapter|ecmaVersion|isContextual',
    'canInsertSemicolon|maybeInArrowParameters|importOrExportOuterKind|privateNameStack|awaitIdentPos',
  ].join('|')})$`,
);

/** The same as modules, of which what nobody asks for can be left out. */
export const LIGHTER = { yaml: './node_modules/yaml/browser/index.js' };

/** What src/rules asks of module-replacements. */
export async function replacements(): Promise<object> {
  const { all } = await import('module-replacements');
  const mappings: Record<string, unknown> = {};
  for (const [name, { replacements }] of Object.entries(all.mappings)) mappings[name] = { replacements };
  const found: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(all.replacements)) {
    if (one.type === 'documented') found[key] = pick(one, 'id', 'type', 'replacementModule');
    else if (one.type === 'native') found[key] = pick(one, 'id', 'type', 'engines');
    else found[key] = pick(one, 'id', 'type', 'description');
  }
  return { mappings, replacements: found };
}

function pick<T extends object>(one: T, ...keys: (keyof T)[]): Partial<T> {
  return Object.fromEntries(keys.map((key) => [key, one[key]])) as Partial<T>;
}

/** Leaves out what no program has a way to. */
export const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({ onLoad }) {
    for (const [filter, contents] of UNREACHED) onLoad({ filter }, instead(contents));
    onLoad({ filter: PARSED }, ({ path }): OnLoadResult => {
      const { ERROR, TYPE }: Record<string, object> = createRequire(path)(path);
      return { contents: `module.exports = ${JSON.stringify({ ERROR, TYPE })};` };
    });
    onLoad({ filter: OPTIONS }, ({ path }): OnLoadResult => {
      const text = readFileSync(path, 'utf8');
      return { contents: text.replace(/description: `(?:[^`\\]|\\[\s\S])*`/g, "description: '-'") };
    });
  },
};

function instead(contents: string): (file: { path: string }) => OnLoadResult {
  return ({ path }) => ({ contents, resolveDir: path.replace(/\/[^/]*$/, '') });
}

/** Makes a program smaller without changing what it does. */
export const light: Plugin = {
  name: 'light',
  setup({ onLoad }) {
    for (const [filter, contents] of INSTEAD) onLoad({ filter }, instead(contents));
    onLoad({ filter: REPLACEMENTS }, async (): Promise<OnLoadResult> => {
      const text = JSON.stringify(await replacements());
      return { contents: `export const all = JSON.parse(${unpacked(Buffer.from(text))}.toString());` };
    });
    onLoad({ filter: DATA }, ({ path }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: `module.exports = JSON.parse(${unpacked(Buffer.from(text))}.toString());` };
    });
    onLoad({ filter: ENTITIES }, async ({ path }): Promise<OnLoadResult> => {
      const { htmlDecodeTree }: { htmlDecodeTree: Uint16Array } = await import(path);
      const bytes = Buffer.alloc(htmlDecodeTree.length * 2);
      for (const [i, unit] of htmlDecodeTree.entries()) bytes.writeUInt16LE(unit, i * 2);
      return { contents: `export const htmlDecodeTree = ${UNITS}(${unpacked(bytes)});` };
    });
    onLoad({ filter: PARSER }, ({ path }): OnLoadResult => {
      const code = /'([A-Za-z0-9+/=]+)'/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
      return { contents: `module.exports = ${unpacked(Buffer.from(code, 'base64'))};` };
    });
    onLoad({ filter: NAMES }, ({ path }): OnLoadResult => {
      const names = [...readFileSync(path, 'utf8').matchAll(/^ {2}'([^'\\]+)',?$/gm)].map(
        ([, name]) => name ?? '',
      );
      return {
        contents: `export const top = ${UNFRONTED}(${unpacked(Buffer.from(fronted(names)))}.toString());`,
      };
    });
  },
};

/** As src/popular.ts counts: within these the order says nothing, so names can stand by the alphabet. */
const AMONG = [0, 1000, 5000, 8000, Number.POSITIVE_INFINITY];

/** Each name as how much it shares with the one before (base 36) and the rest. */
function fronted(names: readonly string[]): string {
  const lines: string[] = [];
  let last = '';
  for (const [at, from] of AMONG.slice(0, -1).entries()) {
    for (const name of names.slice(from, AMONG[at + 1]).sort()) {
      let shared = 0;
      while (shared < 35 && shared < name.length && name[shared] === last[shared]) shared++;
      lines.push(shared.toString(36) + name.slice(shared));
      last = name;
    }
  }
  return lines.join('\n');
}

const UNFRONTED =
  "((text, last = '') => text.split('\\n').map((line) => (last = last.slice(0, parseInt(line[0], 36)) + line.slice(1))))";

const UNITS =
  '((bytes) => Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(i * 2)))';

/** An expression for bytes that are data and no code. */
function unpacked(bytes: Buffer): string {
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  return `require('node:zlib').brotliDecompressSync(${DENSE}('${dense(packed)}').subarray(0, ${packed.length}))`;
}

/** Four bytes as five of 85 characters that need no escape in a text, a sixteenth shorter than base64: ( to }, but no \\. */
function dense(bytes: Buffer): string {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  let text = '';
  for (let i = 0; i < padded.length; i += 4) {
    let rest = padded.readUInt32BE(i);
    let five = '';
    for (let j = 0; j < 5; j++) {
      const code = 40 + (rest % 85);
      five = String.fromCharCode(code < 92 ? code : code + 1) + five;
      rest = Math.floor(rest / 85);
    }
    text += five;
  }
  return text;
}

const DENSE =
  '((text, bytes = Buffer.alloc((text.length / 5) * 4)) => { for (let i = 0, word = 0; i < text.length; word = ++i % 5 ? word : 0) { const code = text.charCodeAt(i); word = word * 85 + code - (code < 92 ? 40 : 41); if (i % 5 === 4) bytes.writeUInt32BE(word, ((i - 4) / 5) * 4); } return bytes; })';
