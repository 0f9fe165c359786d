/** The edits that one page needs, and what is said about each of its third-party loads. */
import type { Page } from '../readers/html/page.ts';
import type { Origins } from '../readers/html/urls.ts';
import type { Analyse } from '../readers/script/analyse.ts';
import type { WebLoad } from '../web.ts';
import { type Assessed, assess, isImport } from './assess.ts';
import { attributeEdits } from './attributes.ts';
import type { Edit } from './edits.ts';
import { countingMap, mapChange } from './import-map.ts';
import type { Learn } from './learn.ts';
import { importsOf } from './modules.ts';
import type { Pin } from './pin.ts';

export interface PlanOptions {
  learn: Learn;
  judge(load: Page['loads'][number]): WebLoad;
  origins: Origins;
  analyse: Analyse;
  update: boolean;
  pin: Pin;
}

/** What is done about a load. `integrity`: what it gets, or keeps. */
export interface Outcome extends Assessed {
  integrity?: string;
}

export interface Plan {
  edits: Edit[];
  /** In the order of the page; imports of imports behind. */
  outcomes: Outcome[];
}

/** Plans one page. `scripts`: where its inline scripts begin, ascending. */
export async function planPage(
  page: Page,
  bytes: Buffer,
  scripts: readonly number[],
  options: PlanOptions,
): Promise<Plan> {
  const { learn, update } = options;
  const own = await Promise.all(page.loads.map((load) => assessPinned(load, page, bytes, options)));
  const judge = judgePinned(own, options);
  const assessOne = (load: WebLoad) => assess(load, learn, update);
  const { assessed, unknown } = await importsOf(own, { ...options, judge, page, assess: assessOne });
  for (const reason of unknown) page.gaps.push({ source: 'sri-fix', fact: 'pages', reason, required: false });
  const outcomes = agreed([...own, ...assessed]);
  const edits = outcomes.flatMap((outcome) => tagEdits(outcome, page.encoding));
  for (const edit of mapEdits(page, bytes, scripts, outcomes)) edits.push(edit);
  for (const { pinned, ...outcome } of outcomes)
    if (pinned?.edit !== undefined && isPinned(outcome)) edits.push(pinned.edit);
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
function mapEdits(page: Page, bytes: Buffer, scripts: readonly number[], outcomes: Outcome[]): Edit[] {
  const counting = countingMap(page);
  const entries = new Map<string, string>();
  const asked: Outcome[] = [];
  for (const outcome of outcomes) {
    const { load, action, integrity } = outcome;
    if (action !== 'set' || !isImport(load) || integrity === undefined) continue;
    if (counting?.integrity.get(load.url) === integrity) {
      outcome.action = 'keep';
      continue;
    }
    entries.set(load.url, integrity);
    asked.push(outcome);
  }
  if (entries.size === 0) return [];
  const change = mapChange(page, bytes, entries, anchorOf(page, scripts, asked));
  if (change.ok) return change.edits;
  for (const outcome of asked)
    Object.assign(outcome, { action: 'refused', reason: change.reason, advice: change.advice });
  return [];
}

// Before the first tag that asks for a module, and before every script that imports what the map is to cover.
function anchorOf(
  { firstModule }: Page,
  scripts: readonly number[],
  asked: readonly Outcome[],
): number | undefined {
  let anchor = firstModule?.start;
  for (const { load } of asked) {
    const script = scripts.findLast((start) => start <= load.location.offset);
    const holds = load.via === 'import()' && load.tag === undefined;
    if (holds && script !== undefined) anchor = Math.min(anchor ?? script, script);
  }
  return anchor;
}
