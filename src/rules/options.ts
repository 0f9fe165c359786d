/** What rules can be told beside their level: thresholds, and packages to leave alone. docs/rules.md gives the reasons. */

export interface RuleOptions {
  'fresh-release': { days: number; except: readonly string[] };
  'publisher-changed': { releases: number; except: readonly string[] };
  'provenance-lost': { releases: number; except: readonly string[] };
  outdated: { majors: number; years: number };
  /** In days without a release or commit. */
  unmaintained: { slow: number; stale: number; abandoned: number };
}

export const DEFAULT_OPTIONS: RuleOptions = {
  'fresh-release': { days: 7, except: [] },
  'publisher-changed': { releases: 20, except: [] },
  'provenance-lost': { releases: 20, except: [] },
  outdated: { majors: 2, years: 2 },
  unmaintained: { slow: 90, stale: 365, abandoned: 1826 },
};
