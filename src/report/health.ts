/** What `vakt why --health` shows: every signal with its source, the verdict with its reasons, and what is unknown. */
import type { Advisory, Gap, Package } from '../model.ts';
import { oneLine, plural } from '../plain.ts';
import type { Repository } from '../repository.ts';
import { ago, type Health } from '../rules/health.ts';
import { day, few, newest } from '../rules/past.ts';
import type { History, PastRelease } from '../sources/history.ts';
import { truncate, wrap } from './layout.ts';

/** What is known about one package. */
export interface HealthReport {
  subject: Pick<
    Package,
    'name' | 'version' | 'scope' | 'direct' | 'deprecated' | 'license' | 'installScript'
  >;
  /** The lock file. */
  file: string;
  health: Health;
  history?: History | undefined;
  repository?: Repository | undefined;
  advisories: readonly Advisory[];
  /** Where advisories were looked for. */
  advisorySource: string;
  replacement?: string | undefined;
}

interface Signal {
  signal: string;
  value: string;
  source: string;
}

/** What publishers write may have no end; JSON tells all of it. */
const LONGEST = 400;

/** For people, at most `width` columns. */
export function healthText(
  reports: readonly HealthReport[],
  gaps: readonly Gap[],
  now: Date,
  width: number,
): string {
  const lines: string[] = [];
  for (const report of reports) {
    const { subject, health, file } = report;
    const name = subject.version === '' ? subject.name : `${subject.name}@${subject.version}`;
    lines.push(
      ...wrap(oneLine(`${name}  ${health.verdict ?? 'unknown'}  (${subject.scope}, ${file})`), width, '    '),
    );
    for (const reason of health.reasons) lines.push(...wrap(oneLine(`  - ${reason}`), width, '    '));
    lines.push('');
    for (const { signal, value, source } of signalsOf(report, now)) {
      const said = oneLine(`  ${signal.padEnd(16)}${truncate(value, LONGEST)} [${source}]`);
      lines.push(...wrap(said, width, ' '.repeat(18)).map((line) => truncate(line, width)));
    }
    for (const one of health.unknown)
      lines.push(...wrap(`  ${'unknown'.padEnd(16)}${one}`, width, ' '.repeat(18)));
    lines.push('');
  }
  for (const { source, reason } of gaps)
    lines.push(...wrap(oneLine(`Not known: ${source}: ${reason}`), width, '  '));
  return `${lines.join('\n').trimEnd()}\n`;
}

/** The same for machines; dates are RFC 3339. */
export function healthJson(reports: readonly HealthReport[], gaps: readonly Gap[], now: Date): string {
  const packages = reports.map((report) => {
    const { subject, health, file } = report;
    return {
      name: subject.name,
      version: subject.version,
      scope: subject.scope,
      direct: subject.direct,
      file,
      verdict: health.verdict ?? null,
      reasons: health.reasons,
      lastSign: health.lastSign?.toISOString() ?? null,
      openAdvisories: health.open.map(({ id }) => id),
      signals: signalsOf(report, now),
      unknown: health.unknown,
      replacement: report.replacement ?? null,
    };
  });
  const told = gaps.map(({ source, fact, reason }) => ({ source, fact, reason }));
  return `${JSON.stringify({ asked: now.toISOString(), packages, gaps: told }, null, 2)}\n`;
}

function signalsOf(report: HealthReport, now: Date): Signal[] {
  const { history, repository, advisories, advisorySource, replacement, health } = report;
  const signals = lockSignals(report);
  if (history !== undefined) signals.push(...historySignals(report, history, now));
  if (repository !== undefined) signals.push(...repositorySignals(repository, now));
  else if (history?.repository !== undefined)
    signals.push({
      signal: 'repository',
      value: `${history.repository}, by its publisher's word`,
      source: history.registry,
    });
  const ids = few(advisories.map(({ id }) => id));
  const open = health.open.length;
  signals.push({
    signal: 'advisories',
    value:
      advisories.length === 0 ? 'none found for this version' : `${ids}; ${open} without a published fix`,
    source: advisorySource,
  });
  if (replacement !== undefined)
    signals.push({ signal: 'instead', value: replacement, source: 'module-replacements' });
  return signals;
}

function lockSignals({ subject, file, history }: HealthReport): Signal[] {
  const known = history?.releases.has(subject.version) === true;
  const { deprecated, license, installScript } = subject;
  const signals: Signal[] = [];
  const add = (signal: string, value: string) => signals.push({ signal, value, source: file });
  if (deprecated !== undefined && !known) add('deprecated', deprecated);
  if (license !== undefined && !known) add('licence', license);
  if (installScript === true) add('install script', 'runs when it is installed');
  return signals;
}

function historySignals({ subject }: HealthReport, history: History, now: Date): Signal[] {
  const source = history.registry;
  const signals: Signal[] = [];
  const add = (signal: string, value: string | undefined) => {
    if (value !== undefined) signals.push({ signal, value, source });
  };
  const release = history.releases.get(subject.version);
  const last = newest(history);
  add('this version', release === undefined ? 'no longer listed' : publishedOf(release, now));
  add('deprecated', release?.deprecated);
  if (last !== undefined && last !== release) {
    add('newest version', `${last.version}, ${publishedOf(last, now)}`);
    add('newest is', last.deprecated === undefined ? undefined : `deprecated: ${last.deprecated}`);
  }
  const recent = [...history.releases.values()].filter(
    ({ published }) => published !== undefined && now.getTime() - published.getTime() < YEAR_MS,
  );
  add('releases', `${history.releases.size} in all, ${recent.length} in the last year`);
  const { maintainers } = history;
  if (maintainers.length > 0) add('can publish', `${maintainers.length}: ${few(maintainers)}`);
  if (release !== undefined) {
    add('provenance', provenanceOf(release));
    add('licence', release.license);
  }
  return signals;
}

const YEAR_MS = 365.25 * 86_400_000;

function publishedOf({ published, publisher }: PastRelease, now: Date): string {
  const by = publisher === undefined ? '' : ` by ${publisher}`;
  return published === undefined
    ? `published at an unknown time${by}`
    : `published ${day(published)}, ${ago(published, now)}${by}`;
}

function provenanceOf({ trusted, attested, signed }: PastRelease): string {
  const parts = [
    signed ? 'signed by the registry' : 'not signed by the registry',
    attested ? 'build attested' : 'no attestation',
    ...(trusted === true ? ['published by a trusted workflow'] : []),
  ];
  return parts.join(', ');
}

function repositorySignals(repository: Repository, now: Date): Signal[] {
  const { host: source, name, moved, archived, disabled, license, securityPolicy } = repository;
  const signals: Signal[] = [];
  const add = (signal: string, value: string | undefined) => {
    if (value !== undefined) signals.push({ signal, value, source });
  };
  const when = (date: Date | undefined) => date && `${day(date)}, ${ago(date, now)}`;
  add('repository', `${name}${moved ? ' (moved there)' : ''}, by its publisher's word`);
  const since = repository.archivedAt === undefined ? '' : ` since ${day(repository.archivedAt)}`;
  add('state', archived ? `archived${since}` : disabled ? 'disabled' : 'open');
  add('last commit', when(repository.lastCommit));
  add('last push', when(repository.pushed));
  add('commits', repository.commits === undefined ? undefined : `${repository.commits} in the last year`);
  add('release there', when(repository.lastRelease));
  add('open', `${plural(repository.openIssues, 'issue')}, ${plural(repository.openPulls, 'pull request')}`);
  add('security policy', securityPolicy ? 'yes' : 'none');
  add('licence there', license);
  return signals;
}
