/** The report and the inventory for machines: docs/json.md describes them. */
import type { Step } from '../fix/types.ts';
import type { Finding, Gap, Package, Severity } from '../model.ts';
import { SEVERITIES } from '../model.ts';
import { toPurl } from '../purl.ts';
import { withoutSecrets } from '../url.ts';
import { VERSION } from '../version.ts';
import type { WebLoad } from '../web.ts';
import type {
  FindingJson,
  InventoryJson,
  PackageJson,
  ReportJson,
  StepJson,
  TagJson,
} from './json-shapes.ts';
import { type Format, type Report, SCHEMA } from './report.ts';

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
