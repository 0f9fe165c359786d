/** Which ids stand for packages made to harm, and which id speaks for a group of aliases. */

/** OpenSSF's malicious-packages and Leitwacht record nothing but malware. */
export function isMalwareId(id: string): boolean {
  return id.startsWith('MAL-') || id.startsWith('LWA-');
}

// GHSA first also for malware: npm's own audit, GitHub and most tools know a thing by it, so that what a team
// wrote into an ignore list keeps its meaning whichever database answers.
const FAMILIES = ['GHSA-', 'CVE-', 'MAL-', 'LWA-'];

/** Negative when `a` is the better known id of the two: by family, then by the alphabet. */
export function compareIds(a: string, b: string): number {
  return family(a) - family(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** The rank of an id's family; the smallest is the best known. */
export function family(id: string): number {
  const rank = FAMILIES.findIndex((prefix) => id.startsWith(prefix));
  return rank === -1 ? FAMILIES.length : rank;
}

/** Whether an id has a page that its spelling tells. */
export function hasPage(id: string): boolean {
  return pageOf(id) !== undefined;
}

/** The page of an id; undefined where its database has none at GitHub or osv.dev. */
export function pageOf(id: string): string | undefined {
  if (/^GHSA(-[0-9a-z]{4}){3}$/i.test(id)) return `https://github.com/advisories/${id}`;
  if (/^(CVE|MAL)-\d{4}-\d+$/.test(id)) return `https://osv.dev/vulnerability/${id}`;
  return undefined;
}
