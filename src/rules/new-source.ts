import type { Package } from '../model.ts';
import { withoutSecrets } from '../url.ts';
import { defineRule, nameAt, namesakes, placesOf } from './rule.ts';

/** Where npm's own package of that name comes from. */
const PUBLISHED: ReadonlySet<Package['source']> = new Set(['registry', 'bundled', 'patch']);
const ELSEWHERE: ReadonlySet<Package['source']> = new Set(['git', 'tarball', 'file']);

export default defineRule({
  id: 'new-source',
  title: 'The change takes a package from somewhere else than the registry it came from',
  needs: ['base', 'changed'],
  *check({ base, changed }) {
    if (base === undefined || changed === undefined) return;
    const sources = new Map<string, Set<Package['source']>>();
    for (const one of namesakes(base, changed)) {
      const key = `${one.tree.file}\0${one.name}`;
      sources.set(key, (sources.get(key) ?? new Set()).add(one.source));
    }
    for (const subject of changed) {
      const before = sources.get(`${subject.tree.file}\0${subject.name}`);
      if (before === undefined || !ELSEWHERE.has(subject.source) || before.has(subject.source)) continue;
      if (![...before].some((source) => PUBLISHED.has(source))) continue;
      const from = subject.resolved === undefined ? '' : ` (${withoutSecrets(subject.resolved)})`;
      yield {
        severity: 'high',
        message: `${nameAt(subject)} came from the registry and now comes from ${WORDS[subject.source]}${from}: no registry vouches for it and no advisory covers it`,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, subject.source, subject.resolved ?? '', subject.tree.file],
        fix: 'depend on a published version, or accept the source with a reason',
      };
    }
  },
});

const WORDS: Partial<Record<Package['source'], string>> = {
  git: 'git',
  tarball: 'a tarball elsewhere',
  file: 'a file',
};
