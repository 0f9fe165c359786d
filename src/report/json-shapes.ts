/** What the report and the inventory for machines hold: docs/json.md describes them. */
import type { Evidence, Gap, Level, Location, Package, Scope, Severity, Verdict } from '../model.ts';
import type { StaleIgnore } from '../policy/accept.ts';
import type { Coverage, Report } from './report.ts';

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
