import { compareVersions, parseVersion } from '../sources/advisories/version.ts';
import type { History } from '../sources/history.ts';
import { day } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'unpublished',
  title: 'The locked version is no longer published',
  needs: ['histories'],
  *check({ histories }) {
    for (const [subject, history] of histories) {
      const { name, version, tree } = subject;
      if (version === '' || tree.manager === 'cdn' || subject.source !== 'registry') continue;
      if (isServed(history, version)) continue;
      const holder = holderOf(history);
      const once = history.withdrawn.get(version);
      yield {
        severity: holder === undefined ? 'moderate' : 'high',
        message: wordsFor(nameAt(subject), history, once, holder),
        package: subject,
        places: placesOf(subject),
        identity: [nameAt(subject), tree.file],
        ...(once !== undefined && { evidence: { published: once.toISOString() } }),
        fix:
          holder === undefined
            ? `find out why ${name} ${version} went, and move to a version that is there`
            : `take ${name} out, and treat what installed it as compromised until you know better`,
      };
    }
  },
});

// Registries leave build metadata out of versions (SemVer 2.0, section 10).
function isServed({ releases }: History, text: string): boolean {
  if (releases.has(text)) return true;
  const version = parseVersion(text);
  if (version === undefined || !text.includes('+')) return false;
  for (const one of releases.keys()) {
    const other = parseVersion(one);
    if (other !== undefined && compareVersions(other, version) === 0) return true;
  }
  return false;
}

/** What npm puts in the place of a package that it took down. https://github.com/npm/security-holder */
function holderOf({ releases }: History): string | undefined {
  const versions = [...releases.keys()];
  // Nothing else stays there; a prerelease of that name beside others is the publisher's own.
  return versions.every((one) => /^\d+\.\d+\.\d+-security(?:\.\d+)?$/.test(one))
    ? versions.at(-1)
    : undefined;
}

function wordsFor(
  what: string,
  { registry, releases }: History,
  once: Date | undefined,
  holder: string | undefined,
): string {
  if (holder !== undefined)
    return `${what} was taken down by the registry, which keeps ${holder} in its place: most of what is taken down was harmful`;
  if (releases.size === 0)
    return `${what} was withdrawn with all other versions: a clean install fails, and anybody may take the name`;
  return once === undefined
    ? `${registry} does not know ${what}: a clean install fails, or takes it from elsewhere`
    : `${registry} no longer serves ${what}, published on ${day(once)}: a clean install fails; it was withdrawn, as what is harmful is, or is held back there`;
}
