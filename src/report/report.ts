/** What a scan ends with; the formats in this folder are functions from it to text. */

import type { RegistryCoverage } from '../enrich.ts';
import type { Step } from '../fix/types.ts';
import type { Finding, Gap, Location, Package, TreeNode, Verdict } from '../model.ts';
import type { Accepted, StaleIgnore } from '../policy/accept.ts';
import type { AdvisorySource, ExclusionNote } from '../sources/advisories/advise.ts';
import type { Unchecked } from '../sources/advisories/match.ts';
import type { WebLoad } from '../web.ts';

/** Version of the JSON formats: within one, names are added and none is renamed or taken away. */
export const SCHEMA = 1;

/** The evidence behind "0 findings". */
export interface Coverage {
  files: { file: string; format: string; packages: number }[];
  packages: number;
  /** Pages that were read. */
  pages: number;
  /** What people may want to know beside: pages that a builder makes others of. */
  notes: string[];
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
  /** Where a change is judged: what it is compared with, and how many findings stood there before. */
  change?: { base: string; before: number };
  coverage: Coverage;
  findings: Finding[];
  /** What stood before the change, where it is counted alone and no part of `findings`. */
  stood?: readonly Finding[];
  accepted: Accepted[];
  staleIgnores: StaleIgnore[];
  /** What to type, most pressing first, about packages with advisories. */
  steps: Step[];
  gaps: Gap[];
  /** Rules that the policy leaves out, or that had nothing to judge by. */
  skipped: { rule: string; reason: string }[];
  /** What was judged: packages without our own code, and what pages load from other people's servers. */
  inventory: { packages: readonly Package[]; loads: readonly WebLoad[] };
  /** The edits of pages by which findings would be gone, where their hashes are known; only where asked for. */
  offers: readonly Offer[];
  /** The paths by which the project comes to a package: shortest first, a few at most. */
  pathsTo(subject: Package): TreeNode[][];
}

/** What sri-fix would do for one load. */
export interface Offer {
  /** Where the load stands. */
  location: Location;
  url: string;
  replacements: Replacement[];
}

/** Text in the place of what stands between two places of a file; an insertion where both are the same. */
export interface Replacement {
  start: Location;
  end: Location;
  text: string;
}

export type Format = (report: Report, look: Look) => string;

export interface Look {
  /** Show what is folded away. */
  all: boolean;
  color: boolean;
  /** Columns to fit into. */
  width: number;
  now: Date;
  /** The scanned folder as seen from the repository: empty, or a path that ends in `/`. */
  base: string;
  /** Bytes that the receiver takes; a format's own limit where undefined. */
  limit?: number;
  /** What was checked out, where the environment says so. */
  revision?: { repository: string; commit: string; branch?: string };
}
