/** What a step does, package by package, for people. */
import { compareSeverity, type Finding, type Scope } from '../model.ts';
import { strongerScope } from '../scopes.ts';
import type { Graph, Place } from './graph.ts';
import { isAbove, isMajor } from './ranges.ts';
import type { Move } from './types.ts';
import type { Work } from './work.ts';

export interface Telling {
  /** As installed. */
  names: ReadonlySet<string>;
  /** What is gone afterwards, or what would have to go. */
  findings: readonly Finding[];
  /** Package versions (`name@version`) that have to stay; only for a step that does nothing. */
  staying?: ReadonlySet<string>;
  /** All who ask for the packages allow the new versions, so that none counts as a major change. */
  free: boolean;
}

/**
 * The moves of the named packages from the tree of `work` to `after`; the same tree: what would have to move. A
 * finding is told with its own package where that is named, else with the first one that moves for its sake.
 */
export function movesOf(work: Work, after: Graph, telling: Telling): Move[] {
  const moves = new Map<string, Move>();
  for (const place of new Set(work.graph.places.values())) {
    if (place.importer || !telling.names.has(place.as)) continue;
    const to = targetOf(after, place, telling.staying);
    if (to === undefined) continue;
    const id = `${place.as}@${place.version}`;
    const other = moves.get(id);
    if (other === undefined) moves.set(id, newMove(work, place, to, telling.free));
    else if (isAbove(to, other.to)) other.to = to;
  }
  const list = [...moves.values()];
  tell(list, telling.findings);
  return list.sort(
    (a, b) => compareScopes(a.scope, b.scope) || compareWorst(a, b) || (a.name < b.name ? -1 : 1),
  );
}

// Undefined where the place stays as it is, or goes without a successor; empty where it has to stay.
function targetOf(after: Graph, place: Place, staying: ReadonlySet<string> | undefined): string | undefined {
  const { name, version, key } = place;
  if (staying !== undefined) return staying.has(`${name}@${version}`) ? '' : undefined;
  const next = after.places.get(key);
  if (next !== undefined && next.name === name) return next.version === version ? undefined : next.version;
  // Whoever asked for it is answered by another place.
  let best: string | undefined;
  for (const other of after.shares ? after.places.values() : successors(after, place)) {
    if (other.name === name && (best === undefined || isAbove(other.version, best))) best = other.version;
  }
  return best === version ? undefined : best;
}

function* successors({ places }: Graph, { dependents }: Place): Iterable<Place> {
  for (const { from, name } of dependents) {
    const to = places.get(from.key)?.edges.find((one) => one.name === name)?.to;
    if (to !== undefined) yield to;
  }
}

function newMove(work: Work, place: Place, to: string, free: boolean): Move {
  const { name, as, version, dependents } = place;
  const { known } = work;
  const subject = work.packages.find((one) => one.name === name && one.version === version);
  const move: Move = {
    name,
    from: version,
    to: to === '' ? '' : known.askFor(name, to),
    orLater: to !== '' && !known.isKnown(name),
    major: !free && isMajor(version, to),
    direct: dependents.some(({ from }) => from.importer),
    scope: subject?.scope ?? 'dev',
    more: 0,
  };
  return as === name ? move : { ...move, alias: as };
}

function tell(moves: readonly Move[], findings: readonly Finding[]): void {
  const told = new Map<Move, Finding[]>();
  for (const finding of findings) {
    const { name, version } = finding.package ?? {};
    const same = moves.filter((one) => one.name === name);
    const move = same.find((one) => one.from === version) ?? same[0] ?? moves[0];
    if (move !== undefined) told.set(move, [...(told.get(move) ?? []), finding]);
  }
  for (const [move, own] of told) {
    const worst = [...own].sort((a, b) => compareSeverity(b.severity, a.severity))[0];
    for (const { package: subject } of own) move.scope = strongerScope(move.scope, subject?.scope ?? 'dev');
    if (worst === undefined) continue;
    move.severity = worst.severity;
    move.title = worst.advisory?.title ?? worst.message;
    move.more = own.length - 1;
  }
}

function compareScopes(a: Scope, b: Scope): number {
  return Number(a === 'dev') - Number(b === 'dev');
}

function compareWorst(a: Move, b: Move): number {
  return compareSeverity(b.severity ?? 'info', a.severity ?? 'info');
}
