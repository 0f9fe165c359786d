/** The report and the inventory for machines: docs/json.md describes them. */

import type { Step } from '../fix/types.ts';
import type { Evidence, Finding, Gap, Level, Location, Package, Scope, Severity, Verdict } from '../model.ts';
import { SEVERITIES } from '../model.ts';
import type { StaleIgnore } from '../policy/accept.ts';
import { toPurl } from '../purl.ts';
import { withoutSecrets } from '../url.ts';
import { VERSION } from '../version.ts';
import type { WebLoad } from '../web.ts';
import { type Coverage, type Format, type Report, SCHEMA } from './report.ts';

export interface ReportJson {
  schema: number;
  tool: { name: string; version: string };
  policy: { name: string; from: string };
  verdict: Verdict;
  exitCode: number;
  summary: {
    findings: number;
    levels: Record<Exclude<Level, 'off'>, number>;
    severities: Record<Severity, number>;
  };
  coverage: Coverage;
  change?: Report['change'];
  findings: FindingJson[];
  accepted: (FindingJson & { reason: string; owner: string; until: string; where: string })[];
  staleIgnores: { where: string; why: StaleIgnore['why']; until: string; reason: string }[];
  /** What to type about packages with advisories; each clears what it says when those before it were taken. */
  steps: StepJson[];
  gaps: Gap[];
  skipped: { rule: string; reason: string }[];
}

export interface StepJson {
  kind: string;
  title: string;
  command: string;
  manifest: string;
  moves: { name: string; from: string; to: string; major: boolean }[];
  /** Fingerprints. */
  clears: string[];
  /** Whether npm's own resolver says so; else `clears` is what is known to go, and more may. */
  tried: boolean;
  /** Those of `clears` that need a version of which nobody knows whether it exists. */
  hopes: string[];
  notes: string[];
}

export interface FindingJson {
  rule: string;
  severity: Severity;
  level: Level;
  message: string;
  purl?: string;
  name?: string;
  version?: string;
  url?: string;
  scope?: Scope;
  locations: Location[];
  advisory?: {
    id: string;
    aliases: string[];
    severity: Severity;
    rated: boolean;
    title: string;
    affected: string;
    fixed: string[];
    url: string;
  };
  /** Ways by which the project comes to the package, as purls: shortest first, at most ten. */
  paths?: string[][];
  fix?: string;
  /** What the rule judged by, where it is more than its message and the advisory say. */
  evidence?: Evidence;
  /** Only where a change is judged: whether it adds the finding. */
  added?: boolean;
  fingerprint: string;
}

export interface InventoryJson {
  schema: number;
  packages: PackageJson[];
  tags: TagJson[];
  /** What could not be read or learnt. */
  gaps: Gap[];
}

/** A script or style that a page or a source file loads from another server. */
export interface TagJson {
  kind: string;
  url: string;
  purl?: string;
  integrity?: string;
  location: Location;
}

type ListedFacts =
  | 'name'
  | 'version'
  | 'purl'
  | 'alias'
  | 'scope'
  | 'direct'
  | 'source'
  | 'resolved'
  | 'integrity'
  | 'license'
  | 'deprecated';

/** An entry of the inventory: the facts of the model that are promised to machines, and where it stands. */
export interface PackageJson extends Pick<Package, ListedFacts> {
  locations: { file: string; line: number }[];
  /** Purls of what depends on it, sorted. */
  dependents: string[];
}

/** The report for machines. */
export const json: Format = (report) => print(toReportJson(report));

/** The scan's report as plain data. */
export function toReportJson(report: Report): ReportJson {
  const { findings, gaps, coverage, policy, verdict, exitCode, skipped } = report;
  return {
    schema: SCHEMA,
    tool: { name: 'vakt', version: VERSION },
    policy,
    verdict,
    exitCode,
    summary: summarize(findings),
    coverage,
    ...(report.change !== undefined && { change: report.change }),
    findings: findings.map((finding) => toFinding(finding, report)),
    accepted: report.accepted.map(({ finding, ignore }) => {
      const { reason, owner, until, where } = ignore;
      return { ...toFinding(finding, report), reason, owner, until, where };
    }),
    staleIgnores: report.staleIgnores.map(({ ignore: { where, until, reason }, why }) => ({
      where,
      why,
      until,
      reason,
    })),
    steps: report.steps.map(toStep),
    gaps,
    skipped,
  };
}

