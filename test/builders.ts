/** Small facts for tests of rules, judging and reports. */
import type { Advisory, Package, Source, Tree, TreeNode } from '../src/model.ts';
import { toPurl } from '../src/purl.ts';
import type { Repository } from '../src/repository.ts';
import { DEFAULT_OPTIONS } from '../src/rules/options.ts';
import type { Facts, Rule } from '../src/rules/rule.ts';
import type { History, PastRelease } from '../src/sources/history.ts';
import { assert, suite } from './helpers.ts';

/** A tree without nodes, in package-lock.json. */
export function tree(over: Partial<Tree> = {}): Tree {
  const root = node('shop@1.0.0', { importer: true, key: '' });
  return {
    file: 'package-lock.json',
    manager: 'npm',
    format: 'package-lock v3',
    root,
    nodes: [],
    locate: () => ({ file: 'package-lock.json', line: 1, column: 1, offset: 0 }),
    gaps: [],
    drift: [],
    ...over,
  };
}

/** `name@version` as a node of a tree. */
export function node(spec: string, over: Partial<TreeNode> = {}): TreeNode {
  const at = spec.lastIndexOf('@');
  const [name, version] = at > 0 ? [spec.slice(0, at), spec.slice(at + 1)] : [spec, ''];
  return {
    key: `node_modules/${name}`,
    name,
    version,
    source: 'registry',
    scope: 'prod',
    direct: true,
    importer: false,
    installScript: false,
    edges: [],
    ...over,
  };
}

type PackageFacts = Partial<Omit<Package, 'name' | 'version' | 'purl'>>;

/** `name@version` as an entry of the inventory. */
export function pkg(spec: string, over: PackageFacts = {}): Package {
  const place = node(spec);
  const { name, version, scope, direct, source, importer } = place;
  return {
    name,
    version,
    purl: toPurl(name, version),
    scope,
    direct,
    source,
    importer,
    installScript: false,
    tree: tree(),
    nodes: [place],
    ...over,
  };
}

/** A high vulnerability with a fix. */
export function advisory(over: Partial<Advisory> = {}): Advisory {
  return {
    id: 'GHSA-35jh-r3h4-6jhm',
    aliases: ['CVE-2021-23337'],
    severity: 'high',
    rated: true,
    title: 'command injection',
    url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
    affected: '<4.17.21',
    fixed: ['4.17.21'],
    malware: false,
    disputed: false,
    ...over,
  };
}

/** When all tests of rules take place. */
const NOW = new Date('2026-11-22T12:00:00Z');

/** A release of that day: signed by nobody, published by ann. */
export function release(version: string, day: string, over: Partial<PastRelease> = {}): PastRelease {
  return {
    version,
    published: new Date(`${day}T00:00:00Z`),
    publisher: 'ann',
    trusted: false,
    signed: false,
    attested: false,
    ...over,
  };
}

/** A history of these releases, the last of them tagged as latest. */
export function history(name: string, releases: PastRelease[], over: Partial<History> = {}): History {
  return {
    name,
    registry: 'registry.example.test',
    tags: new Map([['latest', releases.at(-1)?.version ?? '']]),
    releases: new Map(releases.map((one) => [one.version, one])),
    withdrawn: new Map(),
    maintainers: ['ann', 'bob'],
    ...over,
  };
}

/** An open repository, acme/a. */
export function repository(over: Partial<Repository> = {}): Repository {
  return {
    host: 'github.com',
    name: 'acme/a',
    moved: false,
    archived: false,
    disabled: false,
    openIssues: 0,
    openPulls: 0,
    securityPolicy: false,
    ...over,
  };
}

/** The facts of one package with that history. */
export function withHistory(subject: Package, past: History, over: Partial<Facts> = {}): Facts {
  return facts([subject], { histories: new Map([[subject, past]]), ...over });
}

/** The facts of packages and of what is known about them. */
export function facts(packages: (Package | [Package, ...Advisory[]])[], over: Partial<Facts> = {}): Facts {
  const list = packages.map((one) => (Array.isArray(one) ? one[0] : one));
  const advisories = new Map<Package, Advisory[]>();
  for (const one of packages) if (Array.isArray(one)) advisories.set(one[0], one.slice(1) as Advisory[]);
  const trees = [...new Set(list.map((one) => one.tree))];
  return {
    trees,
    packages: list,
    advisories,
    registryHosts: new Set(),
    loads: [],
    allowedHosts: [],
    base: undefined,
    changed: undefined,
    ruling: [],
    histories: new Map(),
    repositories: new Map(),
    replacements: new Map(),
    badSignatures: new Map(),
    fixes: new Set(),
    options: DEFAULT_OPTIONS,
    now: NOW,
    licenses: () => undefined,
    internal: new Map(),
    protections: [],
    popular: new Map(),
    ...over,
  };
}

export interface RuleCase {
  name: string;
  facts: Facts;
  /** One part of each message, in any order. */
  want: string[];
  severities?: string[];
}

/** Tests a rule as a table; it needs cases that are silent as well as ones that report. */
export function testRule(rule: Rule, cases: readonly RuleCase[]): void {
  suite(rule.id, (test) => {
    test('has silent and reporting cases', () => {
      assert.ok(cases.some(({ want }) => want.length === 0) && cases.some(({ want }) => want.length > 0));
    });
    for (const { name, facts: given, want, severities } of cases) {
      test(name, () => {
        const issues = [...rule.check(given)];
        const messages = issues.map(({ message }) => message);
        assert.is(messages.length, want.length, messages.join('\n'));
        for (const part of want)
          assert.ok(
            messages.some((m) => m.includes(part)),
            `${part}\nin\n${messages.join('\n')}`,
          );
        if (severities) assert.equal(issues.map(({ severity }) => severity).sort(), [...severities].sort());
        for (const issue of issues) {
          assert.is(issue.rule, rule.id);
          assert.ok(issue.identity.length > 0 && issue.places().length > 0);
        }
      });
    }
  });
}

/** The sources that are not npm's own package. */
export const FOREIGN: readonly Source[] = ['git', 'tarball', 'file', 'link', 'portal', 'workspace'];
