/**
 * What is known about each script and style that pages load: the CDN's package, what the integrity does, whether the
 * body is the expected one, and which one of the integrity rules speaks for it.
 */

import { type Warning, warningFor } from './cdn/compromised.ts';
import { identify, type Resource } from './cdn/identify.ts';
import type { Tree, TreeNode } from './model.ts';
import type { Load, Page } from './readers/html/page.ts';
import { isTemplated, parseUrl } from './readers/html/urls.ts';
import { type Integrity, isImpossible, isPlaceholder, parseIntegrity } from './sri.ts';

/** The rule that says what to do about a load. */
export type Verdict =
  | 'compromised-host'
  | 'insecure-script'
  | 'unprotectable-script'
  | 'injected-script'
  | 'unpinnable-script'
  | 'dynamic-url'
  | 'unpinned-script'
  | 'wrong-sri'
  | 'ineffective-sri'
  | 'sri-without-cors'
  | 'unprotected-import'
  | 'missing-sri';

/** Whether a URL's body has one of these hashes, as far as somebody knows the body. */
export type Expectation = (
  url: string,
  integrity: Integrity,
) => { matches: boolean; from: string } | undefined;

/** A load with what is known about it. */
export interface WebLoad extends Load {
  host: string;
  resource?: Resource;
  warning?: Warning;
  /** What its integrity means to browsers; absent without one, or with one that a template fills in. */
  metadata?: Integrity;
  /** Who knows the body, when it differs from the integrity. */
  differsFrom?: string;
  /** Absent when all is well. */
  verdict?: Verdict;
  /** Browsers compare a module with the first request that a page makes for it, and this load is a later one: whether
   * that first one has integrity. */
  earlier?: 'protected' | 'unprotected';
}

/** A judge of loads that remembers what it knows of each URL; `expect` knows bodies (a mirror folder, an SRI lock). */
export function judgeOf(expect: Expectation | undefined): (load: Load) => WebLoad {
  const known = new Map<string, Pick<WebLoad, 'host' | 'resource' | 'warning'>>();
  return (load) => {
    let about = known.get(load.url);
    if (about === undefined) {
      about = describe(load.url);
      known.set(load.url, about);
    }
    const made: WebLoad = { ...load, ...about };
    if (load.integrity !== undefined && !isTemplated(load.integrity)) {
      made.metadata = parseIntegrity(load.integrity);
      const answer = made.metadata.effective ? expect?.(load.url, made.metadata) : undefined;
      if (answer?.matches === false) made.differsFrom = answer.from;
    }
    const verdict = verdictOf(made);
    if (verdict !== undefined) made.verdict = verdict;
    return made;
  };
}

/** Notes in the loads of one page, in its order, whose integrity is never compared. https://github.com/whatwg/html/issues/12922 */
export function noteEarlier(loads: readonly WebLoad[]): void {
  let first: Map<string, WebLoad> | undefined;
  for (const load of loads) {
    const { kind, via, url, destination } = load;
    const asks = kind === 'module' || kind === 'modulepreload' || kind === 'import' || via === 'import()';
    if (!asks || destination !== 'script' || load.context === 'srcdoc' || load.condition !== undefined)
      continue;
    first ??= new Map();
    const known = first.get(url);
    if (known === undefined) first.set(url, load);
    else if (known.metadata?.effective !== true || known.mapIgnored === true) load.earlier = 'unprotected';
    // A wrong first one blocks them all.
    else if (known.verdict === undefined) load.earlier = 'protected';
  }
}

function describe(text: string): Pick<WebLoad, 'host' | 'resource' | 'warning'> {
  const url = parseUrl(text, 'https://unknown.invalid/');
  if (url === undefined) return { host: '' };
  const resource = identify(url);
  const warning = warningFor(url);
  return {
    host: url.hostname,
    ...(resource === undefined ? {} : { resource }),
    ...(warning === undefined ? {} : { warning }),
  };
}

// Ordered so that the first answer is the one to act on: no hash helps where the host or the URL is the problem.
function verdictOf(load: WebLoad): Verdict | undefined {
  const { kind, url, resource, metadata } = load;
  if (load.warning !== undefined) return 'compromised-host';
  if (/^http:/i.test(url)) return 'insecure-script';
  if (kind === 'svg-script' || kind === 'css-import') return 'unprotectable-script';
  if (kind === 'injected') return isProtected(load) ? undefined : 'injected-script';
  if (resource?.pin === 'mutable' || resource?.pin === 'generated') return 'unpinnable-script';
  if (load.dynamic) return 'dynamic-url';
  if (metadata !== undefined && isWrong(load, metadata)) return 'wrong-sri';
  if (resource?.pin === 'floating') return 'unpinned-script';
  const module = kind === 'map-entry' || kind === 'import';
  if (load.integrity === undefined) return module ? 'unprotected-import' : 'missing-sri';
  if (load.mapIgnored === true) return 'unprotected-import';
  if (metadata === undefined) return undefined;
  if (!metadata.effective) return 'ineffective-sri';
  return isBlockedByCors(load) ? 'sri-without-cors' : undefined;
}

// Code may set integrity on the element it makes, and an import map covers import(); both are enforced.
function isProtected(load: WebLoad): boolean {
  const { metadata } = load;
  return (
    metadata?.effective === true &&
    load.mapIgnored !== true &&
    !isWrong(load, metadata) &&
    !isBlockedByCors(load)
  );
}

function isWrong(load: WebLoad, metadata: Integrity): boolean {
  return isImpossible(metadata) || isPlaceholder(metadata) || load.differsFrom !== undefined;
}

// `use-credentials` never passes against `access-control-allow-origin: *`.
function isBlockedByCors({ cors, resource }: WebLoad): boolean {
  if (cors === 'no-cors' || resource?.cors === false) return true;
  return cors === 'use-credentials' && resource?.cors === true;
}

/** The packages that a page loads from CDNs, as a tree like that of a lock file: same advisories, same rules. Only
 * exact versions are packages. */
export function treeOf(page: Pick<Page, 'file'>, loads: readonly WebLoad[]): Tree {
  const root = nodeOf('', '', '', true);
  const places = new Map<TreeNode, WebLoad>();
  const nodes: TreeNode[] = [];
  for (const load of loads) {
    const { package: one, parts = [] } = load.resource ?? {};
    for (const found of one === undefined ? parts : [one]) {
      if (found.version === '') continue;
      const key = `${load.location.file}:${load.location.offset} ${load.url}`;
      const node = nodeOf(parts.length > 0 ? `${key} ${found.name}` : key, found.name, found.version, false);
      node.resolved = load.url;
      places.set(node, load);
      nodes.push(node);
      root.edges.push({ name: found.name, spec: found.version, type: 'prod', to: node });
    }
  }
  return {
    file: page.file,
    manager: 'cdn',
    format: 'page',
    root,
    nodes,
    locate: (node) => places.get(node)?.location ?? { file: page.file, line: 1, column: 1, offset: 0 },
    gaps: [],
    drift: [],
  };
}

function nodeOf(key: string, name: string, version: string, importer: boolean): TreeNode {
  const source = importer ? 'workspace' : 'registry';
  return {
    key,
    name,
    version,
    source,
    scope: 'prod',
    direct: true,
    importer,
    installScript: null,
    edges: [],
  };
}