/** The inventory as plain data. `dependents` gives for each package the purls of what depends on it. */
export function toInventoryJson(
  packages: readonly Package[],
  dependents: ReadonlyMap<Package, readonly string[]>,
  loads: readonly WebLoad[],
  gaps: readonly Gap[],
): InventoryJson {
  return {
    schema: SCHEMA,
    packages: packages.map((one) => toPackage(one, dependents.get(one) ?? [])),
    tags: loads.map(toTag),
    gaps: [...gaps],
  };
}

/** Data as the text that vakt prints. */
export function print(data: ReportJson | InventoryJson): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}

function toPackage(one: Package, dependents: readonly string[]): PackageJson {
  const { name, version, purl, alias, scope, direct, source, resolved, integrity, license, deprecated } = one;
  return {
    name,
    version,
    purl,
    ...(alias !== undefined && { alias }),
    scope,
    direct,
    source,
    ...(resolved !== undefined && { resolved: withoutSecrets(resolved) }),
    ...(integrity !== undefined && { integrity }),
    ...(license !== undefined && { license }),
    ...(deprecated !== undefined && { deprecated }),
    locations: one.nodes.map((node) => one.tree.locate(node)).map(({ file, line }) => ({ file, line })),
    dependents: [...dependents],
  };
}

function toStep({ kind, title, command, manifest, moves, clears, tried, hopes, notes }: Step): StepJson {
  return {
    kind,
    title,
    command,
    manifest,
    moves: moves.map(({ name, from, to, major }) => ({ name, from, to, major })),
    clears: clears.map(({ fingerprint }) => fingerprint),
    tried,
    hopes: hopes.map(({ fingerprint }) => fingerprint),
    notes,
  };
}

function toTag({ kind, url, integrity, location, resource }: WebLoad): TagJson {
  const found = resource?.package;
  return {
    kind,
    url: withoutSecrets(url),
    ...(found !== undefined && { purl: toPurl(found.name, found.version) }),
    ...(integrity !== undefined && { integrity }),
    location,
  };
}

function toFinding(finding: Finding, report: Report): FindingJson {
  const { rule, severity, level, message, advisory, fix, fingerprint } = finding;
  const subject = finding.package;
  return {
    rule,
    severity,
    level,
    message,
    ...(subject !== undefined && {
      purl: subject.purl,
      name: subject.name,
      version: subject.version,
      scope: subject.scope,
    }),
    ...(finding.url !== undefined && { url: finding.url }),
    locations: finding.places().map(({ file, line, column, offset }) => ({ file, line, column, offset })),
    ...(advisory !== undefined && { advisory: toAdvisory(advisory) }),
    ...(subject !== undefined && {
      paths: report.pathsTo(subject).map((path) => path.map(({ name, version }) => toPurl(name, version))),
    }),
    ...(fix !== undefined && { fix }),
    ...(finding.evidence !== undefined && { evidence: finding.evidence }),
    ...(finding.added !== undefined && { added: finding.added }),
    fingerprint,
  };
}

function toAdvisory(advisory: NonNullable<Finding['advisory']>): NonNullable<FindingJson['advisory']> {
  const { id, aliases, severity, rated, title, affected, fixed, url } = advisory;
  return { id, aliases, severity, rated, title, affected, fixed, url };
}

function summarize(findings: readonly Finding[]): ReportJson['summary'] {
  const severities = Object.fromEntries(SEVERITIES.map((one) => [one, 0])) as Record<Severity, number>;
  const levels = { block: 0, todo: 0, fold: 0, off: 0 };
  for (const { severity, level } of findings) {
    severities[severity]++;
    levels[level]++;
  }
  const { block, todo, fold } = levels;
  return { findings: findings.length, levels: { block, todo, fold }, severities };
}
