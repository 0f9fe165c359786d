import { count, plural } from '../../plain.ts';
import type { Thing } from '../things.ts';
import { isAcute } from '../verdict.ts';
import { html, type Markup } from './markup.ts';
import { severityBadge } from './words.ts';

/** Rows of one thing that are told. */
const ROWS = 60;

/** Cards of what to do, in the order in which to do it; what the policy folds away comes behind, closed. */
export function todoSection(things: readonly Thing[]): Markup {
  const acute = things.filter(isAcute);
  const rest = things.filter((thing) => !isAcute(thing));
  const folded =
    rest.length > 0 &&
    html`<details class="folded"><summary>Folded away by the policy <span class="size">${count(rest.length)}</span></summary><ol class="things">${rest.map((thing) => card(thing))}</ol></details>`;
  if (acute.length === 0) return html`<p class="calm">There is nothing to do.</p>${folded}`;
  return html`<ol class="things">${acute.map((thing, i) => card(thing, i + 1))}</ol>${folded}`;
}

function card({ level, title, rows, columns, command, notes, findings }: Thing, number?: number): Markup {
  const adds = findings.some(({ added }) => added === true);
  const left = rows.length - ROWS;
  return html`<li class="card ${level}" data-row>
<h3>${number !== undefined && html`<span class="number">${number}</span>`}<span>${title}${level === 'block' && html` <span class="pill block">blocks</span>`}${adds && html` <span class="pill new">new</span>`}</span></h3>
${command !== '' && commandBox(command)}
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${rows.length > 0 && html`<details class="rows"${rows.length <= 6 && { markup: ' open' }}><summary>${plural(rows.length, columns[0] === 'Package' ? 'package' : 'entry', columns[0] === 'Package' ? 'packages' : 'entries')}</summary>${table(columns, rows.slice(0, ROWS), title)}${left > 0 && html`<p class="more">${count(left)} more: vakt --all</p>`}</details>`}
</li>
`;
}

/** A command with a button that copies it. */
function commandBox(command: string): Markup {
  return html`<div class="command"><pre tabindex="0" aria-label="Command"><code>${command}</code></pre><button type="button" data-js data-copy hidden>Copy</button></div>`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[], title: string): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${columns.map((column, i) => cell(column, row[i] ?? ''))}</tr>`)}</tbody></table></div>`;
}

function cell(column: string, text: string): Markup {
  if (text === '') return html`<td></td>`;
  if (column === 'Severity') return html`<td>${severityBadge(text)}</td>`;
  if (column === 'Why' || column === 'What') return html`<td class="words">${text}</td>`;
  return html`<td data-column="${column}"><code>${text.replace(/^-> /, '')}</code></td>`;
}
