import { plural } from '../../plain.ts';
import type { Report } from '../report.ts';
import { sentence } from '../say.ts';
import { evidence } from '../verdict.ts';
import type { Section } from './html.ts';
import { html } from './markup.ts';
import { severityBadge } from './words.ts';

/** Gaps and accepted findings that are told. */
const MOST = 500;
const STALE = {
  ended: 'has ended',
  unused: 'matches nothing',
  'ends soon': 'ends soon',
  fixed: 'has a fix now',
} as const;

/** The evidence behind the verdict: what was looked at, what could not be, and who accepted what until when. */
export function checkedSection(report: Report): Section {
  const { gaps, accepted, staleIgnores, coverage, skipped } = report;
  const open = [...gaps].sort((a, b) => Number(b.required) - Number(a.required)).slice(0, MOST);
  const body = html`<div class="columns">
<div><h3>Looked at</h3><ul class="plain">${evidence(report).map((line) => html`<li>${line}</li>`)}${coverage.files.slice(0, MOST).map(({ file, format, packages }) => html`<li><code>${file}</code> <small>${format}, ${plural(packages, 'package')}</small></li>`)}</ul>
${skipped.length > 0 && html`<h3>Rules that are off</h3><p class="quiet">${skipped.map(({ rule }) => rule).join(', ')}</p>`}</div>
<div><h3>Could not be checked</h3>${open.length === 0 ? html`<p class="quiet">Nothing is missing.</p>` : html`<ul class="plain">${open.map(({ source, reason, required }) => html`<li>${required && html`<span class="pill block">required</span> `}<b>${source}</b>: ${reason}</li>`)}</ul>`}</div>
<div><h3>Accepted</h3>${accepted.length === 0 ? html`<p class="quiet">No finding is accepted.</p>` : html`<ul class="plain">${accepted.slice(0, MOST).map(({ finding, ignore }) => html`<li data-row>${severityBadge(finding.severity)} ${sentence(finding)} <small>${ignore.reason} (${ignore.owner}, until ${ignore.until}, ${ignore.where})</small></li>`)}</ul>`}
${staleIgnores.length > 0 && html`<h3>Entries to look at</h3><ul class="plain">${staleIgnores.slice(0, MOST).map(({ ignore, why }) => html`<li><code>${ignore.where}</code> ${STALE[why]} <small>${ignore.reason}</small></li>`)}</ul>`}</div>
</div>`;
  return {
    id: 'checked',
    title: 'Checked and accepted',
    short: 'Checked',
    size: gaps.length + accepted.length,
    body,
  };
}
