/** Whom advice asks what is published: the registries that a lock file's packages come from, and nobody else. */
import { toPackages } from '../inventory.ts';
import type { Tree } from '../model.ts';
import type { NpmSettings } from '../npmrc.ts';
import type { Online } from '../online.ts';
import { isPrivate, type Privacy } from '../sources/advisories/registry-package.ts';
import { hostOf, sortOut } from '../sources/askable.ts';
import type { Registry, Releases } from '../sources/registry.ts';
import type { Published, PublishedPackage } from './types.ts';

/** Answers with what is published of a name in the registries that it comes from in a tree. `times` asks for the
 * much larger document that tells when: only an age limit needs it. */
export function asker(
  online: Pick<Online, 'settings' | 'registry'> | undefined,
  privacy: Privacy,
  times: boolean,
): Published {
  const asked = new Map<string, ReturnType<Registry['releases']>>();
  const byTree = new Map<Tree, Map<string, Set<string>>>();
  return async (name, tree) => {
    if (online === undefined) return undefined;
    const { settings, registry } = online;
    const known = byTree.get(tree) ?? registriesOf(tree, settings, privacy);
    byTree.set(tree, known);
    const its = known.get(name) ?? new Set(newcomer(name, tree, settings, privacy));
    const answers: PublishedPackage[] = [];
    for (const at of its) {
      const key = `${at} ${name}`;
      const asking = asked.get(key) ?? registry.releases(name, { times, at });
      asked.set(key, asking);
      const answer = await asking;
      if (!answer.ok) return undefined;
      answers.push(asPublished(answer.value));
    }
    return answers.length === 0 ? undefined : answers.reduce(inBoth);
  };
}

/** Whether some name of a tree must not go to the registry that npm would ask for it. */
export function isClosed(tree: Tree, settings: NpmSettings, privacy: Privacy): boolean {
  const own = toPackages(tree).filter(({ importer }) => !importer);
  if (sortOut(own, { settings, privacy }).foreign.size > 0) return true;
  return own.some(
    ({ name, resolved }) =>
      isPrivate(name, resolved, privacy) &&
      hostOf(settings.registryFor(name, tree.file, resolved)) === hostOf(settings.publicRegistry),
  );
}

// A name without registries here is nobody's to be told about.
function registriesOf(tree: Tree, settings: NpmSettings, privacy: Privacy): Map<string, Set<string>> {
  const { groups, foreign, rest } = sortOut(toPackages(tree), { settings, privacy });
  const known = new Map<string, Set<string>>();
  for (const group of [...foreign.values(), rest]) for (const { name } of group) known.set(name, new Set());
  for (const [registry, group] of groups)
    for (const { name } of group) known.set(name, (known.get(name) ?? new Set()).add(registry));
  return known;
}

// What a step would bring in.
function newcomer(name: string, { file }: Tree, settings: NpmSettings, privacy: Privacy): string[] {
  const registry = settings.registryFor(name, file);
  if (!isPrivate(name, undefined, privacy)) return [registry];
  const isPublic = hostOf(registry) === hostOf(settings.publicRegistry);
  return isPublic || !settings.hasOwnRegistry(name, file) ? [] : [registry];
}

function asPublished({ tags, versions }: Releases): PublishedPackage {
  const latest = tags.get('latest');
  return latest === undefined ? { versions } : { latest, versions };
}

// Two packages of one name in one lock file: advice that holds for both.
function inBoth(a: PublishedPackage, b: PublishedPackage): PublishedPackage {
  const versions = new Map([...a.versions].filter(([version]) => b.versions.has(version)));
  return a.latest !== undefined && a.latest === b.latest ? { latest: a.latest, versions } : { versions };
}
