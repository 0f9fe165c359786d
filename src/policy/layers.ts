/** Policies that extend each other → one policy. What a base has locked, those above it can only tighten. */

import type { Severity } from '../model.ts';
import { DEFAULT_OPTIONS, type RuleOptions } from '../rules/options.ts';
import { type Bar, type Bars, type Ignore, type LevelCase, lowerBar, type Policy } from './policy.ts';
import type { PolicyFile } from './schema.ts';

/** One file of the chain, as written, and what to call it. */
export interface Layer {
  file: PolicyFile;
  /** For people: a preset's name, a path, a package with its version. */
  from: string;
  /** One of vakt's own, which nobody at the project chose rule by rule. */
  preset?: true;
  /** Where each ignore entry is written. */
  ignoresAt: readonly string[];
}

type Writable = { -readonly [K in keyof Policy]: Policy[K] };

/** Lays the files over each other, base first. */
export function merge(layers: readonly Layer[], name: string): Policy {
  const from = layers.map((layer) => layer.from);
  const policy: Writable = {
    name,
    from: [from.at(-1), ...(from.length > 1 ? [`(extends ${from.slice(0, -1).join(', ')})`] : [])].join(' '),
    require: { files: false, advisories: false, histories: false },
    rules: new Map(),
    chosen: new Set(),
    options: DEFAULT_OPTIONS,
    lockedRules: new Map(),
    failOn: {},
    barred: new Set(),
    raise: [],
    internal: [],
    registries: [],
    ownOrigins: [],
    allowedHosts: [],
    licenses: { allow: [], deny: [] },
    include: [],
    exclude: [],
    ignores: [],
  };
  const locked = new Set<string>();
  for (const layer of layers) {
    add(policy, layer, locked);
    lock(policy, layer.file, locked);
  }
  return policy;
}

/** Raises the bar by the command line: it can tighten, never loosen. */
export function withBar(policy: Policy, bar: Bar): Policy {
  return { ...policy, raise: [...policy.raise, { production: bar, development: bar }] };
}

function add(policy: Writable, { file, ignoresAt, preset }: Layer, locked: ReadonlySet<string>): void {
  const barred = new Set(file['fail-on'] === undefined ? policy.barred : policy.rules.keys());
  const rules = new Map(policy.rules);
  for (const [rule, written] of Object.entries(file.rules ?? {})) {
    if (written === undefined) continue;
    rules.set(rule, casesOf(written));
    barred.delete(rule);
  }
  policy.rules = rules;
  policy.barred = barred;
  if (preset !== true) policy.chosen = new Set([...policy.chosen, ...Object.keys(file.rules ?? {})]);
  if (file.options && !locked.has('options')) policy.options = withOptions(policy.options, file.options);
  if (file['fail-on'] !== undefined) policy.failOn = { ...policy.failOn, ...barsOf(file['fail-on']) };
  addRequire(policy, file, locked.has('require'));
  // Each of these takes packages or hosts out of what is judged, or accepts findings.
  if (file.internal && !locked.has('internal')) policy.internal = union(policy.internal, file.internal);
  if (file.registries && !locked.has('registries'))
    policy.registries = union(policy.registries, file.registries);
  const { 'own-origins': origins, 'allowed-hosts': hosts } = file;
  if (origins && !locked.has('own-origins')) policy.ownOrigins = union(policy.ownOrigins, origins);
  if (hosts && !locked.has('allowed-hosts')) policy.allowedHosts = union(policy.allowedHosts, hosts);
  if (file.licenses) policy.licenses = licensesOf(policy.licenses, file.licenses, locked.has('licenses'));
  if (file.include) policy.include = union(policy.include, file.include);
  if (file.exclude && !locked.has('exclude')) policy.exclude = union(policy.exclude, file.exclude);
  if (file.ignore && !locked.has('ignore')) {
    const entries: Ignore[] = file.ignore.map((entry, i) => ({ ...entry, where: ignoresAt[i] ?? '' }));
    policy.ignores = [...policy.ignores, ...entries];
  }
}

