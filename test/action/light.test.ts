/** What is written shorter in the committed Action does the same. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import fc from 'fast-check';
import { ALIAS, ONE_FILE } from '../../.ci/bundle.ts';
import { LIGHTER, light, SHORTENED } from '../../.ci/light.ts';
import { readNpmrc } from '../../src/npmrc.ts';
import { popularNames } from '../../src/popular.ts';
import { parser, type Syntax } from '../../src/readers/script/parse.ts';
import { replacementsFor } from '../../src/replacements.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** As the Action is built. */
const AS_ACTION: BuildOptions = {
  ...ONE_FILE,
  alias: { ...ALIAS, ...LIGHTER },
  mangleProps: SHORTENED,
  plugins: [light],
};

/** What parse5 has, as far as it is looked at here. */
interface Html {
  parse(page: string, options: object): HtmlNode;
  serialize(node: HtmlNode): string;
}
interface HtmlNode {
  nodeName: string;
  sourceCodeLocation?: object | null;
  childNodes?: HtmlNode[];
}

/** What a module says when it is built as a part of the Action, or as it is. */
async function built<T>(home: string, contents: string, how = AS_ACTION): Promise<T> {
  const outfile = join(home, how === AS_ACTION ? 'built.cjs' : 'plain.cjs');
  await build({ ...how, stdin: { contents, resolveDir: root, loader: 'ts' }, outfile });
  return createRequire(import.meta.url)(outfile);
}

/** Scripts with what has parsing methods of its own; `§` stands for a dollar. */
const SCRIPTS = [
  'async function* f([a, {b = 1, ...c}], ...d) { for await (const x of y) yield* await x; label: while (a?.b ?? c) { if (d) break label; else continue; } }',
  'class A extends B { static { this.#p = new.target } get x() { return super.x } set x(v) {} static async *#p(a = 1) {} [k] = 1; constructor() { super() } }',
  'export default class {} export * as n from "m"; export { a as "b c" }; import d, * as e from "x" with { type: "json" }; import("y"); import.meta.url',
  'x = /(?<year>\\d{4})-\\k<year>[\\p{Lu}&&[a-z]--\\q{ab|c}](?<=a)(?!b)(?:c){1,2}?\\u{1F600}\\x41\\cA(?i:d)/v; y = /a|[^\\b-\\s]/giu; z = /\\1(a)\\07/',
  'x = `a§{b`c§{d}`}e`; y = 0x1F + 0b11n + 0o17 + 1_000.5e-3; z = a ? (b, c) => ({ d }) : async (e) => e ** 2; a ||= b; a &&= c; a ??= d; a >>>= 1',
  'switch (a) { case 1: try { throw b } catch { debugger } finally { var c } default: do {} while (0) } with (a) b; for (var i in o); for (;;) {}',
  'x = /(/; ',
  'let a; let a;',
  '#!/usr/bin/env node\n<!-- html\n--> html',
  'x = "\\u{110000}"',
  'var \u{62C}\u{D7FF}\u{20000} = 1',
];
const DIALECTS = [
  'abstract class A<in out T extends B = C> implements D, E { declare private readonly x?: number; constructor(public a: string, protected b!: any) { super() } abstract f(this: A): asserts a is B; override g<T>(x?: T): x is string { return x! as unknown as T } [k: string]: any; accessor y = 1 }',
  'type A<T> = T extends (infer U extends string)[] ? { readonly [K in keyof T as `a§{K}`]-?: T[K] } : [a: string, ...b: number[]] | unique symbol | typeof import("x").y | (new () => void) | abstract new () => B',
  'enum A { B = 1, C } declare const enum D { E } namespace N.M { export import x = y.z } declare module "m" { export = x } declare global {} import type { T } from "t"; import { type U, V } from "u"; export type { W }; export as namespace X; import f = require("f")',
  'function f(a: string): void; function f<const T>(a?: T, ...b: Array<Map<string, T>>): asserts a {} let x = <T,>(y: T) => y; let z = a satisfies B; f<string>("a"); new Map<string, number>(); @dec() class C { @p m(@q r) {} }',
  'const a = <T extends unknown>(b: T): b is T => <any>b;',
  'const a = <A.B {...c} d="e &amp; f" g={<></>}>text {/* c */} &copy; <h:i j-k /></A.B>;',
];

const FILES: Record<string, string> = {
  'package.json': '{"name":"r","workspaces":["packages/*","./libs/**","!libs/none"]}',
  '.npmrc': '@acme:registry=https://acme.example.test/',
  'packages/a/package.json': '\ufeff{"name":"a"}',
  'packages/a/.npmrc': '@own:registry=https://own.example.test/',
  'libs/x/b/package.json': '{}',
  'libs/none/package.json': '{}',
  'other/c/package.json': '{"name":"c"}',
};

/** What tokenizing and tree construction have rules of their own for. */
const TAGS =
  'a b p table tr td caption col tbody select option optgroup template svg math mi foreignObject title textarea script style noscript plaintext frameset frame iframe html head body form button li dd h1 nobr image input br xmp noframes ruby rt'.split(
    ' ',
  );
const PIECES = [
  '<!doctype html>',
  '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 3.2//EN" SYSTEM \'x\'>',
  '<!-- a --!>',
  '<!--><!--->',
  '<![CDATA[x]]>',
  '<?x>',
  '&copy; &#x80; &#xD800; &notanything; &',
  '<!-',
  '</>',
  '<a b=c d=\'e\' F="g" / h>',
  '<script><!--<script></script>-->',
  '\0',
  ' \n\t',
  'text',
];

