/** Ids that mean the same thing: aliases are symmetric and transitive (https://ossf.github.io/osv-schema/#aliases-field). */

export interface AliasGroups {
  /** Says that all these ids are one thing. */
  join(id: string, aliases: readonly string[]): void;
  /** The other ids of the group of `id`, sorted. */
  others(id: string): string[];
}

/** Honest groups have a handful; the limit keeps a hostile one from growing with its square. */
const GROUP_LIMIT = 1000;

/** Collects aliases (a union-find over ids; ids without any alias cost nothing). */
export function aliasGroups(): AliasGroups {
  const parents = new Map<string, string>();
  let groups: Map<string, string[]> | undefined;
  const rootOf = (id: string): string => {
    let here = id;
    for (;;) {
      const above = parents.get(here) ?? here;
      if (above === here) return here;
      // Halving the path keeps the trees flat.
      parents.set(here, parents.get(above) ?? above);
      here = above;
    }
  };
  return {
    join(id, aliases) {
      groups = undefined;
      for (const alias of aliases) {
        const [a, b] = [rootOf(id), rootOf(alias)];
        parents.set(a, parents.get(a) ?? a);
        parents.set(b, a);
      }
    },
    others(id) {
      if (!parents.has(id)) return [];
      groups ??= collect(parents.keys(), rootOf);
      return (groups.get(rootOf(id)) ?? []).slice(0, GROUP_LIMIT).filter((other) => other !== id);
    },
  };
}

function collect(ids: Iterable<string>, rootOf: (id: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const id of ids) {
    const root = rootOf(id);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [id]);
    else group.push(id);
  }
  for (const group of groups.values()) group.sort();
  return groups;
}
