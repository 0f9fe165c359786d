/** What a scan ends with; the formats in this folder are functions from it to text. */
import type { Finding, Gap, Package, Verdict } from '../model.ts';

/** Version of the JSON formats. 0 until readers of two managers stand on them. */
export const SCHEMA = 0;

/** Packages that no advisory can speak of, by reason: `git`, `link`, `private` … */
export interface NotChecked {
  reason: string;
  count: number;
  /** At most three, as `name@version`. */
  examples: string[];
}

/** The evidence behind "0 findings". */
export interface Coverage {
  files: { file: string; format: string; packages: number }[];
  packages: number;
  checked: number;
  notChecked: NotChecked[];
  advisories: AdvisorySource;
}

export interface AdvisorySource {
  kind: 'database' | 'floor';
  /** For people: from what it was made. */
  from: string;
  records: number;
  /** ISO 8601; of a database only. */
  built?: string;
  /** Date of the newest record, ISO 8601; of a database only. */
  newest?: string;
}

export interface Report {
  project: string;
  policy: { name: string; from: string };
  verdict: Verdict;
  exitCode: number;
  coverage: Coverage;
  findings: Finding[];
  gaps: Gap[];
  /** Rules that the policy leaves out. */
  skipped: { rule: string; reason: string }[];
  /** The paths by which the project comes to a package: shortest first, a few at most. */
  pathsTo(subject: Package): Package[][];
}

export type Format = (report: Report, look: Look) => string;

export interface Look {
  /** Show what is folded away. */
  all: boolean;
  color: boolean;
  /** Columns to fit into. */
  width: number;
  now: Date;
}
