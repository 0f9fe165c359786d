/** The edits that one page needs, and what is said about each of its loads. */
import type { Load, Page } from '../readers/html/page.ts';
import type { Origins } from '../readers/html/urls.ts';
import type { ImportsOf } from '../readers/script/imports.ts';
import type { WebLoad } from '../web.ts';
import { type Assessed, assess, isImport } from './assess.ts';
import { assessOwn, isOwnMatter } from './assess-own.ts';
import { attributeEdits } from './attributes.ts';
import type { Edit } from './edits.ts';
import { countingMap, mapChange } from './import-map.ts';
import { baseAt, keyOf } from './keys.ts';
import type { Learn } from './learn.ts';
import { importsOf } from './modules.ts';
import { namedModules } from './named.ts';
import type { OwnFiles } from './own.ts';
import type { Pin } from './pin.ts';

export interface PlanOptions {
  learn: Learn;
  judge(load: Load): WebLoad;
  /** By which the page was read: with `own`, nothing is the site's own. */
  origins: Origins;
  imports: ImportsOf;
  update: boolean;
  /** The site's own files are covered too. */
  own?: { files: OwnFiles; isOwn(url: string): boolean } | undefined;
  /** The address of the site is known. */
  site: boolean;
  pin: Pin;
}

/** What is done about a load. `integrity`: what it gets, or keeps. */
export interface Outcome extends Assessed {
  integrity?: string;
  /** Of its own tag; what an import map gets is not here. */
  edits?: Edit[];
}

export interface Plan {
  edits: Edit[];
  /** In the order of the page; imports of imports behind. */
  outcomes: Outcome[];
}

/** A tag before which an import map may have to stand, in bytes of the file. `foreign`: it cannot, within SVG. */
export interface Place {
  start: number;
  foreign: boolean;
  /** It imports something by a name that only the running code makes. */
  open?: boolean;
}

/** The tags of a page's code, ascending. `imports`: to be asked which of it is open. */
export function placesOf({ scripts }: Page, imports?: ImportsOf): Place[] {
  const own = scripts.filter(({ context }) => context !== 'srcdoc');
  return own
    .map(({ start, foreign, text }) => ({ start, foreign, open: isOpen(text, imports) }))
    .sort((a, b) => a.start - b.start);
}

