import { type Finding, SEVERITIES } from '../../model.ts';
import { count, plural } from '../../plain.ts';
import type { Report } from '../report.ts';
import { adviser, placesOf, sentence, stepsOf, subjectOf } from '../say.ts';
import { addedFindingsFirst } from '../verdict.ts';
import type { Section } from './html.ts';
import { html, link, type Markup } from './markup.ts';
import { severityBadge } from './words.ts';

/** What is told of one finding, and how many are told at all. */
const PLACES = 12;
const PATHS = 3;
const FINDINGS = 2000;

const WORST_FIRST = [...SEVERITIES].reverse();
const LEVELS = { block: 'blocks', todo: 'to do', fold: 'folded away', off: 'off' } as const;

/** Every finding, closed; opened it says what, how it comes in, where, and how to accept it. */
export function findingsSection(report: Report): Section {
  const { findings } = report;
  const adviceFor = adviser(report);
  const shown = addedFindingsFirst(findings, report).slice(0, FINDINGS);
  const left = findings.length - shown.length;
  const body = html`${filters(findings)}<div class="list">${shown.map((one) => entry(one, adviceFor(one), report))}</div>${left > 0 && html`<p class="more">${count(left)} more: vakt --all</p>`}`;
  return {
    id: 'findings',
    title: 'Findings',
    short: 'Findings',
    size: findings.length,
    body: findings.length > 0 ? body : undefined,
  };
}

/** The share of each severity, worst first. */
export function severityBar(findings: readonly Finding[]): Markup | undefined {
  if (findings.length === 0) return undefined;
  let at = 0;
  const parts = WORST_FIRST.map((severity) => {
    const n = findings.filter((one) => one.severity === severity).length;
    const width = (n / findings.length) * 100;
    const part = { severity, n, at, width };
    at += width;
    return part;
  }).filter(({ n }) => n > 0);
  return html`<div class="severities"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${parts.map((one) => html`<rect class="${one.severity}" x="${one.at.toFixed(2)}" width="${one.width.toFixed(2)}" height="1"/>`)}</svg>
<ul>${parts.map(({ severity, n }) => html`<li><i class="dot ${severity}"></i><b>${count(n)}</b> ${severity}</li>`)}</ul></div>`;
}

function filters(findings: readonly Finding[]): Markup {
  const present = WORST_FIRST.filter((severity) => findings.some((one) => one.severity === severity));
  return html`<fieldset class="filters" data-js hidden><legend class="hidden">Show severities</legend>${present.map((one) => html`<label><input type="checkbox" data-severity="${one}" checked> ${one}</label>`)}</fieldset>`;
}

function entry(finding: Finding, advice: string | undefined, report: Report): Markup {
  const { rule, severity, level, advisory, package: subject, fingerprint, added } = finding;
  const title = advisory?.title ?? sentence(finding);
  const flag = finding.package?.scope === 'dev' && html`<span class="pill">dev</span>`;
  return html`<details class="finding" data-row data-severity-of="${severity}"><summary>${severityBadge(severity)}<span class="what"><code>${subjectOf(finding) || rule}</code><span class="title">${title}</span></span>${added === true && html`<span class="pill new">new</span>`}${flag}<span class="pill ${level}">${LEVELS[level]}</span></summary>
<dl class="about">
<div><dt>What</dt><dd>${sentence(finding)}</dd></div>
${advice !== undefined && html`<div><dt>What to do</dt><dd><code>${advice}</code></dd></div>`}
${advisory !== undefined && html`<div><dt>Advisory</dt><dd>${link(advisory.url, advisory.id)}${advisory.aliases.length > 0 && ` (${advisory.aliases.join(', ')})`}; affected ${advisory.affected}${advisory.fixed.length > 0 && `; fixed in ${advisory.fixed.join(', ')}`}</dd></div>`}
${subject !== undefined && html`<div><dt>Comes in by</dt><dd>${ways(report, subject)}</dd></div>`}
<div><dt>Where</dt><dd>${placeList(finding)}</dd></div>
<div><dt>Rule</dt><dd>${rule} · to accept it: <code>vakt ignore ${fingerprint} --until 90d --reason …</code></dd></div>
</dl></details>
`;
}

function ways({ pathsTo }: Report, subject: NonNullable<Finding['package']>): Markup {
  const paths = pathsTo(subject);
  const shown = paths.slice(0, PATHS);
  const left = paths.length - shown.length;
  return html`${shown.map((path) => html`<div class="way">${stepsOf(path).map((step, i) => html`${i > 0 && html`<span class="to" aria-hidden="true">›</span>`}<code>${step}</code>`)}</div>`)}${left > 0 && html`<div>${plural(left, 'more way')}: <code>vakt why ${subject.name}</code></div>`}`;
}

function placeList(finding: Finding): Markup {
  const places = placesOf(finding);
  const shown = places.slice(0, PLACES);
  const left = places.length - shown.length;
  return html`${shown.map(({ file, line }) => html`<div><code>${file}:${line}</code></div>`)}${left > 0 && html`<div>and ${plural(left, 'more place')}</div>`}`;
}
