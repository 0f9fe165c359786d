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
import { scan } from '../scan.ts';
import { baseOf, revisionOf } from './checkout.ts';
import type { Values } from './commands.ts';
import { checkFiles, deliverAll, extensionsOf, lookOf, progressOf, siteOf, whileWorking } from './output.ts';

/** `vakt scan`: the verdict's exit code. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
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

/** The report on these paths by what was typed. Throws UserError as the pipeline does. */
export async function report(
  paths: readonly string[],
  values: Values,
  io: Io,
  outputs: readonly Output[] = [],
): Promise<Report> {
  const folder = folderOf(io, paths);
  const offline = values.offline === true;
  const network = connection(io, folder, offline);
  const done = whileWorking(
    io,
    values.online === true || values.deep === true ? 'asking the registry' : 'looking',
  );
  try {
    return await scan(io, {
      paths,
      offline,
      progress: progressOf(io),
      policy: await policyFor(io, folder, values, network),
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
      only: values.only as 'deps' | 'web' | undefined,
      site: siteOf(values.site as string | undefined),
      mirror: values.mirror as string | undefined,
      extensions: extensionsOf(values),
    });
  } finally {
    done();
    await network.close();
  }
}

/** The policy for a folder by what was typed; the command line can tighten it. */
async function policyFor(io: Io, folder: string, values: Values, network: Connection): Promise<Policy> {
  const bar = values['fail-on'] as string | undefined;
  const policy = await loadPolicy(io, folder, values.policy as string | undefined, fetcher(io, network));
  return bar === undefined ? policy : withBar(policy, severityOf(bar));
}
