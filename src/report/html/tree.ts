/** Who pulls in what: the ways to packages with findings, laid over each other. */
import { compareSeverity, type Finding, type Package, type Severity, type TreeNode } from '../../model.ts';
import { count, plural } from '../../plain.ts';
import type { Report } from '../report.ts';
import { stepsOf } from '../say.ts';
import type { Section } from './html.ts';
import { html, type Markup } from './markup.ts';
import { severityBadge } from './words.ts';

/** Branches drawn at most. */
const NODES = 4000;

interface Branch {
  label: string;
  /** Of the package itself. */
  worst?: Severity;
  findings: number;
  below: Map<string, Branch>;
}

/** The tree from the project to each package that findings speak of. */
export function treeSection(report: Report): Section {
  const flagged = new Map<Package, Finding[]>();
  for (const finding of report.findings) {
    const subject = finding.package;
    if (subject === undefined || subject.tree.manager === 'cdn') continue;
    flagged.set(subject, [...(flagged.get(subject) ?? []), finding]);
  }
  const top = branchOf('');
  let room = NODES;
  let left = 0;
  for (const [subject, findings] of flagged) {
    if (room <= 0) left++;
    else for (const path of report.pathsTo(subject)) room -= grow(top, path, findings);
  }
  const body = html`<p class="lead">Open a package to see by whom the ones with findings come in. A badge tells of the package itself, a number of what is below it.</p>
<ul class="tree">${[...top.below.values()].map((branch) => drawn(branch, true).markup)}</ul>${left > 0 && html`<p class="more">${plural(left, 'package')} more: vakt why names their ways</p>`}`;
  return {
    id: 'tree',
    title: 'Who pulls in what',
    short: 'Who pulls in what',
    size: flagged.size,
    body: flagged.size > 0 ? body : undefined,
  };
}

function branchOf(label: string): Branch {
  return { label, findings: 0, below: new Map() };
}

/** How many branches were new. */
function grow(top: Branch, path: readonly TreeNode[], findings: readonly Finding[]): number {
  let at = top;
  let made = 0;
  for (const label of stepsOf(path)) {
    const known = at.below.get(label);
    const next = known ?? branchOf(label);
    if (known === undefined) {
      at.below.set(label, next);
      made++;
    }
    at = next;
  }
  at.findings = findings.length;
  for (const { severity } of findings)
    if (at.worst === undefined || compareSeverity(severity, at.worst) > 0) at.worst = severity;
  return made;
}

interface Drawn {
  markup: Markup;
  /** Labels of the packages with findings that it holds. */
  flagged: Set<string>;
}

function drawn({ label, worst, below }: Branch, open: boolean): Drawn {
  const badge = worst !== undefined && severityBadge(worst);
  const own = worst === undefined ? [] : [label];
  if (below.size === 0)
    return {
      markup: html`<li><span class="leaf"><code>${label}</code>${badge}</span></li>`,
      flagged: new Set(own),
    };
  const children = [...below.values()].map((branch) => drawn(branch, false));
  children.sort((a, b) => b.flagged.size - a.flagged.size);
  const flagged = new Set(children.flatMap((child) => [...child.flagged]));
  const markup = html`<li><details${open && { markup: ' open' }}><summary><code>${label}</code>${badge}<span class="size">${count(flagged.size)}</span></summary><ul>${children.map((child) => child.markup)}</ul></details></li>`;
  for (const name of own) flagged.add(name);
  return { markup, flagged };
}
