/** What there is to do, in the order in which to do it: findings and steps → things with a title and rows. */
import type { Step } from '../fix/types.ts';
import type { Finding, Level } from '../model.ts';
import { count, oneLine, plural } from '../plain.ts';
import { isProduction } from '../policy/policy.ts';
import { parseUrl } from '../url.ts';
import { inPages, isInPage, pagePlace } from './page-things.ts';
import type { Report } from './report.ts';
import { TITLES } from './titles.ts';

/** One thing that a person can do. */
export interface Thing {
  level: Level;
  /** Those that are gone once it is done. */
  findings: readonly Finding[];
  /** Over the cells of the rows. */
  columns: readonly string[];
  title: string;
  /** Cells of rows that stand in columns. */
  rows: string[][];
  /** To be typed; empty where there is no command. */
  command: string;
  /** What to know about it, in short sentences. */
  notes: string[];
}

const ORDER: readonly Level[] = ['block', 'todo', 'fold', 'off'];

/** All things, most pressing first. */
export function thingsIn(report: Report): Thing[] {
  const { findings, steps, coverage } = report;
  const cleared = new Set<Finding>();
  const things: Thing[] = [...malware(findings, coverage.files.length > 1)];
  for (const step of steps) {
    const mine = step.clears.filter(({ rule }) => rule !== 'malware');
    if (step.kind === 'none' || mine.length === 0) continue;
    for (const finding of mine) cleared.add(finding);
    things.push(ofStep(step, mine));
  }
  const open = findings.filter((one) => one.rule === 'known-vulnerability' && !cleared.has(one));
  const locked = open.filter((one) => !isInPage(one));
  const others = listed(findings.filter(({ advisory }) => advisory === undefined));
  return [...things, ...unfixed(locked, steps), ...inPages(open.filter(isInPage)), ...others].sort(
    (a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level),
  );
}

const PACKAGE = ['Package', 'Version', 'Severity', 'Why'];
const MOVE = ['Package', 'From', 'To', 'Severity', 'Why'];
const WORDS = ['What'];

function levelOf(findings: readonly Finding[]): Level {
  return ORDER.find((level) => findings.some((one) => one.level === level)) ?? 'off';
}

function malware(findings: readonly Finding[], hasManyFiles: boolean): Thing[] {
  const mine = findings.filter(({ rule }) => rule === 'malware');
  return [true, false].flatMap((disputed) => {
    const some = mine.filter((one) => (one.disputed === true) === disputed);
    if (some.length === 0) return [];
    const title = disputed
      ? 'Reported as malware, in versions that are not named'
      : 'Malware: remove it at once';
    const rows = onceEach(some, hasManyFiles);
    return [
      {
        level: levelOf(some),
        findings: some,
        columns: PACKAGE,
        title,
        rows,
        command: '',
        notes: fixesOf(some),
      },
    ];
  });
}

/** Each version once; in pages with its place, and where there are several lock files, with those that have it. */
function onceEach(findings: readonly Finding[], hasManyFiles: boolean): string[][] {
  const files = new Map<string, Set<string>>();
  for (const finding of findings) {
    const key = JSON.stringify(packageRow(finding));
    const known = files.get(key) ?? new Set();
    const place = pagePlace(finding) || (hasManyFiles ? (finding.package?.tree.file ?? '') : '');
    files.set(key, known.add(place));
  }
  return [...files].map(([key, [first = '', ...others]]) => {
    const row: string[] = JSON.parse(key);
    if (first === '') return row;
    const more = others.length > 0 ? ` and ${plural(others.length, 'more lock file')}` : '';
    return [...row.slice(0, -1), oneLine(`${row.at(-1)} (in ${first}${more})`)];
  });
}

function ofStep(step: Step, mine: readonly Finding[]): Thing {
  const rows = step.moves
    .filter(({ severity }) => severity !== undefined)
    .map(({ name, alias, from, to, severity = '', title = '', more }) => [
      oneLine(alias === undefined ? name : `${alias} (${name})`),
      oneLine(from),
      to === '' ? '' : `-> ${oneLine(to)}`,
      severity,
      `${oneLine(title)}${more > 0 ? ` (+${more})` : ''}`,
    ]);
  const { notes, command, title } = step;
  return {
    level: levelOf(mine),
    findings: mine,
    columns: MOVE,
    title: oneLine(title),
    rows,
    command: oneLine(command),
    notes: notes.map(oneLine),
  };
}