function isOpen(text: string, imports: ImportsOf | undefined): boolean {
  return imports !== undefined && /\bimport\s*\(/.test(text) && imports(text).open;
}

/** Plans one page. `scripts`: the tags of its code, ascending. */
export async function planPage(
  page: Page,
  bytes: Buffer,
  scripts: readonly Place[],
  options: PlanOptions,
): Promise<Plan> {
  const { learn, update, own } = options;
  const isOwn = (load: Load) => own?.isOwn(load.url) === true;
  const assessOwned = (load: Load) =>
    own !== undefined && isOwn(load) ? assessOwn(load, own.files, update) : undefined;
  const loads = page.loads.filter((load) => !isOwn(load) || isOwnMatter(load));
  if (own !== undefined && scripts.some(({ open }) => open)) loads.push(...namedModules(page, bytes, own));
  const direct = await Promise.all(
    loads.map(async (load) => assessOwned(load) ?? assessPinned(load, page, bytes, options)),
  );
  const judge = judgePinned(direct, options);
  const assessOne = async (load: Load) => assessOwned(load) ?? assess(judge(load), learn, update);
  const { assessed, unknown } = await importsOf(direct, { ...options, page, assess: assessOne });
  for (const reason of unknown) page.gaps.push({ source: 'sri-fix', fact: 'pages', reason, required: false });
  const outcomes = agreed([...direct, ...assessed]);
  const edits: Edit[] = [];
  for (const outcome of outcomes) {
    const made = tagEdits(outcome, page.encoding);
    if (made.length > 0) outcome.edits = made;
    for (const edit of made) edits.push(edit);
  }
  for (const edit of mapEdits(page, bytes, scripts, outcomes, options)) edits.push(edit);
  for (const outcome of outcomes)
    if (outcome.pinned?.edit !== undefined && isPinned(outcome)) edits.push(outcome.pinned.edit);
  return { edits, outcomes };
}

async function assessPinned(
  load: Page['loads'][number],
  page: Page,
  bytes: Buffer,
  { learn, judge, update, pin }: PlanOptions,
): Promise<Assessed> {
  const judged = judge(load);
  const pinned = await pin(judged, page, bytes);
  if (pinned === undefined) return assess(judged, learn, update);
  if (pinned.ok) return { ...(await assess(judge({ ...load, url: pinned.url }), learn, update)), pinned };
  const { refused, reason, advice } = pinned;
  const action = refused ? 'refused' : 'unlearned';
  return { load: judged, action, reason, ...(advice === undefined ? {} : { advice }) };
}

// What modules import by a name that the import map gives to a floating URL.
function judgePinned(own: readonly Assessed[], { judge }: PlanOptions): PlanOptions['judge'] {
  const urls = new Map<string, string>();
  for (const { load, pinned } of own)
    if (pinned !== undefined && load.kind === 'map-entry') urls.set(pinned.was, pinned.url);
  return (load) => judge({ ...load, url: urls.get(load.url) ?? load.url });
}

/** Whether the exact version is written: with integrity, or where only the file's maker stands against it. */
export function isPinned({ action, load }: Assessed): boolean {
  return (
    action === 'set' || action === 'keep' || (action === 'refused' && load.resource?.pin === 'generated')
  );
}

const NEIGHBOUR = 'another tag of this URL has an integrity that is wrong';

// One URL, one metadata on a page: browsers take a preload only for a tag with the same, and a module's first request
// decides for all.
function agreed(assessed: readonly Assessed[]): Outcome[] {
  const wrong = new Set<string>();
  const standing = new Map<string, string>();
  for (const { load, action, hashStays } of [...assessed].sort((a, b) => rank(a) - rank(b))) {
    if (action === 'wrong') wrong.add(load.url);
    const { integrity = '', metadata } = load;
    const kept = metadata?.effective === true && (action === 'keep' || hashStays === true);
    if (kept && /^[\w+/= -]+$/.test(integrity) && !standing.has(load.url)) standing.set(load.url, integrity);
  }
  return assessed.map((one): Outcome => {
    const { load, action, learned } = one;
    if (wrong.has(load.url) && action === 'set') return { ...one, action: 'wrong', reason: NEIGHBOUR };
    const integrity = standing.get(load.url) ?? learned?.integrity;
    if (integrity === undefined || (action !== 'set' && action !== 'keep')) return one;
    if (one.hashStays) return { ...one, integrity: load.integrity ?? integrity };
    if (action === 'set') return { ...one, integrity: valueFor(load, integrity) };
    const preload = load.kind === 'preload' || load.kind === 'modulepreload';
    const own = load.integrityFrom === 'attribute' && load.metadata !== undefined;
    const differs = preload && own && standing.has(load.url);
    if (differs && !sameTokens(load.integrity ?? '', integrity)) return { ...one, action: 'set', integrity };
    return { ...one, ...(load.integrity === undefined ? {} : { integrity: load.integrity }) };
  });
}

function rank({ load }: Assessed): number {
  return load.kind === 'preload' || load.kind === 'modulepreload' ? 1 : 0;
}

function sameTokens(a: string, b: string): boolean {
  const tokens = (text: string) => text.split(/\s+/).filter(Boolean).sort().join(' ');
  return tokens(a) === tokens(b);
}

// Keys of signatures are left alone: https://wicg.github.io/signature-based-sri/
function valueFor({ metadata, integrity = '' }: WebLoad, wanted: string): string {
  if (metadata?.signed !== true) return wanted;
  const keys = integrity.split(/[\t\n\f\r ]+/).filter((token) => /^ed25519-[\w+/=-]+$/.test(token));
  return [...keys, wanted].join(' ');
}

function tagEdits({ load, action, integrity, learned, hashStays }: Outcome, encoding: string): Edit[] {
  const { tag, cors, resource } = load;
  if (action !== 'set' || tag === undefined || integrity === undefined) return [];
  const wanted: [string, string][] = [];
  if (hashStays !== true) wanted.push(['integrity', integrity]);
  const anyOrigin = resource?.cors === true || learned?.anyOrigin === true;
  // Modules ask with CORS by themselves.
  if (cors === 'no-cors' || (cors === 'use-credentials' && anyOrigin))
    wanted.push(['crossorigin', 'anonymous']);
  return attributeEdits(tag, wanted, encoding);
}

// Entries that the counting map has already are dropped; where it cannot be written, the outcomes say why.
function mapEdits(
  page: Page,
  bytes: Buffer,
  scripts: readonly Place[],
  outcomes: Outcome[],
  options: PlanOptions,
): Edit[] {
  const counting = countingMap(page);
  const asked: Outcome[] = [];
  for (const outcome of outcomes) {
    const { load, action, integrity } = outcome;
    if (action !== 'set' || !isImport(load) || integrity === undefined) continue;
    if (counting?.integrity.get(load.url) === integrity) outcome.action = 'keep';
    else asked.push(outcome);
  }
  const anchor = anchorOf(page, scripts, asked);
  const base = baseAt(page, counting?.start ?? anchor?.start ?? 0);
  const entries: [string, { key: string; integrity: string }][] = [];
  const written: Outcome[] = [];
  for (const outcome of asked) {
    const { load, own, integrity = '' } = outcome;
    const key = own ? keyOf(load.url, load, page, bytes, { base, site: options.site }) : load.url;
    if (key === undefined) {
      Object.assign(outcome, { action: 'refused', reason: NO_KEY, advice: '--site says where it is served' });
      continue;
    }
    entries.push([load.url, { key, integrity }]);
    written.push(outcome);
  }
  if (entries.length === 0) return [];
  const change = mapChange(page, bytes, new Map(entries), anchor, base);
  if (change.ok) return change.edits;
  for (const outcome of written)
    Object.assign(outcome, { action: 'refused', reason: change.reason, advice: change.advice });
  return [];
}

const NO_KEY = "the page's base URL is elsewhere, so that only a full URL could name it in an import map";

// Before the first tag that asks for a module, and before every script that imports what the map is to cover.
function anchorOf(
  { firstModule, loads }: Page,
  scripts: readonly Place[],
  asked: readonly Outcome[],
): Place | undefined {
  let anchor: Place | undefined = firstModule;
  const before = (place: Place) => {
    if (anchor === undefined || place.start < anchor.start) anchor = place;
  };
  for (const script of scripts) if (script.open && asked.length > 0) before(script);
  const tags = new Set<number>();
  for (const { tag, destination, condition } of loads)
    if (tag !== undefined && destination === 'script' && condition !== 'noscript') tags.add(tag.start);
  let earliest = Number.POSITIVE_INFINITY;
  for (const { load } of asked) {
    const { offset } = load.location;
    if (load.via === 'import()' && load.tag === undefined) earliest = Math.min(earliest, offset);
    if (tags.has(offset)) before({ start: offset, foreign: false });
  }
  let holder: Place | undefined;
  for (const script of scripts)
    if (script.start <= earliest && script.start > (holder?.start ?? -1)) holder = script;
  if (holder !== undefined && earliest !== Number.POSITIVE_INFINITY) before(holder);
  return anchor;
}
