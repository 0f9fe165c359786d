/** The repositories that packages come from, as far as their publishers say so and the policy lets anybody ask. */
import type { Gap } from './model.ts';
import type { NpmSettings } from './npmrc.ts';
import { plural } from './plain.ts';
import { type RepositoryName, repositoryOf } from './repository.ts';
import type { Facts } from './rules/rule.ts';
import { isPrivate, type Privacy } from './sources/advisories/registry-package.ts';
import { hostOf } from './sources/askable.ts';
import type { GitHub } from './sources/github.ts';

interface UpstreamRequest {
  github: GitHub;
  settings: Pick<NpmSettings, 'hasOwnRegistry' | 'registryFor' | 'publicRegistry'>;
  privacy: Privacy;
  now: Date;
}

/**
 * Asks GitHub about the repositories of packages. What is internal by the policy, or has a registry of its scope's
 * own, is not asked about: the name of its repository is as private as its own.
 */
export async function upstreamOf(
  histories: Facts['histories'],
  { github, settings, privacy, now }: UpstreamRequest,
): Promise<{ repositories: Facts['repositories']; gaps: Gap[] }> {
  const names: RepositoryName[] = [];
  let elsewhere = 0;
  const open = hostOf(settings.publicRegistry);
  for (const [{ name, resolved, tree }, { repository }] of histories) {
    const hasOwn =
      settings.hasOwnRegistry(name, tree.file) &&
      hostOf(settings.registryFor(name, tree.file, resolved)) !== open;
    if (hasOwn || isPrivate(name, resolved, privacy)) continue;
    const named = repositoryOf(repository);
    if (named?.host === github.host) names.push(named);
    else elsewhere++;
  }
  const { askRepositories } = await import('./sources/github/repositories.ts');
  const { repositories, gaps } = await askRepositories(names, github, now);
  if (elsewhere > 0) {
    const reason = `${plural(elsewhere, 'package names', 'packages name')} no repository on ${github.host}`;
    gaps.push({ source: 'GitHub', fact: 'repositories', reason, required: false });
  }
  return { repositories, gaps };
}
