import { resolve } from 'node:path';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { type Connection, connection } from '../online.ts';
import { fetcher } from '../policy/fetcher.ts';
import { severityOf, withBar } from '../policy/layers.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { folderOf } from '../read.ts';
import { FORMATS, type Output, outputsOf } from '../report/formats.ts';
import type { Look, Report } from '../report/report.ts';
import { type ScanRequest, scan } from '../scan.ts';
import { baseOf, revisionOf } from './checkout.ts';
import type { Values } from './commands.ts';
import {
  checkFiles,
  deliverAll,
  extensionsOf,
  lookOf,
  mirrorIn,
  progressOf,
  siteOf,
  whileWorking,
} from './output.ts';

/** `vakt scan`: the verdict's exit code. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
  if (values.history !== undefined) return lookBack(paths, values, io);
  if (values.scope === 'all' && values['changed-since'] === undefined)
    io.err('--scope says what of a change counts, and --changed-since names none: all is judged anyway\n');
  const outputs = outputsOf(
    (values.format ?? []) as readonly string[],
    values['output-file'] as string | undefined,
  );
  checkFiles(io, outputs);
  const found = await report(paths, values, io, outputs);
  const quiet = values.quiet === true && found.exitCode === EXIT.pass;
  const wanted = quiet ? outputs.filter(({ file }) => file !== undefined) : outputs;
  const made = wanted.map(async (output) => {
    const format = await FORMATS[output.format].load();
    return { ...output, text: format(found, lookFor(output, paths, values, io)) };
  });
  deliverAll(io, await Promise.all(made));
  return found.exitCode;
}

function lookFor({ file }: Output, paths: readonly string[], values: Values, io: Io): Look {
  const revision = revisionOf(io.env);
  return {
    ...lookOf(io, file),
    all: values.all === true,
    now: io.now(),
    base: baseOf(io, folderOf(io, paths)),
    ...(revision !== undefined && { revision }),
  };
}

/** `vakt scan --history`. */
async function lookBack(paths: readonly string[], values: Values, io: Io): Promise<number> {
  const { runHistory } = await import('./history.ts');
  const folder = folderOf(io, paths);
  const network = connection(io, folder, values.offline === true);
  try {
    const policy = await policyFor(io, folder, values, network);
    return await runHistory(paths, values, io, { policy, open: network.open });
  } finally {
    await network.close();
  }
}

/** The report on these paths by what was typed; `changeOf` says what change is judged, where nobody typed it. Throws UserError as the pipeline does. */
export async function report(
  paths: readonly string[],
  values: Values,
  io: Io,
  outputs: readonly Output[] = [],
  changeOf?: (load: (world: Io) => Promise<Policy>, folder: string) => Promise<Judged>,
): Promise<Report> {
  const folder = folderOf(io, paths);
  const offline = values.offline === true;
  const network = connection(io, folder, offline);
  const load = (world: Io): Promise<Policy> => policyFor(world, folder, values, network);
  const done = whileWorking(
    io,
    values.online === true || values.deep === true ? 'asking the registry' : 'looking',
  );
  try {
    const since = values['changed-since'];
    const judged =
      typeof since === 'string'
        ? await changeSince(io, paths, since, values, load)
        : ((await changeOf?.(load, folder)) ?? {});
    return await scan(io, {
      ...judged,
      paths,
      offline,
      progress: progressOf(io),
      policy: judged.policy ?? (await load(io)),
      db: values.db as string | undefined,
      askRegistry: values.advisories === 'npm',
      askGitHub: values.advisories === 'github',
      online: values.online === true || values.deep === true,
      deep: values.deep === true,
      omitDev: values.omit === 'dev',
      // The first screen stays the same whatever is written beside it.
      planFolded:
        values.all === true ||
        (outputs.length > 0 && outputs.every(({ format }) => FORMATS[format].complete === true)),
      offers: outputs.some(({ format }) => FORMATS[format].edits === true),
      open: network.open,
      ...onlyOf(values.only),
      site: siteOf(values.site as string | undefined),
      mirror: mirrorIn(io, values),
      extensions: extensionsOf(values),
    });
  } finally {
    done();
    await network.close();
  }
}

/** What --only says: a part of the files, or a rule. */
function onlyOf(only: Values[string]): Pick<ScanRequest, 'only' | 'rules'> {
  if (only === 'malware') return { rules: ['malware'] };
  return only === 'deps' || only === 'web' ? { only } : {};
}

export type Judged = Partial<Pick<ScanRequest, 'files' | 'change' | 'policy' | 'gaps'>>;

/** How to judge what a change adds; only then is there code about changes. */
async function changeSince(
  io: Io,
  paths: readonly string[],
  since: string,
  values: Values,
  load: (world: Io) => Promise<Policy>,
): Promise<Judged> {
  const { changeFromGit } = await import('../since.ts');
  const targets = (paths.length === 0 ? ['.'] : paths).map((path) => resolve(io.cwd, path));
  const options = { targets, since, offline: values.offline === true, all: values.scope === 'all', load };
  return changeFromGit(io, { ...options, folder: folderOf(io, paths), policyFile: policyFileOf(io, values) });
}

/** The file that --policy may mean. */
export function policyFileOf({ cwd }: Pick<Io, 'cwd'>, { policy }: Values): string | undefined {
  return typeof policy === 'string' ? resolve(cwd, policy) : undefined;
}

/** The policy for a folder by what was typed; the command line can tighten it. */
async function policyFor(io: Io, folder: string, values: Values, network: Connection): Promise<Policy> {
  const bar = values['fail-on'] as string | undefined;
  const policy = await loadPolicy(io, folder, values.policy as string | undefined, fetcher(io, network));
  return bar === undefined ? policy : withBar(policy, severityOf(bar));
}
