/** Keys of bun.lock's table: paths of names, `a/@s/b`. */

/** The key of the package that holds this one: `a/@s/b` → `a`; `@s/b` → ''. */
export function parentKey(key: string): string {
  const slash = key.lastIndexOf('/');
  if (slash === -1) return '';
  const before = key.lastIndexOf('/', slash - 1);
  const scoped = key.startsWith('@', before + 1);
  return key.slice(0, scoped ? Math.max(0, before) : slash);
}

/** The name that it is installed under: `a/@s/b` → `@s/b`. */
export function lastName(key: string): string {
  const parent = parentKey(key);
  return parent === '' ? key : key.slice(parent.length + 1);
}
