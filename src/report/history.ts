/** The history of lock files, for people and for machines. */
import type { Commit } from '../git/log.ts';
import type { History, Hit, Window } from '../history.ts';
import { count, oneLine, plural } from '../plain.ts';
import { wrap } from './layout.ts';
import { SCHEMA } from './report.ts';

/** From when to when each bad version was locked, and on what that rests. */
export function historyText(found: History, now: Date): string {
  const { hits, files, versions, commits, since, gaps, advisories, packages } = found;
  const span = `${day(since)} to ${day(now)}`;
  const names = files.length > 3 ? plural(files.length, 'lock file') : files.join(', ') || 'no lock file';
  const verdict = {
    fail: 'FAIL  a version that should never have been locked was',
    incomplete: 'INCOMPLETE  not everything could be looked at',
    pass: 'PASS  no such version was locked',
  }[hits.length > 0 && found.verdict !== 'fail' ? 'incomplete' : found.verdict];
  const lines = [
    oneLine(`${names}  ${span}, ${plural(versions, 'version')} in ${plural(commits, 'commit')}`),
    verdict,
    ...hits.flatMap(hitLines),
    '',
    ...line(
      'Checked',
      `${plural(packages, 'package')} of all versions against ${plural(advisories.records, 'record')} (${oneLine(advisories.from)})`,
    ),
    ...gaps.flatMap(({ source, reason, required }) =>
      line('Not checked', `${oneLine(`${source}: ${reason}`)} (${required ? 'required' : 'not required'})`),
    ),
  ];
  if (hits.length > 0) lines.push('', ...ADVICE);
  return `${lines.join('\n')}\n`;
}

const WIDTH = 80;

function line(label: string, text: string): string[] {
  return wrap(label.padEnd(13) + text, WIDTH, ' '.repeat(13));
}

const ADVICE = [
  'Times are those at which commits came to stand where they stand (committer), in UTC; "written" is the',
  "author's. Each machine that installed in between, CI included, has to be taken for compromised if the",
  'version was malware: rotate what it could read. Branches that were never merged are not looked at.',
];

function hitLines({ finding, name, version, file, windows, branches }: Hit): string[] {
  const { advisory, severity } = finding;
  const about = `${advisory?.id ?? finding.rule} ${severity}: ${advisory?.title ?? finding.message}`;
  return [
    '',
    oneLine(`${name}@${version} in ${file}  ${about}`),
    ...windows.flatMap(windowLines),
    ...branches.slice(0, SHOWN).map((commit) => `    on a merged branch  ${commitLine(commit)}`),
    ...(branches.length > SHOWN ? [`    … ${count(branches.length - SHOWN)} more: --format json`] : []),
  ];
}

const SHOWN = 5;

function windowLines({ from, until }: Window): string[] {
  return [
    `    from   ${from === undefined ? 'before the time that was looked at' : commitLine(from)}`,
    `    until  ${until === undefined ? 'now: it is still locked' : `${commitLine(until)}${lasted(from, until)}`}`,
  ];
}

function lasted(from: Commit | undefined, until: Commit): string {
  if (from === undefined) return '';
  const hours = Math.round((until.committed.getTime() - from.committed.getTime()) / 3_600_000);
  return `, ${hours < 48 ? plural(hours, 'hour') : plural(Math.round(hours / 24), 'day')} later`;
}

function commitLine({ id, committed, authored }: Commit): string {
  return `${minute(committed)}  commit ${id.slice(0, 12)} (written ${minute(authored)})`;
}

function minute(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The same as plain data. */
export function historyJson(found: History): string {
  const { verdict, exitCode, since, files, versions, commits, packages, advisories, gaps } = found;
  const hits = found.hits.map(({ finding, name, version, file, windows, branches }) => ({
    rule: finding.rule,
    severity: finding.severity,
    level: finding.level,
    name,
    version,
    purl: finding.package?.purl,
    file,
    advisory: finding.advisory && {
      id: finding.advisory.id,
      aliases: finding.advisory.aliases,
      title: finding.advisory.title,
      url: finding.advisory.url,
    },
    windows: windows.map(({ from, until }) => ({
      ...(from !== undefined && { from: toCommit(from) }),
      ...(until !== undefined && { until: toCommit(until) }),
    })),
    branches: branches.map(toCommit),
  }));
  const coverage = { files, versions, commits, packages, advisories };
  return `${JSON.stringify({ schema: SCHEMA, verdict, exitCode, since, coverage, hits, gaps }, null, 2)}\n`;
}

function toCommit({ id, committed, authored }: Commit): { id: string; committed: Date; authored: Date } {
  return { id, committed, authored };
}
