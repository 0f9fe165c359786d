/** What advisories cannot tell, in words. */
import type { Gap, Package } from '../../model.ts';

/** Entries of lock files whose versions cannot be compared. */
export function versionGap(packages: readonly Package[]): Gap[] {
  if (packages.length === 0) return [];
  const some = packages.slice(0, 3).map(({ name, version, tree }) => {
    return `${name} ${version === '' ? 'without a version' : `with the version "${version}"`} in ${tree.file}`;
  });
  const rest = packages.length > some.length ? ` and ${packages.length - some.length} more` : '';
  const reason = `no advisory can be compared with ${some.join(', ')}${rest}: let the package manager write the lock file anew`;
  return [{ source: 'advisories', fact: 'advisories', reason, required: false }];
}

/** A source whose newest record is older than the policy allows. */
export function ageGap(newest: string, maxAgeHours: number | undefined, now: Date): Gap[] {
  if (maxAgeHours === undefined) return [];
  const hours = Math.floor((now.getTime() - Date.parse(newest)) / 3_600_000);
  if (hours <= maxAgeHours) return [];
  const age = Number.isNaN(hours) ? 'has no date' : `is ${hours} hours old`;
  const reason = `the newest advisory ${age}; the policy wants ${maxAgeHours} hours at most: vakt db update`;
  return [{ source: 'advisories', fact: 'advisories', reason, required: false }];
}
