/**
 * JUnit XML, as Jenkins and the CI services beside it read it: a suite for each file, a case for each finding.
 * https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 */
import type { Finding } from '../model.ts';
import { oneLine, plural, wellFormed } from '../plain.ts';
import type { Ignore } from '../policy/policy.ts';
import type { Format, Look, Report } from './report.ts';
import { adviser, placesOf, sentence, subjectOf, wayTo } from './say.ts';

interface Case {
  name: string;
  /** The rule, or who could not answer. */
  classname: string;
  outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** Short, of the outcome. */
  message: string;
  /** At length. */
  body: string;
}

/** What blocks has failed; accepted findings and gaps are skipped, required gaps are errors; work that does not block
 * passes and says so in its output. */
export const junit: Format = (report, look) => {
  const suites = suitesOf(report, look);
  const cases = [...suites.values()].flat();
  const printed = [...suites].map(([name, some]) => suiteXml(name, some));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vakt" ${counts(cases, false)}>`,
    ...printed,
    '</testsuites>\n',
  ].join('\n');
};

function suitesOf(report: Report, { base }: Look): Map<string, Case[]> {
  const suites = new Map<string, Case[]>();
  const add = (file: string, one: Case) => {
    const known = suites.get(file);
    if (known === undefined) suites.set(file, [one]);
    else known.push(one);
  };
  const adviceFor = adviser(report);
  const all: { finding: Finding; ignore?: Ignore }[] = [
    ...report.findings.map((finding) => ({ finding })),
    ...report.accepted,
  ];
  for (const { finding, ignore } of all) {
    const places = new Map<string, number[]>();
    for (const { file, line } of placesOf(finding)) places.set(file, [...(places.get(file) ?? []), line]);
    for (const [file, lines] of places)
      add(`${base}${file}`, caseOf(finding, lines, adviceFor(finding), ignore, report));
  }
  for (const { file, packages } of report.coverage.files) {
    const suite = `${base}${file}`;
    if (!suites.has(suite)) add(suite, clean(plural(packages, 'package')));
  }
  for (const { source, fact, reason, required } of report.gaps) {
    const outcome = required ? 'error' : 'skipped';
    const message = oneLine(reason);
    add('not checked', { name: `${fact}: ${message}`, classname: source, outcome, message, body: '' });
  }
  if (suites.size === 0) add('pages', clean(plural(report.coverage.pages, 'page')));
  return suites;
}

function clean(what: string): Case {
  return { name: `${what}: no finding`, classname: 'vakt', outcome: 'passed', message: '', body: '' };
}

function caseOf(
  finding: Finding,
  lines: readonly number[],
  advice: string | undefined,
  ignore: Ignore | undefined,
  report: Report,
): Case {
  const { rule, advisory, severity, level, fingerprint } = finding;
  const message = sentence(finding);
  const way = wayTo(finding, report);
  const body = [
    message,
    `severity: ${severity}, level: ${level}, fingerprint: ${fingerprint}`,
    `line: ${lines.join(', ')}`,
    ...(way === '' ? [] : [`comes in by: ${way}`]),
    ...(advice === undefined ? [] : [`what to do: ${advice}`]),
  ].join('\n');
  const name = [subjectOf(finding), advisory?.id ?? ''].filter((part) => part !== '').join(' ') || message;
  if (ignore === undefined)
    return { name, classname: rule, outcome: level === 'block' ? 'failure' : 'passed', message, body };
  const { reason, owner, until } = ignore;
  return {
    name,
    classname: rule,
    outcome: 'skipped',
    message: `accepted by ${owner} until ${until}: ${reason}`,
    body,
  };
}

function suiteXml(name: string, cases: readonly Case[]): string {
  return [
    `  <testsuite name="${xml(name)}" ${counts(cases, true)}>`,
    ...cases.map(caseXml),
    '  </testsuite>',
  ].join('\n');
}

function caseXml({ name, classname, outcome, message, body }: Case): string {
  const open = `    <testcase name="${xml(name)}" classname="vakt.${xml(classname)}" time="0"`;
  const about = `message="${xml(message)}"`;
  const output = body === '' ? '' : `<system-out>${xml(body)}</system-out>`;
  if (outcome === 'passed') return output === '' ? `${open}/>` : `${open}>${output}</testcase>`;
  if (outcome === 'skipped') return `${open}><skipped ${about}/>${output}</testcase>`;
  return `${open}><${outcome} type="${xml(classname)}" ${about}>${xml(body)}</${outcome}></testcase>`;
}

function counts(cases: readonly Case[], isSuite: boolean): string {
  const of = (outcome: Case['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const skipped = isSuite ? ` skipped="${of('skipped')}"` : '';
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}"${skipped} time="0"`;
}

// XML 1.0 has no way to write most controls, nor half a surrogate pair, nor U+FFFE and U+FFFF: oneLine spells the
// former out. https://www.w3.org/TR/xml/#charsets
function xml(text: string): string {
  return wellFormed(text.split('\n').map(oneLine).join('\n'))
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (c) => `&#${c.codePointAt(0)};`);
}
