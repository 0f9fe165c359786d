/**
 * The report as one page for people to look at: it stands alone, asks nobody for anything, and says all that matters
 * without its script, which searches, sorts and copies.
 */
import { createHash } from 'node:crypto';
import { count, plural } from '../../plain.ts';
import type { Format, Look, Report } from '../report.ts';
import { type Thing, thingsIn } from '../things.ts';
import { addedFirst, HEADLINES, isAcute, toDo } from '../verdict.ts';
import assets from './assets.json' with { type: 'json' };
import { checkedSection } from './checked.ts';
import { findingsSection, severityBar } from './findings.ts';
import { packagesSection, scriptsSection } from './inventory.ts';
import { html, type Markup } from './markup.ts';
import { todoSection } from './todo.ts';
import { treeSection } from './tree.ts';

export const page: Format = (report, look) => {
  const things = addedFirst(thingsIn(report), report);
  const sections: Section[] = [
    {
      id: 'todo',
      title: 'What to do first',
      short: 'To do',
      size: things.filter(isAcute).length,
      body: todoSection(things),
    },
    findingsSection(report),
    treeSection(report),
    packagesSection(report),
    scriptsSection(report),
    checkedSection(report),
  ];
  const { markup } = wholePage(
    report,
    look,
    things,
    sections.filter(({ body }) => body !== undefined),
  );
  return `<!doctype html>\n${markup}\n`;
};

/** A part of the page that the navigation leads to; without a body it is left out. */
export interface Section {
  id: string;
  title: string;
  /** In the navigation. */
  short: string;
  size: number;
  body: Markup | undefined;
}

function wholePage(
  report: Report,
  look: Look,
  things: readonly Thing[],
  sections: readonly Section[],
): Markup {
  const { css, js } = assets;
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(css, js)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${report.project}: ${HEADLINES[report.verdict]} (vakt)</title>
<style>${{ markup: css }}</style>
</head>
<body>
<a class="skip" href="#todo">To what has to be done</a>
${header(report, look, things)}
${navigation(sections)}
<main>
<p class="none" data-js data-none hidden>Nothing here has these words.</p>
${sections.map(sectionMarkup)}
</main>
<footer><p>Made by vakt on ${look.now.toISOString().slice(0, 16).replace('T', ' ')} UTC. This page loads nothing from anywhere.</p></footer>
<div class="said" role="status" aria-live="polite" data-said></div>
<script>${{ markup: js }}</script>
</body>
</html>`;
}

/** No request, no frame, no form; the page's own style and script by their hashes. https://www.w3.org/TR/CSP3/ */
function policy(css: string, js: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(js)}; style-src ${hash(css)}; base-uri 'none'; form-action 'none'`;
}

const MARKS = {
  pass: 'M5 12.5l4.5 4.5L19 7.5',
  fail: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  incomplete: 'M12 6v7M12 17.2v.3',
} as const;

function header(
  { project, verdict, coverage, findings, gaps, policy: by, change }: Report,
  look: Look,
  things: readonly Thing[],
): Markup {
  const open = gaps.filter(({ required }) => required).length;
  const lock = coverage.files.filter(({ format }) => format !== 'page').length;
  return html`<header class="top ${verdict}">
<div class="brand"><span><b>vakt</b> report</span><button type="button" data-js data-theme hidden aria-label="Change between light and dark">◐</button></div>
<div class="verdict">
<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="11"/><path d="${MARKS[verdict]}"/></svg>
<div><h1>${HEADLINES[verdict]}<span class="project">${project}</span></h1>
<p>${toDo(things)}${open > 0 && `; ${plural(open, 'thing')} could not be checked`}${change !== undefined && `; judged is what this change adds to ${change.base}`}</p></div>
</div>
${severityBar(findings)}
<dl class="facts">
<div><dt>Packages checked</dt><dd>${count(coverage.checked)} <small>of ${count(coverage.packages)}</small></dd></div>
<div><dt>Lock files</dt><dd>${count(lock)}</dd></div>
<div><dt>Pages</dt><dd>${count(coverage.pages)}</dd></div>
<div><dt>Policy</dt><dd class="word">${by.name}</dd></div>
<div class="date"><dt>Date</dt><dd class="word">${look.now.toISOString().slice(0, 10)}</dd></div>
</dl>
</header>`;
}

function navigation(sections: readonly Section[]): Markup {
  const links = sections.map(
    ({ id, short, size }) =>
      html`<li><a href="#${id}">${short}${size > 0 && html` <span class="size">${count(size)}</span>`}</a></li>`,
  );
  return html`<nav class="bar" aria-label="Parts of this report"><ul>${links}</ul>
<label class="search" data-js hidden><span class="hidden">Search in this report</span><input type="search" data-search placeholder="Search" autocomplete="off" spellcheck="false"></label></nav>`;
}

function sectionMarkup({ id, title, size, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}${size > 0 && html` <span class="size" data-size>${count(size)}</span>`}</h2>
${body}</section>
`;
}
