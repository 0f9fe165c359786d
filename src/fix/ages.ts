/** What keeps new releases out of each project: npm's settings, and what the other managers' files say. */
import type { Io } from '../io.ts';
import type { Tree } from '../model.ts';
import type { NpmSettings } from '../npmrc.ts';
import { matchesGlobs, parseGlobs } from '../readers/globs.ts';
import { readProtections } from '../readers/protections.ts';
import { splitAt } from '../readers/spec.ts';
import { waitOf } from '../release-age.ts';
import type { ReleaseAge } from './types.ts';

/** By tree, where anything does. npm's `before` and `min-release-age` may also stand in a person's own settings. */
export async function agesOf(
  io: Io,
  root: string,
  trees: readonly Tree[],
  npm: Pick<NpmSettings, 'before' | 'minReleaseAge' | 'beforeExcept'>,
): Promise<Map<Tree, ReleaseAge>> {
  const ages = new Map<Tree, ReleaseAge>();
  for (const tree of trees) {
    const age = tree.manager === 'npm' ? npmAge(npm) : await otherAge(io, root, tree);
    if (age !== undefined) ages.set(tree, age);
  }
  return ages;
}

function npmAge({
  before,
  minReleaseAge,
  beforeExcept,
}: Pick<NpmSettings, 'before' | 'minReleaseAge' | 'beforeExcept'>): ReleaseAge | undefined {
  const excepts = exceptions(beforeExcept);
  if (minReleaseAge !== undefined && minReleaseAge > 0)
    return { setting: 'min-release-age', seconds: minReleaseAge * 86_400, excepts };
  return before === undefined ? undefined : { setting: 'before', before, excepts };
}

async function otherAge(io: Io, root: string, tree: Tree): Promise<ReleaseAge | undefined> {
  const [protections] = await readProtections(io, root, [tree]);
  const wait = protections && waitOf(protections);
  return wait && { setting: wait.setting, seconds: wait.seconds, excepts: exceptions(wait.except) };
}

// `name`, `@scope/*`, `name@1.2.3 || 1.2.4`; https://pnpm.io/settings#minimumreleaseageexclude
function exceptions(texts: readonly string[]): ReleaseAge['excepts'] {
  const rules = texts.map((text) => {
    const { name, rest } = splitAt(text);
    const versions = rest === '' ? undefined : rest.split('||').map((one) => one.trim().replace(/^npm:/, ''));
    return { globs: parseGlobs([name]), versions };
  });
  return (name, version) =>
    rules.some(
      ({ globs, versions }) =>
        matchesGlobs(globs, name.split('/')) && (versions === undefined || versions.includes(version)),
    );
}
