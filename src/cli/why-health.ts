import { resolve } from 'node:path';
import { standIns } from '../enrich.ts';
import type { Io } from '../io.ts';
import { EXIT, type Gap, type Package } from '../model.ts';
import { connection } from '../online.ts';
import { fetcher } from '../policy/fetcher.ts';
import { loadPolicy } from '../policy/load.ts';
import { folderOf } from '../read.ts';
import { type HealthReport, healthJson, healthText } from '../report/health.ts';
import { knownRepository } from '../repository.ts';
import { healthOf } from '../rules/health.ts';
import type { Facts } from '../rules/rule.ts';
import { type Advice, adviseOn } from '../sources/advisories/advise.ts';
import type { Privacy } from '../sources/advisories/registry-package.ts';
import { upstreamOf } from '../upstream.ts';
import type { Values } from './commands.ts';
import { deliver, lookOf, whileWorking } from './output.ts';

/** `vakt why --health`: 0, whatever the verdict is; what could not be learnt stands below it. */
export async function runHealth(
  found: readonly Package[],
  paths: readonly string[],
  values: Values,
  io: Io,
): Promise<number> {
  const subjects = distinct(found);
  const folder = folderOf(
    io,
    paths.map((path) => resolve(io.cwd, path)),
  );
  const network = connection(io, folder, values.offline === true);
  const done = whileWorking(io, 'asking the registry and GitHub');
  let advice: Advice | undefined;
  try {
    const policy = await loadPolicy(io, folder, values.policy as string | undefined, fetcher(io, network));
    const privacy: Privacy = { privateHosts: new Set(policy.registries), internal: policy.internal };
    const db = values.db as string | undefined;
    advice = await adviseOn(io, subjects, {
      db,
      privacy,
      registry: values.advisories === 'npm',
      github: values.advisories === 'github',
      open: network.open,
    });
    const now = io.now();
    const past = await ask(subjects, network.open, privacy, now);
    const instead = await standIns(subjects.map(({ name }) => name));
    const { kind, from } = advice.coverage.advisories;
    const reports = subjects.map((subject): HealthReport => {
      const history = past.histories.get(subject);
      const repository = knownRepository(history?.repository, past.repositories);
      const advisories = advice?.advisories.get(subject) ?? [];
      return {
        subject,
        file: subject.tree.file,
        health: healthOf(history, repository, advisories, now, policy.options.unmaintained),
        history,
        repository,
        advisories,
        advisorySource: kind === 'database' ? `database: ${from}` : from,
        replacement: instead.get(subject.name),
      };
    });
    const gaps = [...advice.gaps, ...past.gaps];
    const text = () =>
      healthText(reports, gaps, now, lookOf(io, values['output-file'] as string | undefined).width);
    deliver(io, values, values.format === 'json' ? healthJson(reports, gaps, now) : text());
    return EXIT.pass;
  } finally {
    done();
    advice?.close();
    await network.close();
  }
}

type Past = Pick<Facts, 'histories' | 'repositories'> & { gaps: Gap[] };

async function ask(
  subjects: readonly Package[],
  open: ReturnType<typeof connection>['open'],
  privacy: Privacy,
  now: Date,
): Promise<Past> {
  if (open === undefined) {
    const reason = 'were not asked (--offline)';
    const gap = { source: 'registry and GitHub', fact: 'histories', reason, required: false };
    return { histories: new Map(), repositories: new Map(), gaps: [gap] };
  }
  const [{ http, settings, github }, { askHistories }] = await Promise.all([
    open([...new Set(subjects.map(({ tree }) => tree.file))]),
    import('../sources/ask-histories.ts'),
  ]);
  const { histories, gaps } = await askHistories(subjects, { http, settings, privacy, signatures: false });
  const request = { github: await github(), settings, privacy, now };
  const upstream = await upstreamOf(histories, request);
  return { histories, repositories: upstream.repositories, gaps: [...gaps, ...upstream.gaps] };
}

/** One of each name and version: two lock files that hold the same one tell the same of it. */
function distinct(found: readonly Package[]): Package[] {
  const known = new Map<string, Package>();
  for (const one of found) {
    const key = `${one.purl}\n${one.source}`;
    if (!known.has(key) && !one.importer) known.set(key, one);
  }
  return [...known.values()];
}
