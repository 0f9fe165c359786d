import { compareSeverity, type Finding, type Level, type Package } from '../../model.ts';
import { count, plural } from '../../plain.ts';
import { withoutSecrets } from '../../url.ts';
import type { WebLoad } from '../../web.ts';
import type { Report } from '../report.ts';
import type { Section } from './html.ts';
import { html, type Markup } from './markup.ts';
import { severityBadge } from './words.ts';

/** Rows of a table, those with findings first; more make a page too large to open with pleasure. */
const ROWS = 5000;
const SCOPES = { prod: 'production', optional: 'optional', peer: 'peer', dev: 'development' } as const;

/** Every package that was judged. */
export function packagesSection({ inventory, findings }: Report): Section {
  const about = new Map<Package, Finding[]>();
  for (const finding of findings) {
    const subject = finding.package;
    if (subject !== undefined) about.set(subject, [...(about.get(subject) ?? []), finding]);
  }
  const { packages } = inventory;
  const severityOf = (one: Package) => about.get(one)?.reduce(worse).severity ?? 'info';
  const found = packages.filter((one) => about.has(one));
  found.sort((a, b) => compareSeverity(severityOf(b), severityOf(a)));
  const sorted = [...found, ...packages.filter((one) => !about.has(one))];
  const rows = sorted.slice(0, ROWS).map((one) => packageRow(one, about.get(one) ?? []));
  const body = tableOf(
    ['Package', 'Version', 'Findings', 'Scope', 'Asked for', 'From', 'Licence'],
    rows,
    'Packages',
  );
  return {
    id: 'packages',
    title: 'Packages',
    short: 'Packages',
    size: packages.length,
    body: rows.length > 0 ? html`${body}${rest(sorted.length, 'vakt inventory')}` : undefined,
  };
}

function worse(a: Finding, b: Finding): Finding {
  return compareSeverity(a.severity, b.severity) >= 0 ? a : b;
}

function packageRow(one: Package, findings: readonly Finding[]): Markup {
  const { name, alias, version, scope, direct, source, license = '', installScript } = one;
  const worst = findings.length > 0 ? findings.reduce(worse) : undefined;
  const badge =
    worst !== undefined &&
    html`${severityBadge(worst.severity)} ${findings.length > 1 && html`<small>${findings.length}</small>`}`;
  const asked = direct === null ? '' : direct ? 'directly' : 'by others';
  return html`<tr data-row><td><code>${name}</code>${alias !== undefined && html` <small>as ${alias}</small>`}</td><td><code>${version}</code></td><td>${badge}</td><td>${SCOPES[scope]}</td><td>${asked}</td><td>${source}${installScript === true && html` <span class="pill">install script</span>`}</td><td>${license}</td></tr>
`;
}

/** Everything that pages load from other people's servers, each URL once. */
export function scriptsSection({ inventory, findings }: Report): Section {
  const levels = new Map(findings.map(({ rule, url, level }) => [`${rule} ${url}`, level]));
  const groups = new Map<string, WebLoad[]>();
  for (const load of inventory.loads) {
    const key = `${load.verdict ?? ''} ${load.url}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [load]);
    else known.push(load);
  }
  const sorted = [...groups.values()].sort((a, b) => Number(isFine(a[0])) - Number(isFine(b[0])));
  const rows = sorted.slice(0, ROWS).flatMap((group) => scriptRow(group, levels));
  const body = tableOf(
    ['Address', 'Protection', 'Package', 'Kind', 'Where'],
    rows,
    'Third-party scripts and styles',
  );
  return {
    id: 'scripts',
    title: 'Third-party scripts',
    short: 'Scripts',
    size: groups.size,
    body: rows.length > 0 ? html`${body}${rest(sorted.length, 'vakt inventory')}` : undefined,
  };
}

function isFine(load: WebLoad | undefined): boolean {
  return load?.verdict === undefined;
}

function scriptRow([first, ...others]: readonly WebLoad[], levels: ReadonlyMap<string, Level>): Markup[] {
  if (first === undefined) return [];
  const { url, host, kind, verdict, location, resource, integrity } = first;
  const shown = withoutSecrets(url);
  const at = host === '' ? -1 : shown.indexOf(host);
  const address =
    at === -1 ? html`${shown}` : html`${shown.slice(0, at)}<b>${host}</b>${shown.slice(at + host.length)}`;
  const fine = integrity === undefined ? 'nothing to say' : 'protected';
  const state =
    verdict === undefined
      ? html`<span class="pill good">${fine}</span>`
      : html`<span class="pill ${levels.get(`${verdict} ${url}`) ?? 'fold'}">${verdict}</span>`;
  const found = resource?.package;
  const name =
    found !== undefined && html`<code>${found.name}${found.version !== '' && `@${found.version}`}</code>`;
  return [
    html`<tr data-row><td class="url"><code>${address}</code></td><td>${state}</td><td>${name}</td><td>${kind}</td><td><code>${location.file}:${location.line}</code>${others.length > 0 && html` <small>and ${plural(others.length, 'more place')}</small>`}</td></tr>
`,
  ];
}

function tableOf(columns: readonly string[], rows: readonly Markup[], label: string): Markup {
  const heads = columns.map((column) => html`<th scope="col">${column}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="wide" data-long><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div><button type="button" class="all" data-js data-all hidden>Show all</button>`;
}

function rest(size: number, command: string): Markup | undefined {
  return size > ROWS ? html`<p class="more">${count(size - ROWS)} more: ${command}</p>` : undefined;
}