/** Thresholds are replaced, exceptions add up. */
function withOptions(before: RuleOptions, written: NonNullable<PolicyFile['options']>): RuleOptions {
  const options = { ...before };
  const { 'fresh-release': fresh, 'publisher-changed': publisher, 'provenance-lost': provenance } = written;
  options['fresh-release'] = laid(before['fresh-release'], fresh);
  options['publisher-changed'] = laid(before['publisher-changed'], publisher);
  options['provenance-lost'] = laid(before['provenance-lost'], provenance);
  const { majors = before.outdated.majors, years = before.outdated.years } = written.outdated ?? {};
  options.outdated = { majors, years };
  const { slow, stale, abandoned } = { ...before.unmaintained, ...given(written.unmaintained) };
  options.unmaintained = { slow, stale, abandoned };
  return options;
}

function laid<T extends { except: readonly string[] }>(
  before: T,
  written: { [K in keyof T]?: T[K] | undefined } = {},
): T {
  return { ...before, ...given(written), except: union(before.except, written.except ?? []) };
}

/** Without the keys that were left out. */
function given<T extends object>(written: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const set = Object.entries(written ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

// Denying more is tightening; so is allowing where nothing was listed.
function licensesOf(
  { allow, deny }: Policy['licenses'],
  file: NonNullable<PolicyFile['licenses']>,
  tightenOnly: boolean,
): Policy['licenses'] {
  const mayAllow = !tightenOnly || allow.length === 0;
  return { allow: mayAllow ? union(allow, file.allow ?? []) : allow, deny: union(deny, file.deny ?? []) };
}

function addRequire(policy: Writable, file: PolicyFile, tightenOnly: boolean): void {
  const { files, advisories, histories } = file.require ?? {};
  const before = policy.require;
  const maxAge = typeof advisories === 'string' ? hoursOf(advisories) : undefined;
  const wanted = advisories === undefined ? undefined : advisories !== false;
  policy.require = tightenOnly
    ? {
        files: before.files || files === true,
        advisories: before.advisories || wanted === true,
        histories: before.histories || histories === true,
        maxAgeHours: Math.min(
          before.maxAgeHours ?? Number.POSITIVE_INFINITY,
          maxAge ?? Number.POSITIVE_INFINITY,
        ),
      }
    : {
        files: files ?? before.files,
        advisories: wanted ?? before.advisories,
        histories: histories ?? before.histories,
        maxAgeHours: advisories === undefined ? before.maxAgeHours : maxAge,
      };
}

/** Freezes what is locked as it stands now. */
function lock(policy: Writable, file: PolicyFile, locked: Set<string>): void {
  const lockedRules = new Map(policy.lockedRules);
  for (const key of file.locked ?? []) {
    locked.add(key);
    if (key === 'fail-on') policy.raise = [...policy.raise, tightest(policy.failOn)];
    const named = key === 'rules' ? [...policy.rules.keys()] : key.startsWith('rules.') ? [key.slice(6)] : [];
    for (const rule of named) {
      lockedRules.set(rule, [...(lockedRules.get(rule) ?? []), policy.rules.get(rule) ?? []]);
    }
  }
  policy.lockedRules = lockedRules;
}

function tightest({ production, development }: Bars): Bars {
  return { production: lowerBar(production, undefined), development: lowerBar(development, undefined) };
}

type WrittenCase = Omit<LevelCase, 'severity'> & { severity?: string | undefined };

function casesOf(written: unknown): LevelCase[] {
  const list = (Array.isArray(written) ? written : [written]) as (WrittenCase | LevelCase['level'])[];
  return list.map((one) => {
    if (typeof one === 'string') return { level: one };
    return one.severity === undefined ? (one as LevelCase) : { ...one, severity: severityOf(one.severity) };
  });
}

/** `medium` is what others call `moderate`. */
export function severityOf(text: string): Severity {
  return (text === 'medium' ? 'moderate' : text) as Severity;
}

function barsOf(written: NonNullable<PolicyFile['fail-on']>): Bars {
  const read = (bar: string | undefined): Bar | undefined =>
    bar === undefined || bar === 'never' ? bar : severityOf(bar);
  if (typeof written === 'string') return { production: read(written), development: read(written) };
  const bars: Bars = {};
  if (written.production !== undefined) bars.production = read(written.production);
  if (written.development !== undefined) bars.development = read(written.development);
  return bars;
}

function hoursOf(age: string): number {
  return Number(age.slice(0, -1)) * (age.endsWith('d') ? 24 : 1);
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
