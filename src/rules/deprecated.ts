import type { Package } from '../model.ts';
import { oneLine } from '../plain.ts';
import type { History } from '../sources/history.ts';
import { isAbove, isFromRegistry, newest } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';
import { type Successor, successorOf } from './successor.ts';

export default defineRule({
  id: 'deprecated',
  title: 'Its publisher advises against using it',
  needs: ['packages', 'histories', 'replacements'],
  *check({ packages, histories, replacements }) {
    for (const subject of packages) {
      const history = histories.get(subject);
      const message = deprecationOf(subject, history);
      if (message === undefined || subject.importer) continue;
      const next = successorOf(message, subject.name) ?? published(subject, history);
      yield {
        // Of what others ask for only they can let go.
        severity: subject.direct === true && next !== undefined ? 'moderate' : 'low',
        message: `${nameAt(subject)} is deprecated: ${short(message)}`,
        package: subject,
        places: placesOf(subject),
        identity: [nameAt(subject), subject.tree.file],
        evidence: { deprecation: message, ...(next !== undefined && { successor: { ...next } }) },
        fixable: next !== undefined,
        fix: fixFor(subject, next, replacements.get(subject.name)),
      };
    }
  },
});

/** The registry's word counts more than the lock file's: a deprecation may have been taken back. */
function deprecationOf(subject: Package, history: History | undefined): string | undefined {
  const release = isFromRegistry(subject) ? history?.releases.get(subject.version) : undefined;
  return release === undefined ? subject.deprecated : release.deprecated;
}

function published({ version }: Package, history: History | undefined): Successor | undefined {
  const latest = history && newest(history);
  const isFree = latest !== undefined && latest.deprecated === undefined;
  return isFree && isAbove(latest.version, version) ? { version: latest.version } : undefined;
}

function fixFor({ name, direct }: Package, next: Successor | undefined, other: string | undefined): string {
  if (direct !== true) return `vakt why ${name}`;
  if (next?.name !== undefined) return `replace it by ${next.name}, which its publisher names`;
  if (next?.version === undefined)
    return other === undefined ? 'look for something that is maintained' : `replace it by ${other}`;
  return next.version === 'latest'
    ? `move to the latest ${name}`
    : `move to ${name} ${next.version} or later`;
}

function short(message: string): string {
  const line = oneLine(message);
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