suite('parts of packages', (test) => {
  test('the names that many use are the same, and among as many', () =>
    inTemporaryFolder(async (home) => {
      const outfile = join(home, 'popular.cjs');
      await build({ ...ONE_FILE, entryPoints: ['src/popular.ts'], outfile, plugins: [light] });
      const short: { popularNames: typeof popularNames } = createRequire(import.meta.url)(outfile);
      const sorted = (names: ReadonlyMap<string, number>) => [...names].sort(([a], [b]) => (a < b ? -1 : 1));
      assert.equal(sorted(short.popularNames()), sorted(popularNames()));
    }));

  test('what stands in for a package is the same', () =>
    inTemporaryFolder(async (home) => {
      const entry =
        "export { replacementsFor } from './src/replacements.ts'; export { all } from 'module-replacements'";
      const short = await built<{ replacementsFor: typeof replacementsFor }>(home, entry);
      const { all } = await import('module-replacements');
      const names = Object.keys(all.mappings);
      assert.ok(names.length > 100);
      assert.equal([...short.replacementsFor(names)], [...replacementsFor(names)]);
    }));

  test('references of characters are the same', () =>
    inTemporaryFolder(async (home) => {
      const entry = "export { htmlDecodeTree } from 'entities/decode'";
      const { htmlDecodeTree } = await import('entities/decode');
      const short = await built<{ htmlDecodeTree: Uint16Array }>(home, entry);
      assert.equal([...short.htmlDecodeTree], [...htmlDecodeTree]);
    }));

  test('names that are written short do not change what scripts are read as', () =>
    inTemporaryFolder(async (home) => {
      const short = await built<{ parser: typeof parser }>(
        home,
        "export { parser } from './src/readers/script/parse.ts'",
      );
      const [asAction, asIs] = await Promise.all([short.parser(true), parser(true)]);
      const sources = readdirSync(join(root, 'src/readers/script')).map((name) =>
        readFileSync(join(root, 'src/readers/script', name), 'utf8'),
      );
      const syntaxes: Syntax[] = ['classic', 'module', 'ts', 'tsx'];
      const exact = (tree: unknown): string =>
        JSON.stringify(tree, (_, value) =>
          typeof value === 'bigint' || value instanceof RegExp ? String(value) : value,
        ) ?? 'none';
      let understood = 0;
      const own = [...SCRIPTS, ...DIALECTS].map((text) => text.replaceAll('§', '$'));
      for (const text of [...own, ...sources]) {
        for (const syntax of syntaxes) {
          const tree = asIs(text, syntax);
          if (tree !== undefined) understood++;
          assert.is(exact(asAction(text, syntax)), exact(tree), `${syntax}: ${text.slice(0, 80)}`);
        }
      }
      assert.ok(understood > sources.length, String(understood));
    }));

  test('nor what pages are read as', () =>
    inTemporaryFolder(async (home) => {
      const entry = "export { parse, serialize } from 'parse5'";
      const short = await built<Html>(home, entry);
      const plain = await built<Html>(home, entry, ONE_FILE);
      const both = (page: string): [string, string] => {
        const tell = (with_: Html): string => {
          const errors: unknown[] = [];
          const options = {
            sourceCodeLocationInfo: true,
            onParseError: (error: unknown) => errors.push(error),
          };
          const document = with_.parse(page, options);
          const places: unknown[] = [];
          const visit = (node: HtmlNode): void => {
            places.push(node.nodeName, node.sourceCodeLocation);
            for (const child of node.childNodes ?? []) visit(child);
          };
          visit(document);
          return JSON.stringify([with_.serialize(document), places, errors]);
        };
        return [tell(short), tell(plain)];
      };
      const pages = fc.array(
        fc.oneof(
          fc.constantFrom(...PIECES),
          fc.constantFrom(...TAGS).map((name) => `<${name} a="&amp&notit;">`),
          fc.constantFrom(...TAGS).map((name) => `</${name}>`),
        ),
        { maxLength: 30 },
      );
      fc.assert(
        fc.property(pages, (pieces) => {
          const [a, b] = both(pieces.join(''));
          return a === b;
        }),
        { numRuns: 400 },
      );
    }));

  test("a workspace's settings are found as npm finds them", () =>
    inTemporaryFolder(async (home) => {
      const outfile = join(home, 'npmrc.cjs');
      const alias = { ...ALIAS, ...LIGHTER };
      await build({ ...ONE_FILE, alias, entryPoints: ['src/npmrc.ts'], outfile, plugins: [light] });
      const short: { readNpmrc: typeof readNpmrc } = createRequire(import.meta.url)(outfile);
      for (const [name, text] of Object.entries(FILES)) {
        mkdirSync(dirname(join(home, 'r', name)), { recursive: true });
        writeFileSync(join(home, 'r', name), text);
      }
      const io = {
        cwd: home,
        env: { HOME: home },
        readFile: (file: string) => readFileSync(file),
        kind: () => undefined,
      };
      const scopes = async (read: typeof readNpmrc, folder: string) =>
        [...(await read(io, join(home, 'r', folder))).scopes].join();
      for (const folder of ['', 'packages/a', 'packages', 'libs/x/b', 'libs/none', 'other/c'])
        assert.is(await scopes(short.readNpmrc, folder), await scopes(readNpmrc, folder), folder);
      assert.match(await scopes(short.readNpmrc, 'packages/a'), /@acme/);
    }));
});
