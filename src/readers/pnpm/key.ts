/**
 * The keys of pnpm's `packages` and `snapshots` tables ("dependency paths") in all their generations.
 * https://github.com/pnpm/spec/tree/master/lockfile and pnpm's own `@pnpm/dependency-path`.
 *
 * 5.x `/name/1.0.0_peer@2.0.0`, 6.0 `/name@1.0.0(peer@2.0.0)`, 9.0 `name@1.0.0(peer@2.0.0)`; other registries
 * `host/name/1.0.0`, `host/name@1.0.0` or, since pnpm 11.20, `name@registry:1.0.0`.
 */

export interface DependencyPath {
  /** Undefined where only the entry's own fields can tell (git, tarballs, folders before 9.0). */
  name: string | undefined;
  /** A semantic version; undefined where the key holds a place instead. */
  version: string | undefined;
  /** What stands for the version in the key: `1.0.0`, `work:1.0.0`, `https://…`, `file:…`. */
  reference: string;
  /** The name of a registry in pnpm-workspace.yaml, or its host, when it is not the default one. */
  registry: string | undefined;
}

/** Enough to tell a version from a place; no range and no tag ever stands in a lock file. */
const VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]*)?$/;
const QUALIFIED = /^([a-zA-Z][\w.-]*):(\d+\.\d+\.\d+(?:[-+][\w.+-]*)?)$/;

/** Splits a key, already without suffixes, of a lock file of generation `major`; undefined when it is none. */
export function parseDependencyPath(key: string, major: number): DependencyPath | undefined {
  if (major >= 7) return parseAt(key);
  const slash = key.startsWith('/');
  if (slash) return major === 6 ? parseAt(key.slice(1)) : parseSlashed(key.slice(1), undefined);
  if (key.startsWith('file:') || key.startsWith('link:')) return place(key);
  const host = key.indexOf('/');
  if (host <= 0) return undefined;
  const rest = key.slice(host + 1);
  const inner = major === 6 ? parseAt(rest) : parseSlashed(rest, key.slice(0, host));
  if (inner?.version !== undefined) return { ...inner, registry: key.slice(0, host) };
  return place(key);
}

function place(reference: string): DependencyPath {
  return { name: undefined, version: undefined, reference, registry: undefined };
}

// name@reference; the @ of a scope is at 0.
function parseAt(key: string): DependencyPath | undefined {
  const at = key.indexOf('@', 1);
  if (at === -1 || at === key.length - 1) return undefined;
  const name = key.slice(0, at);
  const reference = key.slice(at + 1);
  if (VERSION.test(reference)) return { name, version: reference, reference, registry: undefined };
  const qualified = QUALIFIED.exec(reference);
  if (qualified === null) return { name, version: undefined, reference, registry: undefined };
  const [, registry, version] = qualified;
  // Node.js, Bun and Deno themselves: no packages of any registry.
  if (registry === 'runtime') return { name, version, reference, registry: undefined };
  return { name, version, reference, registry };
}

// name/version, with peers after `_` (5.x) or after another slash (before 5.1).
function parseSlashed(key: string, registry: string | undefined): DependencyPath | undefined {
  const parts = key.split('/');
  const scoped = key.startsWith('@');
  const name = parts.slice(0, scoped ? 2 : 1).join('/');
  const reference = parts[scoped ? 2 : 1];
  if (reference === undefined || name === '') return undefined;
  const version = reference.split('_', 1)[0] ?? '';
  return VERSION.test(version) ? { name, version, reference: version, registry } : undefined;
}

/** Where the suffixes of a key start: first `(patch_hash=…)`, then one `(peer)` after the other. */
export function suffixStart(key: string): number {
  if (!key.endsWith(')')) return key.length;
  let open = 0;
  for (let i = key.length - 1; i >= 0; i--) {
    const c = key.charCodeAt(i);
    if (c === 41) open++;
    else if (c === 40) open--;
    else if (open === 0) return i + 1;
    if (open < 0) return key.length;
  }
  return key.length;
}

/** The key that a dependency called `name` with the lock file's `reference` means; undefined for links. */
export function targetKey(name: string, reference: string, major: number): string | undefined {
  if (reference.startsWith('link:')) return undefined;
  if (major >= 7) {
    if (reference.startsWith('@')) return reference;
    const at = reference.indexOf('@');
    const colon = reference.indexOf(':');
    const bracket = reference.indexOf('(');
    const alias = at !== -1 && (colon === -1 || at < colon) && (bracket === -1 || at < bracket);
    return alias ? reference : `${name}@${reference}`;
  }
  if (reference.startsWith('file:')) return reference;
  if (reference.slice(0, suffixStart(reference)).includes('/')) return reference;
  return major === 6 ? `/${name}@${reference}` : `/${name}/${reference}`;
}
