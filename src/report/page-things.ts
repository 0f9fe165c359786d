/** Advisories on packages that pages load from other people's servers: no command moves them, their URL does. */
import type { Finding } from '../model.ts';
import { oneLine, plural } from '../plain.ts';
import { satisfies } from '../semver.ts';
import type { Thing } from './things.ts';

const COLUMNS = ['Where', 'Package', 'Severity', 'Why'];

/** A package's script or style in pages, and not an entry of a lock file. */
export function isInPage({ package: subject }: Finding): boolean {
  return subject?.tree.manager === 'cdn';
}

/** Where a package stands in pages: `index.html:4 (+2)`; for those of a lock file nothing. */
export function pagePlace(finding: Finding): string {
  if (!isInPage(finding)) return '';
  const [first, ...others] = finding.places();
  return `${first?.file}:${first?.line}${others.length > 0 ? ` (+${others.length})` : ''}`;
}

/** What to do about advisories on packages in pages, all of one level. */
export function inPages(findings: readonly Finding[]): Thing[] {
  const packages = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = finding.package?.purl ?? '';
    packages.set(key, [...(packages.get(key) ?? []), finding]);
  }
  const groups = new Map<string, Finding[][]>();
  for (const own of packages.values()) {
    const key = `${own[0]?.level} ${fixedIn(own) !== undefined}`;
    groups.set(key, [...(groups.get(key) ?? []), own]);
  }
  return [...groups.values()].map(thingOf);
}

function thingOf(packages: readonly Finding[][]): Thing {
  const findings = packages.flat();
  const [first] = findings as [Finding];
  const isFixable = fixedIn(packages[0] ?? []) !== undefined;
  const some = `${plural(packages.length, 'package')} that pages load`;
  return {
    level: first.level,
    findings,
    columns: COLUMNS,
    title: isFixable ? `Load fixed versions of ${some}` : `No fix published for ${some}`,
    rows: packages.map(rowOf),
    command: '',
    notes: isFixable
      ? ['write the new version into the URL, take the old integrity away, then vakt sri-fix']
      : ['replace what nobody mends, or accept it with a reason'],
  };
}

function rowOf(own: readonly Finding[]): string[] {
  const [first] = own as [Finding];
  const { package: subject, severity, advisory, message } = first;
  const fixed = fixedIn(own);
  const to = fixed === undefined ? '' : ` -> ${fixed}`;
  const more = own.length > 1 ? ` (+${own.length - 1})` : '';
  const name = `${subject?.name} ${subject?.version}${to}`;
  return [pagePlace(first), name, severity, `${advisory?.title ?? message}${more}`].map(oneLine);
}

/** The lowest version at which all of a package's advisories are mended that have a fix at all. */
function fixedIn(own: readonly Finding[]): string | undefined {
  let highest: string | undefined;
  for (const { package: subject, advisory } of own) {
    const above = (advisory?.fixed ?? []).filter((fixed) => satisfies(fixed, `>${subject?.version}`));
    const lowest = above.reduce<string | undefined>(
      (a, b) => (a && satisfies(a, `<${b}`) ? a : b),
      undefined,
    );
    if (lowest !== undefined && (highest === undefined || satisfies(lowest, `>${highest}`))) highest = lowest;
  }
  return highest;
}
