import { isBerry, type Package, type Tree, type TreeNode } from '../model.ts';
import { plural } from '../plain.ts';
import { parseUrl, registryAlias, shownHost } from '../url.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'lock-host',
  title: 'The lock file downloads from a host that is no registry of this project',
  needs: ['packages', 'registryHosts'],
  *check({ packages, registryHosts }) {
    for (const [tree, hosts] of byTreeAndHost(packages)) {
      const usual = mostUsed(hosts);
      for (const [host, group] of hosts) {
        if (host === usual || host === UNNAMED || registryHosts.has(host)) continue;
        yield {
          severity: 'moderate',
          message: `${plural(group.length, 'package')} of ${tree.file} from ${shownHost(host)} (${group.slice(0, 3).map(nameAt).join(', ')}${group.length > 3 ? ' …' : ''}); most ${usual === UNNAMED ? 'name no host, so that the registry is asked' : `come from ${usual}`}`,
          places: placesOf(...group),
          identity: [host, tree.file],
          fix: `if ${shownHost(host)} is a registry of yours, name it in ${settingsOf(tree)}; else find out who put it there`,
        };
      }
    }
  },
});

/** pnpm, Bun and Yarn 2 write no address where they can compute it from the registry's. */
const UNNAMED = '';

function settingsOf(tree: Tree): string {
  if (isBerry(tree)) return '.yarnrc.yml';
  if (tree.manager === 'pnpm') return '.npmrc or pnpm-workspace.yaml';
  return tree.manager === 'bun' ? 'bunfig.toml or .npmrc' : '.npmrc';
}

function byTreeAndHost(packages: readonly Package[]): Map<Tree, Map<string, Package[]>> {
  const trees = new Map<Tree, Map<string, Package[]>>();
  for (const subject of packages) {
    if (subject.source !== 'registry' || subject.tree.manager === 'cdn') continue;
    let hosts = trees.get(subject.tree);
    if (hosts === undefined) {
      hosts = new Map();
      trees.set(subject.tree, hosts);
    }
    // Each place of a package has an address of its own.
    if (subject.nodes.length === 1) add(hosts, hostAt(subject), subject);
    else for (const host of new Set(subject.nodes.map(hostAt))) add(hosts, host, subject);
  }
  return trees;
}

function add(hosts: Map<string, Package[]>, host: string | undefined, subject: Package): void {
  if (host === undefined) return;
  const group = hosts.get(host);
  if (group === undefined) hosts.set(host, [subject]);
  else group.push(subject);
}

function hostAt({ resolved }: Package | TreeNode): string | undefined {
  return resolved === undefined ? UNNAMED : hostOf(resolved);
}

// Thousands of URLs of one shape: URL.parse costs more than the rest of the rule.
const PLAIN = /^https:\/\/([a-z0-9.-]+(?::\d+)?)\//;

function hostOf(resolved: string): string | undefined {
  const plain = PLAIN.exec(resolved)?.[1];
  if (plain !== undefined) return plain;
  const url = parseUrl(resolved);
  return url === undefined || url.host === ''
    ? registryAlias(resolved) || undefined
    : url.protocol === 'http:'
      ? `http://${url.host}`
      : url.host;
}

function isAlias(host: string): boolean {
  return host.endsWith(':');
}

function mostUsed(hosts: ReadonlyMap<string, readonly Package[]>): string {
  let best = UNNAMED;
  let most = 0;
  for (const [host, group] of hosts) {
    // Nothing says what an alias means: however many come from there, it is told.
    if (group.length > most && !isAlias(host)) [best, most] = [host, group.length];
  }
  return best;
}
