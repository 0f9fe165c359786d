/** The report for people: what to do, most pressing first, on one screen. */
import type { Finding } from '../model.ts';
import { plural as count, count as number, oneLine } from '../plain.ts';
import { isProduction } from '../policy/policy.ts';
import { paint, type Style, table, truncate, wrap } from './layout.ts';
import type { Format, Look, Report } from './report.ts';

/** Groups on the first screen; the rest is counted. */
const GROUPS = 7;
/** Lines of one group on the first screen. */
const ROWS = 4;

interface Group {
  title: string;
  findings: Finding[];
}

export const text: Format = (report, look) => {
  const shown = report.findings.filter(({ level }) => look.all || level !== 'fold');
  const groups = groupsOf(shown);
  const visible = look.all ? groups : groups.slice(0, GROUPS);
  const lines = [
    header(report, look),
    verdictLine(report, groups, look),
    ...visible.flatMap((group, index) => groupLines(group, index + 1, look)),
    ...more(groups.length - visible.length),
    ...folded(report, look),
    ...gapLines(report, look),
    ...coverageLines(report),
  ];
  return `${lines.map((line) => (look.all ? line : truncate(line, look.width))).join('\n')}\n`;
};

function header({ project, coverage, policy }: Report, look: Look): string {
  const files = coverage.files.map(({ file, packages }) => `${file} (${count(packages, 'package')})`);
  const listed =
    files.length > 2
      ? `${files.length} lock files (${count(coverage.packages, 'package')})`
      : files.join(', ');
  return oneLine(`${style('bold', project, look)}  ${listed}, policy: ${policy.name} (${policy.from})`);
}

function verdictLine({ verdict, gaps }: Report, groups: readonly Group[], look: Look): string {
  const blocking = groups.filter(({ findings }) => findings.some(({ level }) => level === 'block')).length;
  if (verdict === 'fail') {
    const verb = blocking === 1 ? 'blocks' : 'block';
    return `${style('red', 'FAIL', look)}  ${count(groups.length, 'thing')} to do, ${blocking} ${verb}`;
  }
  const todo = groups.length === 0 ? 'nothing to do' : `${count(groups.length, 'thing')} to do, none blocks`;
  if (verdict === 'pass') return `${style('green', 'PASS', look)}  ${todo}`;
  const open = gaps.filter(({ required }) => required).length;
  return `${style('yellow', 'INCOMPLETE', look)}  ${count(open, 'thing')} could not be checked; ${todo}`;
}

/** What one action answers stands together: a rule, its level, and whether it concerns production. */
function groupsOf(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    const key = `${finding.level}\0${finding.rule}\0${isProduction(finding)}\0${finding.fixable === true}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { title: titleOf(finding), findings: [finding] });
    else group.findings.push(finding);
  }
  return [...groups.values()];
}

function titleOf({ rule, package: subject, fixable }: Finding): string {
  const where = subject === undefined ? '' : subject.scope === 'dev' ? ' in development' : ' in production';
  if (rule === 'malware') return `Malware${where}`;
  if (rule === 'known-vulnerability')
    return fixable ? `Update vulnerable packages${where}` : `Vulnerable${where}, no fix published`;
  const titles: Record<string, string> = {
    'lock-out-of-sync': 'Bring the lock file in line with package.json',
    'lock-host': 'Unexpected download hosts',
    'lock-integrity': 'Packages without a strong hash',
    'exotic-source': 'Packages from outside the registry',
    'install-script': 'Install scripts',
  };
  return titles[rule] ?? rule;
}

function groupLines({ title, findings }: Group, number: number, look: Look): string[] {
  const level = findings[0]?.level === 'block' ? `  ${style('red', 'blocks', look)}` : '';
  const rows = findings.some(({ advisory }) => advisory !== undefined)
    ? advisoryRows(findings, look)
    : plainRows(findings);
  const visible = look.all ? rows : rows.slice(0, ROWS);
  const rest = rows.length - visible.length;
  return [
    '',
    `${style('bold', `${number} ${title}`, look)}${level}`,
    ...visible,
    ...(rest > 0 ? [`    … ${rest} more`] : []),
  ];
}

/** One row per package version: its worst advisory, and how many more it has. */
function advisoryRows(findings: readonly Finding[], look: Look): string[] {
  const packages = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.package?.name}@${finding.package?.version}`;
    packages.set(key, [...(packages.get(key) ?? []), finding]);
  }
  const rows = [...packages.values()].map((group) => {
    const [worst] = group as [Finding];
    const extra = group.length > 1 ? `  (+${group.length - 1})` : '';
    const what = oneLine(worst.advisory?.title ?? worst.message);
    return [
      oneLine(worst.package?.name ?? ''),
      oneLine(worst.package?.version ?? ''),
      worst.severity,
      look.all ? `${what}  ${worst.advisory?.url ?? ''}${extra}` : `${truncate(what, 44)}${extra}`,
    ];
  });
  return table(rows).map((row) => `    ${row}`);
}

function plainRows(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ message, fix }) => [
    `    ${oneLine(message)}`,
    ...(fix ? [`  > ${oneLine(fix)}`] : []),
  ]);
}

function more(hidden: number): string[] {
  return hidden > 0 ? ['', `${hidden} more: vakt --all`] : [];
}

function folded({ findings }: Report, look: Look): string[] {
  const hidden = findings.filter(({ level }) => level === 'fold');
  if (look.all || hidden.length === 0) return [];
  const packages = new Set(hidden.map(({ package: subject }) => subject?.purl)).size;
  const malware = hidden.some(({ rule }) => rule === 'malware') ? '' : ', none malware';
  return [
    '',
    'Folded away (vakt --all)',
    `  ${count(hidden.length, 'finding')} in ${count(packages, 'package')}${malware}`,
  ];
}

function gapLines({ gaps }: Report, look: Look): string[] {
  if (gaps.length === 0) return [];
  const lines = gaps.flatMap(({ source, reason, required }) =>
    wrap(
      `  ${oneLine(`${source}: ${reason}`)} (${required ? 'required' : 'not required'})`,
      look.width,
      '    ',
    ),
  );
  return ['', 'Could not be checked', ...lines];
}

function coverageLines({ coverage }: Report): string[] {
  const { advisories, checked, packages, notChecked } = coverage;
  const age = advisories.newest === undefined ? '' : `, newest of ${advisories.newest.slice(0, 10)}`;
  const lines = [
    '',
    `Checked      ${number(checked)} of ${count(packages, 'package')} against ${count(advisories.records, 'record')} of ${oneLine(advisories.from)}${age}`,
  ];
  if (notChecked.length > 0) {
    const total = notChecked.reduce((sum, one) => sum + one.count, 0);
    lines.push(
      `Not checked  ${number(total)}: ${notChecked.map((one) => `${one.count} ${one.reason}`).join(', ')}`,
    );
  }
  return lines;
}

function style(name: Style, what: string, look: Look): string {
  return look.color ? paint(name, what) : what;
}
