/** What a scan ends with; the formats in this folder are functions from it to text. */

import type { RegistryCoverage } from '../enrich.ts';
import type { Step } from '../fix/types.ts';
import type { Finding, Gap, Package, TreeNode, Verdict } from '../model.ts';
import type { Accepted, StaleIgnore } from '../policy/accept.ts';
import type { AdvisorySource, ExclusionNote } from '../sources/advisories/advise.ts';
import type { Unchecked } from '../sources/advisories/match.ts';

/** Version of the JSON formats: within one, names are added and none is renamed or taken away. */
export const SCHEMA = 1;

/** The evidence behind "0 findings". */
export interface Coverage {
  files: { file: string; format: string; packages: number }[];
  packages: number;
  /** Pages that were read. */
  pages: number;
  /** Folders that were not looked into, since their content is not shipped. */
  excluded: string[];
  checked: number;
  notChecked: Unchecked[];
  /** Advisories that name a package's version but mean another tarball. */
  otherTarballs: ExclusionNote[];
  advisories: AdvisorySource;
  /** Absent where no registry was asked about the past of packages. */
  registry?: RegistryCoverage;
}

/** Why a rule is skipped that only a registry's answer could feed. */
export const UNASKED = 'asks the registry: --online';

export interface Report {
  project: string;
  policy: { name: string; from: string };
  verdict: Verdict;
  exitCode: number;
  coverage: Coverage;
  findings: Finding[];
  accepted: Accepted[];
  staleIgnores: StaleIgnore[];
  /** What to type, most pressing first, about packages with advisories. */
  steps: Step[];
  gaps: Gap[];
  /** Rules that the policy leaves out, or that had nothing to judge by. */
  skipped: { rule: string; reason: string }[];
  /** The paths by which the project comes to a package: shortest first, a few at most. */
  pathsTo(subject: Package): TreeNode[][];
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
