/** Patterns of package names, as policies have them. */

/** Whether a pattern means a name: a whole name, `@acme` or `@acme/*` for a scope, `acme-*` for a beginning. */
export function isNamedBy(pattern: string, name: string): boolean {
  if (pattern === name) return true;
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('@') && !pattern.includes('/') && name.startsWith(`${pattern}/`);
}
