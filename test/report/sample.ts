/** Reports to print: an ordinary one, one in which everything from outside is the same odd text, and a large one. */
import type { Finding, Level, Location, Package, Severity } from '../../src/model.ts';
import type { Look, Report } from '../../src/report/report.ts';
import { judgeOf } from '../../src/web.ts';
import { advisory, node, pkg, tree } from '../builders.ts';

export const LOOK: Look = {
  all: false,
  color: false,
  width: 80,
  now: new Date('2026-11-22T12:00:00Z'),
  base: '',
};

const at = (file: string, line = 1, column = 1): Location => ({ file, line, column, offset: line * 10 });

/** A finding of a package; `over` says what is special. */
export function finding(subject: Package | undefined, over: Partial<Finding> = {}): Finding {
  return {
    rule: 'known-vulnerability',
    severity: 'high',
    message: 'command injection',
    level: 'block',
    ...(subject !== undefined && { package: subject }),
    identity: [subject?.purl ?? ''],
    fingerprint: '0123456789abcdef0123456789abcdef',
    places: () => [at('package-lock.json', 12, 5)],
    ...over,
  };
}

/** A report without findings. */
export function report(over: Partial<Report> = {}): Report {
  return {
    project: 'shop',
    policy: { name: 'recommended', from: 'built in' },
    verdict: 'pass',
    exitCode: 0,
    coverage: {
      files: [{ file: 'package-lock.json', format: 'package-lock v3', packages: 2 }],
      packages: 2,
      pages: 0,
      notes: [],
      excluded: [],
      checked: 2,
      notChecked: [],
      otherTarballs: [],
      advisories: { kind: 'database', from: 'npm', records: 10, newest: '2026-11-01T00:00:00Z' },
    },
    findings: [],
    accepted: [],
    staleIgnores: [],
    steps: [],
    gaps: [],
    skipped: [],
    inventory: { packages: [], loads: [] },
    offers: [],
    pathsTo: (subject) => [[subject.tree.root, ...subject.nodes.slice(0, 1)]],
    ...over,
  };
}

/** A bit of everything; each name, title, path, URL, reason and label is `text` or holds it. */
export function everything(text: string): Report {
  const root = node('shop@1.0.0', { name: text, importer: true, key: '' });
  const subject = pkg(`x@1.0.0`, { tree: tree({ root, file: `${text}/package-lock.json` }) });
  subject.name = text;
  subject.version = text;
  subject.license = text;
  subject.alias = text;
  subject.nodes = [node('x@1.0.0', { name: text, version: text })];
  const about = advisory({
    id: text,
    aliases: [text],
    title: text,
    url: `https://a.test/${text}`,
    affected: text,
    fixed: [text],
  });
  const url = `https://cdn.test/${text}.js`;
  const load = judgeOf(undefined)({
    kind: 'script',
    destination: 'script',
    url,
    dynamic: false,
    location: at(text, 3),
    cors: 'no-cors',
  });
  const known = finding(subject, {
    advisory: about,
    message: text,
    places: () => [at(text, 12, 5), at(`${text}/b`, 3)],
  });
  const script = finding(undefined, {
    rule: 'missing-sri',
    severity: 'moderate',
    level: 'todo',
    message: text,
    url,
    fix: text,
    identity: [url],
    places: () => [at(text, 3)],
  });
  const odd = finding(subject, { rule: 'install-script', level: 'fold', severity: 'low', message: text });
  const ignore = { reason: text, owner: text, until: '2027-01-01', where: `${text}:1:1` };
  const move = {
    name: text,
    from: text,
    to: text,
    orLater: false,
    major: false,
    direct: true,
    scope: 'prod',
    severity: 'high',
    title: text,
    more: 1,
  } as const;
  return report({
    project: text,
    policy: { name: text, from: text },
    verdict: 'fail',
    exitCode: 1,
    change: { base: text, before: 2 },
    findings: [{ ...known, added: true }, script, odd],
    accepted: [{ finding: { ...known, fingerprint: 'f'.repeat(32) }, ignore }],
    staleIgnores: [{ ignore, why: 'ended' }],
    steps: [
      {
        kind: 'install',
        title: text,
        command: `npm i ${text}`,
        manifest: 'package.json',
        moves: [move],
        clears: [known],
        leaves: [],
        tried: true,
        hopes: [],
        major: false,
        notes: [text],
      },
    ],
    gaps: [
      { source: text, fact: 'files', reason: text, required: true },
      { source: text, fact: text, reason: text, required: false },
    ],
    skipped: [{ rule: 'malware', reason: text }],
    inventory: { packages: [subject], loads: [load] },
    offers: [
      {
        location: at(text, 3),
        url,
        replacements: [{ start: at(text, 3, 8), end: at(text, 3, 8), text: ' integrity="sha384-AAAA"' }],
      },
    ],
    coverage: {
      ...report().coverage,
      files: [{ file: text, format: text, packages: 1 }],
      excluded: [text],
      notChecked: [{ reason: 'git', count: 1, examples: [text] }],
      advisories: { kind: 'database', from: text, records: 1 },
    },
  });
}

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'moderate', 'low'];
const LEVELS: readonly Level[] = ['block', 'todo', 'fold'];

/** So many packages in chains of eight, and findings about some of them. */
export function large(packages: number, findings: number): Report {
  const root = node('shop@1.0.0', { importer: true, key: '' });
  const lock = tree({ root });
  const all = Array.from({ length: packages }, (_, i) =>
    pkg(`@scope-of-${i % 50}/a-package-with-a-name-${i}@${i % 9}.${i % 30}.${i % 7}`, {
      tree: lock,
      license: 'MIT',
      direct: i % 8 === 0,
    }),
  );
  const nodeOf = (i: number) => all[i]?.nodes ?? [];
  const indexOf = new Map(all.map((one, i) => [one, i]));
  const found = Array.from({ length: findings }, (_, i) => {
    const subject = all[(i * 7) % packages];
    return finding(subject, {
      severity: SEVERITIES[i % 4] ?? 'low',
      level: LEVELS[i % 3] ?? 'todo',
      advisory: advisory({
        id: `GHSA-${i}`,
        title: `An advisory with a title of ordinary length, number ${i}`,
      }),
      identity: [String(i)],
      fingerprint: String(i).padStart(32, '0'),
      places: () => Array.from({ length: 20 }, (_, line) => at('package-lock.json', line + 1)),
    });
  });
  return report({
    verdict: 'fail',
    exitCode: 1,
    findings: found,
    inventory: { packages: all, loads: [] },
    coverage: { ...report().coverage, packages, checked: packages },
    pathsTo: (subject) => {
      const i = indexOf.get(subject) ?? 0;
      const chain = Array.from({ length: (i % 8) + 1 }, (_, step) => nodeOf(i - (i % 8) + step)).flat();
      return [
        [root, ...chain],
        [root, ...nodeOf((i + 800) % packages), ...chain],
      ];
    },
  });
}
