/** What vakt says about a page is what Chromium 156 and Firefox 153 do with it: `html-cases/browser-semantics.json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../src/integrity.ts';
import { readSite } from '../src/site.ts';
import { matchesBody } from '../src/sri.ts';
import type { Verdict, WebLoad } from '../src/web.ts';
import { assert, suite, testWith } from './helpers.ts';
import { ioWith } from './pages.ts';
import {
  BODIES,
  CDN,
  DIFFERENT,
  PAGES,
  SITE,
  UNMAPPED,
  UNMAPPED_FAMILIES,
  UNUSED_HASHES,
} from './support/browser-pages.ts';

const corpus = process.env.VAKT_CORPUS;

interface Row {
  name: string;
  chromium156: { ran: string[]; sheets: number };
  firefox153: { ran: string[] };
}

/** What a browser does with a load, by what vakt says of it. */
type Outcome = 'blocked' | 'unchecked' | 'checked';

const BLOCKED: readonly Verdict[] = ['wrong-sri', 'sri-without-cors'];

function outcomeOf(load: WebLoad): Outcome {
  // Code that makes a tag is one finding whatever the tag: its hash says whether the browser runs it.
  if (load.kind === 'injected' && load.differsFrom !== undefined) return 'blocked';
  if (load.verdict === undefined) return 'checked';
  return BLOCKED.includes(load.verdict) ? 'blocked' : 'unchecked';
}

async function loadsOf(page: string): Promise<WebLoad[]> {
  const { loads } = await readSite(ioWith({ 'p.html': page }), ['p.html'], {
    site: SITE,
    expect(url, integrity) {
      const body = BODIES[url.slice(CDN.length)];
      if (body === undefined) return undefined;
      return { matches: matchesBody(integrity, (name) => digestOf(body, name)), from: 'the experiment' };
    },
  });
  return loads;
}

/**
 * What becomes of the script or style: a module is checked where its URL is named first, all others at each tag; a
 * blocked preload is all that a tag without integrity gets.
 */
function outcomes(loads: readonly WebLoad[]): Outcome[] {
  const consumers = loads.filter(({ kind }) => kind !== 'preload' && kind !== 'map-entry');
  const isModule = ({ kind }: WebLoad) => kind === 'module' || kind === 'modulepreload' || kind === 'import';
  const [first, ...rest] = consumers;
  if (first !== undefined && rest.some(isModule) && rest.every(({ url }) => url === first.url))
    return [outcomeOf(first)];
  const spoilt = loads.some((load) => load.kind === 'preload' && outcomeOf(load) === 'blocked');
  return consumers.map((load) => (spoilt && load.integrity === undefined ? 'blocked' : outcomeOf(load)));
}

/** How many scripts and styles took effect: what the experiment counted. */
const effects = ({ chromium156: { ran, sheets } }: Row) => ran.length + sheets;

const hasRightHash = (name: string) => /\bright\b|\bhash (?:of|over)\b/i.test(name);

suite('vakt and the browsers', (test) => {
  const file = join(corpus ?? '', 'html-cases', 'browser-semantics.json');
  const rows: Row[] = corpus === undefined ? [] : JSON.parse(readFileSync(file, 'utf8'));

  testWith(corpus ? undefined : 'VAKT_CORPUS', test, 'every row is accounted for, once', () => {
    const names = new Set(rows.map(({ name }) => name));
    for (const name of names) {
      const family = UNMAPPED_FAMILIES[name.split(' ', 1)[0] ?? ''];
      const ways = [PAGES[name], UNMAPPED[name], family].filter((way) => way !== undefined);
      assert.is(ways.length, 1, name);
    }
    for (const name of [...Object.keys(PAGES), ...Object.keys(UNMAPPED), ...Object.keys(DIFFERENT)])
      assert.ok(names.has(name), `no row "${name}"`);
    assert.is(names.size, rows.length);
  });

  for (const row of rows) {
    const page = PAGES[row.name];
    if (page === undefined) continue;
    test(row.name, async () => {
      const found = outcomes(await loadsOf(page));
      const different = DIFFERENT[row.name];
      if (different !== undefined) {
        assert.is(found.at(-1), different.says);
        return;
      }
      const took = effects(row);
      const passed = found.filter((outcome) => outcome !== 'blocked').length;
      assert.is(passed > 0, took > 0, `${found} but ${took} took effect`);
      if (took > 0 && !hasRightHash(row.name))
        assert.ok(found.includes('unchecked'), `${found}, but it took effect without a right hash`);
      if (took > 0 && hasRightHash(row.name))
        assert.is(found.includes('unchecked'), UNUSED_HASHES.includes(row.name), `${found}`);
    });
  }
});
