/** What of a packument a history is made of. */

const TOP = new Set(['name', 'dist-tags', 'versions', 'time', 'maintainers', 'repository']);
const PARTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['dist', new Set(['integrity', 'shasum', 'tarball', 'signatures', 'attestations'])],
  ['_npmUser', new Set(['name', 'trustedPublisher', 'approver'])],
]);
const OF_VERSION = new Set([...PARTS.keys(), 'deprecated', 'license', 'licenses']);

/** Whether a member of a packument, by its path of keys, is kept while the document streams by. */
export function isWanted(path: readonly string[]): boolean {
  const [top = '', , field, part] = path;
  if (!TOP.has(top)) return false;
  if (top !== 'versions' || field === undefined) return true;
  return OF_VERSION.has(field) && (part === undefined || PARTS.get(field)?.has(part) !== false);
}
