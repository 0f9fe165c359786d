/** Sentences about findings that the formats for other programs share. */
import type { Finding, Location, TreeNode } from '../model.ts';
import { count, oneLine } from '../plain.ts';
import type { Report } from './report.ts';

/** `lodash@4.17.20`, a URL, or nothing. */
export function subjectOf({ package: subject, url }: Finding): string {
  if (subject === undefined) return oneLine(url ?? '');
  return oneLine(subject.version === '' ? subject.name : `${subject.name}@${subject.version}`);
}

/** What a finding says, with its subject where the message lacks it. */
export function sentence(finding: Finding): string {
  const subject = subjectOf(finding);
  const message = oneLine(finding.message);
  return subject === '' || message.includes(subject) ? message : `${subject}: ${message}`;
}

/** What to do about each finding: its own words, else the command of the step that clears it. */
export function adviser({ steps }: Report): (finding: Finding) => string | undefined {
  const commands = new Map<Finding, string>();
  for (const { clears, command } of steps) {
    for (const finding of clears)
      if (command !== '' && !commands.has(finding)) commands.set(finding, command);
  }
  return (finding) => {
    const words = commands.get(finding) ?? finding.fix;
    return words === undefined ? undefined : oneLine(words);
  };
}

/** Steps of a way that are told; of longer ones the middle is left out. */
const STEPS = 24;

/** A way as people read it, from the project to the package: `shop@1.0.0`, `express@4.18.1`, … */
export function stepsOf(path: readonly TreeNode[]): string[] {
  const named = path.map(({ name, version }) => oneLine(version === '' ? name : `${name}@${version}`));
  if (named.length <= STEPS) return named;
  const half = STEPS / 2;
  return [...named.slice(0, half), `… ${count(named.length - STEPS)} more …`, ...named.slice(-half)];
}

/** The shortest way to a finding's package: `shop > express@4.18.1 > qs@6.10.3`; empty for what is no package. */
export function wayTo(finding: Finding, { pathsTo }: Report): string {
  if (finding.package === undefined) return '';
  const [path = []] = pathsTo(finding.package);
  return stepsOf(path).join(' > ');
}

/** The places of a finding, each once; never none where a file is known. */
export function placesOf(finding: Finding): Location[] {
  const seen = new Set<string>();
  return finding.places().filter(({ file, offset }) => {
    const key = `${offset} ${file}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
