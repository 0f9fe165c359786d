import type { Issue, Package } from '../model.ts';
import { plural } from '../plain.ts';
import { parseUrl, registryAlias, shownHost } from '../url.ts';
import { defineRule, nameAt, namesakes, placesOf } from './rule.ts';

export default defineRule({
  id: 'changed-artifact',
  title: 'The same version with other bytes, or from another server',
  needs: ['base', 'changed'],
  *check({ base, changed }) {
    if (base === undefined || changed === undefined) return;
    const known = new Map<string, Package[]>();
    for (const one of namesakes(base, changed)) {
      const key = keyOf(one);
      const group = known.get(key);
      if (group === undefined) known.set(key, [one]);
      else group.push(one);
    }
    const moves = new Map<string, Package[]>();
    const bare: Package[] = [];
    for (const subject of changed) {
      const before = known.get(keyOf(subject));
      // Of pages it is wrong-sri that speaks of bytes, and new-third-party-host of servers.
      const isWeb = subject.tree.manager === 'cdn';
      if (before === undefined || subject.source !== 'registry' || isWeb) continue;
      const differing = before.filter((one) => isOther(one, subject));
      if (differing.length === before.length) {
        yield otherBytes(subject, differing);
        continue;
      }
      if (before.every(isPinned) && !isPinned(subject) && isConditional(subject)) bare.push(subject);
      const move = moveOf(subject, before);
      const group = move === undefined ? undefined : moves.get(move);
      if (group !== undefined) group.push(subject);
      else if (move !== undefined) moves.set(move, [subject]);
    }
    for (const [move, group] of moves) yield otherHost(move, group);
    yield* withoutChecksum(bare);
  },
});

function keyOf({ tree, purl }: Package): string {
  return `${tree.file}\0${purl}`;
}

function otherBytes(subject: Package, before: readonly Package[]): Omit<Issue, 'rule'> {
  const [was] = before.map(pinOf);
  return {
    severity: 'critical',
    message: `${nameAt(subject)} has another hash than before the change (${was}, now ${pinOf(subject)}): registries do not replace a published version`,
    package: subject,
    places: placesOf(subject),
    identity: [subject.name, subject.version, pinOf(subject), subject.tree.file],
    fix: 'compare both with the dist.integrity that the registry gives (npm view name@version dist), and find out who changed the lock file',
  };
}

function otherHost(move: string, group: readonly Package[]): Omit<Issue, 'rule'> {
  const [first] = group as [Package];
  const names = namesOf(group);
  return {
    severity: 'high',
    message: `${plural(group.length, 'package')} of the same version ${group.length === 1 ? 'moves' : 'move'} ${move}: ${names}`,
    ...(group.length === 1 && { package: first }),
    places: placesOf(...group),
    identity: [move, first.tree.file],
    fix: 'name the registry in .npmrc if it is yours; else find out who changed the lock file',
  };
}

// What Yarn 2 and later fetch on some systems only has no checksum, and lock-integrity does not ask for one.
function* withoutChecksum(group: readonly Package[]): Iterable<Omit<Issue, 'rule'>> {
  for (const tree of new Set(group.map((one) => one.tree))) {
    const some = group.filter((one) => one.tree === tree);
    const names = namesOf(some);
    yield {
      severity: 'high',
      message: `${plural(some.length, 'package')} of the same version lost ${some.length === 1 ? 'its checksum' : 'their checksums'}, and ${some.length === 1 ? 'is' : 'are'} now for some systems only: ${names}`,
      places: placesOf(...some),
      identity: ['checksum', tree.file],
      fix: 'find out who added the conditions; a published version does not change the systems that it is for',
    };
  }
}

function namesOf(group: readonly Package[]): string {
  return group.slice(0, 5).map(nameAt).join(', ') + (group.length > 5 ? ' …' : '');
}

function isPinned({ integrity, checksum }: Package): boolean {
  return integrity !== undefined || checksum !== undefined;
}

function isConditional({ nodes }: Package): boolean {
  return nodes.every(({ conditional }) => conditional === true);
}

/** Whether two pins of one version exclude each other: a common algorithm, and no hash in common. */
function isOther(a: Package, b: Package): boolean {
  if (a.integrity !== undefined && b.integrity !== undefined) return excludes(a.integrity, b.integrity);
  // Yarn's digests are of archives of its own; those of one format and compression (the part before `/`) can be compared.
  const [keyA = '', sumA] = (a.checksum ?? '').split('/');
  const [keyB = '', sumB] = (b.checksum ?? '').split('/');
  return sumA !== undefined && sumB !== undefined && keyA === keyB && sumA !== sumB;
}

function excludes(a: string, b: string): boolean {
  const others = new Set(b.split(/\s+/));
  const algorithms = new Set([...others].map((hash) => hash.slice(0, hash.indexOf('-'))));
  const comparable = a.split(/\s+/).filter((hash) => algorithms.has(hash.slice(0, hash.indexOf('-'))));
  return comparable.length > 0 && !comparable.some((hash) => others.has(hash));
}

function pinOf({ integrity, checksum }: Package): string {
  return integrity ?? checksum ?? '';
}

/** `from a.example.test to b.example.test`, where no earlier entry has the host; undefined where none is named. */
function moveOf(subject: Package, before: readonly Package[]): string | undefined {
  const host = hostOf(subject);
  const all = before.map(hostOf);
  const hosts = all.filter((one) => one !== undefined);
  if (hosts.includes(host ?? '')) return undefined;
  // Where an address is left out nobody can tell whether it is another one; an alias is never the usual registry.
  const [was] = hosts;
  if (host !== undefined && was !== undefined) return `from ${shownHost(was)} to ${shownHost(host)}`;
  if (host?.endsWith(':') === true) return `from the usual registry to ${shownHost(host)}`;
  return host === undefined && hosts.length === all.length && was?.endsWith(':') === true
    ? `from ${shownHost(was)} to the usual registry`
    : undefined;
}

function hostOf({ resolved }: Package): string | undefined {
  return resolved === undefined
    ? undefined
    : parseUrl(resolved)?.host || registryAlias(resolved) || undefined;
}
