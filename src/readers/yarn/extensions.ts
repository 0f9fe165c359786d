/** Dependencies that .yarnrc.yml gives to packages of others: https://yarnpkg.com/configuration/yarnrc#packageExtensions */
import type { BerryEntry } from './berry-node.ts';
import type { Lookup } from './lookup.ts';
import type { Extension } from './settings.ts';

/** Adds the edges of extensions, where the file holds what they ask for: they may have come after it was written. */
export async function extend(entries: BerryEntry[], extensions: Extension[], lookup: Lookup): Promise<void> {
  const { satisfies } = await import('../../semver.ts');
  const byName = new Map<string, Extension[]>();
  for (const extension of extensions)
    byName.set(extension.name, [...(byName.get(extension.name) ?? []), extension]);
  for (const { node, locator } of entries) {
    if (node.importer) continue;
    for (const { range, dependencies } of byName.get(node.name) ?? []) {
      if (!satisfies(node.version, range)) continue;
      for (const [name, spec] of dependencies) {
        // What a package asks for itself stands.
        const isAsked = node.edges.some((edge) => edge.name === name);
        if (isAsked || !lookup.holds(name, spec, locator)) continue;
        const to = lookup.find(name, spec, locator);
        if (to !== undefined) node.edges.push({ name, spec, type: 'prod', to });
      }
    }
  }
}
