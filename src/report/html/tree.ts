/** Who pulls in what: the ways to packages with findings, laid over each other. */
import { compareSeverity, type Finding, type Package, type Severity, type TreeNode } from '../../model.ts';
import { count, plural } from '../../plain.ts';
import type { Report } from '../report.ts';
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
<ul class="tree">${[...top.below.values()].map((branch) => drawn(branch, true))}</ul>${left > 0 && html`<p class="more">${plural(left, 'package')} more: vakt why names their ways</p>`}`;
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
  for (const { name, version } of path) {
    const label = version === '' ? name : `${name}@${version}`;
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

function drawn(branch: Branch, open: boolean): Markup {
  const { label, worst, below } = branch;
  const badge = worst !== undefined && severityBadge(worst);
  if (below.size === 0) return html`<li><span class="leaf"><code>${label}</code>${badge}</span></li>`;
  const carried = packagesBelow(branch).size;
  const children = [...below.values()].sort((a, b) => packagesBelow(b).size - packagesBelow(a).size);
  return html`<li><details${open && { markup: ' open' }}><summary><code>${label}</code>${badge}<span class="size">${count(carried)}</span></summary><ul>${children.map((one) => drawn(one, false))}</ul></details></li>`;
}

function packagesBelow({ below }: Branch): Set<string> {
  const found = new Set<string>();
  for (const branch of below.values()) {
    if (branch.worst !== undefined) found.add(branch.label);
    for (const label of packagesBelow(branch)) found.add(label);
  }
  return found;
}
