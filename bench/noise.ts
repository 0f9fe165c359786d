/**
 * How often each rule on maintenance and trust speaks: `VAKT_CORPUS=… node --import tsx bench/noise.ts` prints the
 * tables of docs/noise.md. What lock files tell is measured on real projects; what only a registry tells on a made
 * one, seeded by the packages' names, so that every run gives the same numbers.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realIo } from '../src/io.ts';
import type { Advisory, Package } from '../src/model.ts';
import { loadPolicy } from '../src/policy/load.ts';
import type { Policy } from '../src/policy/policy.ts';
import { levelOf } from '../src/policy/policy.ts';
import type { Report } from '../src/report/report.ts';
import type { Repository } from '../src/repository.ts';
import { RULES } from '../src/rules/index.ts';
import { DEFAULT_OPTIONS } from '../src/rules/options.ts';
import type { Facts } from '../src/rules/rule.ts';
import { scan } from '../src/scan.ts';
import { madeHistory, madeState, NOW } from './made-registry.ts';

const LOCAL = [
  'deprecated',
  'typosquat',
  'license',
  'protection-off',
  'lock-integrity',
  'dependency-confusion',
];
const PAST = [
  'deprecated',
  'fresh-release',
  'publisher-changed',
  'provenance-lost',
  'outdated',
  'single-maintainer',
  'unpublished',
  'signature-invalid',
  'archived-repository',
  'unmaintained',
];
/** What most companies allow, so that `license` has something to say. */
const ALLOWED = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'CC0-1.0', 'Unlicense'];

interface Count {
  /** Findings, the packages they are about, and what the default policy shows of them. */
  findings: number;
  packages: Set<Package>;
  shown: number;
  projects: Set<string>;
}

const io = { ...realIo(), now: () => NOW };
const usual = await loadPolicy(io, tmpdir(), 'recommended', async () => {
  throw new Error('no package is needed');
});
const counts = new Map<string, Count>();
const past = new Map<string, Count>();
let packages = 0;
let direct = 0;

function add(into: Map<string, Count>, rule: string, subject: Package | undefined, project: string): Count {
  const count = into.get(rule) ?? { findings: 0, packages: new Set(), shown: 0, projects: new Set() };
  into.set(rule, count);
  count.findings++;
  count.projects.add(project);
  if (subject !== undefined) count.packages.add(subject);
  return count;
}

async function reportOn(folder: string, policy: Policy): Promise<Report> {
  return scan(io, {
    paths: [folder],
    only: 'deps',
    offline: true,
    progress: () => {},
    policy,
    db: undefined,
    askRegistry: false,
    online: false,
    planFolded: false,
    open: undefined,
    rules: LOCAL,
  });
}

/** Each package judged as if a change brought it, which is when the rules on trust speak by default. */
function judgePast(project: string, found: readonly Package[]): void {
  const asked = found.filter(({ source }) => source === 'registry');
  const facts: Facts = {
    trees: [],
    packages: asked.map(({ deprecated: _, ...one }) => one),
    advisories: new Map(),
    registryHosts: new Set(),
    loads: [],
    allowedHosts: [],
    histories: new Map(),
    badSignatures: new Map(),
    fixes: new Set(),
    options: DEFAULT_OPTIONS,
    now: NOW,
    licenses: () => undefined,
    internal: new Map(),
    protections: [],
    popular: new Map(),
    base: undefined,
    changed: undefined,
    ruling: [],
    repositories: new Map(),
    replacements: new Map(),
  };
  facts.histories = new Map(facts.packages.map((one) => [one, madeHistory(one.name, one.version)]));
  const repositories = new Map<string, Repository>();
  const advisories = new Map<Package, readonly Advisory[]>();
  for (const [subject, history] of facts.histories) {
    const { repository, advisories: open } = madeState(subject.name, history);
    if (open.length > 0) advisories.set(subject, open);
    if (repository === undefined) continue;
    history.repository = repository.name;
    repositories.set(repository.name.toLowerCase(), repository);
  }
  Object.assign(facts, { repositories, advisories });
  packages += facts.packages.length;
  direct += facts.packages.filter((one) => one.direct === true).length;
  for (const rule of RULES.filter(({ id }) => PAST.includes(id)))
    for (const issue of rule.check(facts)) {
      const count = add(past, issue.rule, issue.package, project);
      if (['block', 'todo'].includes(levelOf(usual, { ...issue, added: true }))) count.shown++;
    }
}

/** Rules that speak of direct dependencies alone: their share is one of those. */
const DIRECT = new Set(['outdated', 'single-maintainer']);

function share(rule: string, part: number): string {
  const isDirect = DIRECT.has(rule);
  return `${((100 * part) / (isDirect ? direct : packages)).toFixed(2)} %${isDirect ? ' of direct' : ''}`;
}

function print(title: string, rules: readonly string[], from: ReadonlyMap<string, Count>): void {
  console.log(`\n${title}\n`);
  console.log('| rule | findings | packages | of all | shown by default | projects |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const rule of rules) {
    const {
      findings,
      packages: some,
      shown,
      projects,
    } = from.get(rule) ?? {
      findings: 0,
      packages: new Set(),
      shown: 0,
      projects: new Set(),
    };
    console.log(
      `| ${rule} | ${findings} | ${some.size} | ${share(rule, some.size)} | ${shown} | ${projects.size} |`,
    );
  }
}

const corpus = process.env.VAKT_CORPUS;
if (corpus === undefined) {
  console.log('VAKT_CORPUS points nowhere: nothing to measure');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'vakt-noise-'));
  try {
    const file = join(folder, 'all.yml');
    const rules = LOCAL.map((rule) => `  ${rule}: todo`).join('\n');
    writeFileSync(file, `extends: []\nlicenses: { allow: ${JSON.stringify(ALLOWED)} }\nrules:\n${rules}\n`);
    const policy = await loadPolicy(io, folder, file, async () => {
      throw new Error('no package is needed');
    });
    const index = JSON.parse(readFileSync(join(corpus, 'projects', 'index.json'), 'utf8')) as {
      dir: string;
    }[];
    for (const { dir } of index) {
      const report = await reportOn(join(corpus, 'projects', dir), policy);
      for (const finding of report.findings) {
        const count = add(counts, finding.rule, finding.package, dir);
        if (['block', 'todo'].includes(levelOf(usual, finding))) count.shown++;
      }
      judgePast(dir, report.inventory.packages);
    }
    console.log(`${index.length} projects, ${packages} packages from registries, ${direct} of them direct`);
    print('By lock files and settings', LOCAL, counts);
    print('By a made registry (not measured on live data)', PAST, past);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
