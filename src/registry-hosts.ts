/** Which hosts a project takes packages from by its settings. */
import type { Io } from './io.ts';
import type { Package, Tree } from './model.ts';

/**
 * The hosts of a project's registries, as its settings name them. Those are read only where a lock file names more than one
 * host: it takes longer than the scan.
 */
export async function hostsFor(
  io: Io,
  root: string,
  packages: readonly Package[],
  lockFiles: readonly string[],
): Promise<ReadonlySet<string>> {
  const usual = new Map<Tree, string>();
  const isMixed = packages.some(({ tree, source, resolved }) => {
    if (source !== 'registry' || tree.manager === 'cdn') return false;
    const origin = usual.get(tree);
    // Nearly all begin as the first does.
    if (origin?.includes('://') && resolved?.startsWith(origin)) return false;
    const named = resolved === undefined ? '' : `${resolved.split('/', 3).join('/')}/`;
    if (origin === undefined) usual.set(tree, named);
    return origin !== undefined && origin !== named;
  });
  if (!isMixed) return new Set();
  const { readNpmrc } = await import('./npmrc.ts');
  const { registries } = await readNpmrc(io, root, lockFiles);
  return new Set(registries.map(hostIn));
}

// As the rule names hosts: one without encryption is another.
function hostIn(registry: string): string {
  const { protocol, host } = new URL(registry);
  return protocol === 'http:' ? `http://${host}` : host;
}
