/** Facts that come from the project's own files and the policy alone, gathered only for the rules that are on. */
import type { Past } from './enrich.ts';
import type { Io } from './io.ts';
import type { Gap, Package, Tree } from './model.ts';
import { isOn, type Policy } from './policy/policy.ts';
import { licenseOf } from './rules/past.ts';
import type { Facts } from './rules/rule.ts';
import { successorOf } from './rules/successor.ts';
import { isPrivate } from './sources/advisories/registry-package.ts';

export type LocalFacts = Pick<Facts, 'licenses' | 'internal' | 'protections' | 'popular' | 'replacements'>;

interface Asking {
  settings: Io;
  /** What rules ask for, where it is not all. */
  needed?: ReadonlySet<keyof Facts>;
  /** What a change brings, and what was there. */
  changed?: ReadonlySet<Package> | undefined;
  base?: { packages: readonly Package[] } | undefined;
}

/** Each loads code or reads files, so none is gathered where its rule is off or, with `needed`, no rule asks. The registries
 * are those of `settings`. */
export async function localFacts(
  io: Io,
  root: string,
  found: { trees: readonly Tree[]; packages: readonly Package[] },
  policy: Policy,
  { settings, needed, changed, base }: Asking,
): Promise<LocalFacts> {
  const { packages, trees } = found;
  const wants = (fact: keyof LocalFacts, rule: string): boolean =>
    needed?.has(fact) !== false && isOn(policy, rule, changed !== undefined || needed !== undefined);
  // Only where the publisher names nothing: the data takes as long to load as a small scan.
  const given = packages.filter(
    ({ direct, deprecated, name }) =>
      direct === true && deprecated !== undefined && successorOf(deprecated, name) === undefined,
  );
  return {
    replacements:
      given.length > 0 && wants('replacements', 'deprecated')
        ? (await import('./replacements.ts')).replacementsFor(given.map(({ name }) => name))
        : new Map(),
    licenses: wants('licenses', 'license') ? await licensesBy(policy) : () => undefined,
    internal: wants('internal', 'dependency-confusion')
      ? await internalFor(settings, root, packages, policy)
      : new Map(),
    protections: wants('protections', 'protection-off')
      ? await (await import('./readers/protections.ts')).readProtections(io, root, trees)
      : [],
    popular:
      wants('popular', 'typosquat') && bringsName(changed, base)
        ? (await import('./popular.ts')).popularNames()
        : new Map(),
  };
}

function bringsName(changed: Asking['changed'], base: Asking['base']): boolean {
  if (changed === undefined) return true;
  const known = new Set(base?.packages.map(({ name }) => name));
  return [...changed].some(({ name }) => !known.has(name));
}

/** Whether the policy judges licences. */
export function judgesLicenses(policy: Policy): boolean {
  const { allow, deny } = policy.licenses;
  return isOn(policy, 'license') && allow.length + deny.length > 0;
}

/** What is not known about licences, where the policy judges them. */
export function licenseGaps(
  packages: readonly Package[],
  policy: Policy,
  { histories, coverage }: Pick<Past, 'histories' | 'coverage'>,
): Gap[] {
  if (!judgesLicenses(policy)) return [];
  const unknown = packages.filter((one) => licenseOf(one, histories) === undefined);
  if (unknown.length === 0) return [];
  const silent = unknown.filter((one) => histories.has(one)).length;
  const told =
    coverage === undefined
      ? ' (vakt --online asks the registry about some, --deep about all)'
      : `; the registry named none for ${silent} of them, and was not asked or did not answer about ${unknown.length - silent}`;
  const reason = `${unknown.length} of ${packages.length} packages name no licence in the lock file, nor are they installed here${told}`;
  return [{ source: 'lock files', fact: 'licenses', reason, required: false }];
}

async function licensesBy(policy: Policy): Promise<Facts['licenses']> {
  if (!judgesLicenses(policy)) return () => undefined;
  const { judgeLicense } = await import('./license.ts');
  const verdicts = new Map<string, ReturnType<typeof judgeLicense>>();
  return (text) => {
    const verdict = verdicts.get(text) ?? judgeLicense(text, policy.licenses);
    verdicts.set(text, verdict);
    return verdict;
  };
}

async function internalFor(
  io: Io,
  root: string,
  packages: readonly Package[],
  policy: Policy,
): Promise<Facts['internal']> {
  const found = new Map<Package, { host: string; isPublic: boolean }>();
  const privacy = { internal: policy.internal, privateHosts: new Set<string>() };
  const named = packages.filter(
    ({ name, source }) => source === 'registry' && isPrivate(name, undefined, privacy),
  );
  if (named.length === 0) return found;
  const { readNpmrc, YARN_REGISTRY } = await import('./npmrc.ts');
  const settings = await readNpmrc(io, root, [...new Set(named.map(({ tree }) => tree.file))]);
  const publicHosts = new Set([settings.publicRegistry, YARN_REGISTRY].map((url) => new URL(url).host));
  const own = new Set(settings.registries.map((url) => new URL(url).host).concat(policy.registries));
  for (const host of publicHosts) own.delete(host);
  for (const subject of named) {
    const from = subject.resolved ?? settings.registryFor(subject.name, subject.tree.file);
    if (!URL.canParse(from)) continue;
    const { host, hostname } = new URL(from);
    // A host of the policy's without a port means any.
    const isOwn = own.has(host) || (!publicHosts.has(host) && policy.registries.includes(hostname));
    if (!isOwn) found.set(subject, { host, isPublic: publicHosts.has(host) });
  }
  return found;
}