/** Advisories that no command clears, production before development; each package once, where its worst is. */
function unfixed(findings: readonly Finding[], steps: readonly Step[]): Thing[] {
  const packages = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = finding.package?.purl ?? '';
    packages.set(key, [...(packages.get(key) ?? []), finding]);
  }
  const groups = new Map<string, Finding[]>();
  for (const own of packages.values()) {
    const key = `${levelOf(own)} ${own.some(isProduction)}`;
    groups.set(key, [...(groups.get(key) ?? []), ...own]);
  }
  return [...groups.values()].map((group) => {
    const packages = new Set(group.map(({ package: subject }) => subject?.purl)).size;
    const side = group.some(isProduction) ? 'production' : 'development';
    const some = plural(packages, `${side} package`);
    const waits = group.some(({ fixable }) => fixable === true);
    return {
      level: levelOf(group),
      findings: group,
      columns: PACKAGE,
      title: waits ? `Find a way to fixed versions of ${some}` : `No fix published for ${some}`,
      rows: onePerPackage(group),
      command: '',
      notes: waits ? reasonsFor(group, steps) : [],
    };
  });
}

/** Why no command helps, in the plan's words, the reason for most first; whose reason it is where there are several. */
function reasonsFor(group: readonly Finding[], steps: readonly Step[]): string[] {
  const mine = new Set(group);
  const reasons: { names: Set<string>; reason: string; count: number }[] = [];
  for (const { kind, leaves, notes } of steps) {
    const some = kind === 'none' ? leaves.filter((finding) => mine.has(finding)) : [];
    const names = new Set(some.map(({ package: subject }) => subject?.name ?? ''));
    if (some.length > 0) reasons.push({ names, reason: notes.join('; '), count: some.length });
  }
  if (reasons.length === 0)
    return [
      'vakt why <package> shows what asks for it: update that, or the package itself where it is direct',
    ];
  return reasons
    .sort((a, b) => b.count - a.count)
    .map(({ names, reason }) => {
      const [first = '', second] = names;
      // Some reasons name the package themselves.
      if (reasons.length === 1 || reason.startsWith(`${first}: `)) return oneLine(reason);
      const whose = second === undefined ? first : plural(names.size, 'package');
      return oneLine(`${whose}: ${reason}`);
    });
}

function onePerPackage(findings: readonly Finding[]): string[][] {
  const packages = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = finding.package?.purl ?? '';
    packages.set(key, [...(packages.get(key) ?? []), finding]);
  }
  return [...packages.values()].map((group) => {
    const [first] = group as [Finding];
    const row = packageRow(first);
    return group.length === 1 ? row : [...row.slice(0, -1), `${row.at(-1)} (+${group.length - 1})`];
  });
}

function packageRow({ package: subject, severity, advisory, message }: Finding): string[] {
  return [subject?.name ?? '', subject?.version ?? '', severity, advisory?.title ?? message].map(oneLine);
}

/** Findings that say themselves what to do, one thing for each rule. */
function listed(findings: readonly Finding[]): Thing[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.level} ${finding.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [Finding];
    return {
      level: first.level,
      findings: group,
      columns: WORDS,
      title: TITLES[first.rule] ?? first.rule,
      rows: group.map(({ message, url, places }) => [
        url === undefined ? oneLine(message) : pageRow(url, places()),
      ]),
      ...remedies(group),
    };
  });
}

/** What helps most of them first, as a command where it is one; what helps others says whom. */
function remedies(group: readonly Finding[]): Pick<Thing, 'command' | 'notes'> {
  const fixes = new Map<string, Finding[]>();
  for (const finding of group) {
    if (finding.fix === undefined) continue;
    // Which package is the reader's choice where there are many.
    const fix = oneLine(group.length > 1 ? finding.fix.replace(/^vakt why .*/, WHY) : finding.fix);
    fixes.set(fix, [...(fixes.get(fix) ?? []), finding]);
  }
  const sorted = [...fixes].sort(([, a], [, b]) => b.length - a.length);
  const [top = ''] = sorted[0] ?? [];
  const command = /^(?:npm|pnpm|yarn|bun|vakt) [^()<>]*$/.test(top) ? top : '';
  const notes = sorted
    .slice(command === '' ? 0 : 1)
    .map(([fix, those]) => (sorted.length === 1 ? fix : `${whose(those)}: ${fix}`));
  return { command, notes };
}

const WHY = 'vakt why <package> shows what asks for it';

/** One name, or how many there are. */
function whose(findings: readonly Finding[]): string {
  const names = new Set(
    findings.map(({ package: subject, url, places }) =>
      oneLine(subject?.name ?? parseUrl(url ?? '')?.host ?? places()[0]?.file ?? ''),
    ),
  );
  const [first = ''] = names;
  return names.size === 1 && first !== '' ? first : `${count(findings.length)} of these`;
}

function pageRow(url: string, places: readonly { file: string; line: number }[]): string {
  const [first] = places;
  const more = places.length > 1 ? ` (+${places.length - 1})` : '';
  return oneLine(`${first?.file}:${first?.line}${more}  ${url}`);
}

function fixesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.flatMap(({ fix }) => (fix === undefined ? [] : [oneLine(fix)])))];
}
