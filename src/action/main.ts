/** The Action: inputs and an event → a report where GitHub shows it, and an exit code. */
import { resolve } from 'node:path';
import { baseOf as pathInRepository, revisionOf } from '../cli/checkout.ts';
import { checkFiles, deliverAll, lookOf } from '../cli/output.ts';
import { policyFileOf, report } from '../cli/scan.ts';
import { reasonOf, UserError } from '../errors.ts';
import { EXIT } from '../model.ts';
import { connection } from '../online.ts';
import { oneLine } from '../plain.ts';
import { folderOf } from '../read.ts';
import { command } from '../report/github.ts';
import { prose } from '../report/markdown.ts';
import type { Look, Report } from '../report/report.ts';
import type { GitHub } from '../sources/github.ts';
import { judgedAgainst } from './base.ts';
import { type ActionIo, mask, setOutputs, tame, tamed } from './commands.ts';
import { type Occasion, occasionOf, repositoryOf } from './event.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { type Posted, post } from './post.ts';
import { printed } from './printed.ts';
import { appendSummary, writeSummary } from './summary.ts';

/** Runs the step. Never throws; the code is that of `vakt scan`. */
export async function act(io: ActionIo): Promise<number> {
  try {
    return await run(io);
  } catch (error) {
    const isUsers = error instanceof UserError;
    const code = isUsers ? EXIT.usage : EXIT.bug;
    const where = isUsers && error.where !== undefined ? `${error.where}: ` : '';
    const hint = isUsers && error.hint !== undefined ? `\n${error.hint}` : '';
    const title = isUsers ? 'vakt cannot run' : 'a bug in vakt: please report it';
    io.out(`${command('error', { title }, `${where}${reasonOf(error)}${hint}`)}\n`);
    if (!isUsers && error instanceof Error) io.err(tame(`${error.stack}\n`));
    appendSummary(io, `## ⛔ ${title}\n\n${prose(`${where}${reasonOf(error)}${hint}`)}\n`);
    setOutputs(io, { verdict: 'error', 'exit-code': code });
    return code;
  }
}

async function run(runner: ActionIo): Promise<number> {
  const { env } = runner;
  const inputs = readInputs(env);
  mask(runner, inputs.token);
  const occasion = occasionOf(runner);
  if (occasion.idle !== undefined) {
    runner.out(`vakt: nothing to judge: ${oneLine(occasion.idle)}\n`);
    setOutputs(runner, { verdict: 'pass', 'exit-code': EXIT.pass });
    return EXIT.pass;
  }
  const cwd = resolve(env.GITHUB_WORKSPACE || runner.cwd, inputs.folder);
  // Settings of a pull request's own shall not lead a token that may write anywhere: nor do a fork's see one at all.
  const token = occasion.pull?.isFork === true ? '' : inputs.token;
  const io = tamed({ ...runner, cwd, env: { ...env, GITHUB_TOKEN: token, GH_TOKEN: '' } });
  const github = ownGitHub(runner, inputs.token);
  try {
    checkFiles(io, inputs.outputs);
    const found = await judge(io, inputs, occasion, github.open);
    const look = lookFor(io, inputs);
    await tell(runner, io, { inputs, look, found });
    const posted = await post(io, { inputs, occasion, found, look, github: github.open });
    await writeSummary(runner, { found, look, posted });
    outputs(runner, found, inputs, posted);
    return found.exitCode;
  } finally {
    await github.close();
  }
}

async function judge(
  io: ActionIo,
  inputs: Inputs,
  occasion: Occasion,
  github: () => Promise<GitHub>,
): Promise<Report> {
  const { paths, values, token } = inputs;
  const targets = (paths.length === 0 ? ['.'] : paths).map((path) => resolve(io.cwd, path));
  return report(paths, values, io, inputs.outputs, async (load, folder) => {
    if (occasion.bases.length === 0) return { policy: await load(io) };
    return judgedAgainst(io, {
      occasion,
      folder,
      targets,
      token,
      github,
      load,
      all: values.scope === 'all',
      policyFile: policyFileOf(io, values),
      repository: repositoryOf(io),
    });
  });
}

/** GitHub as the runner names it, over settings that the checked-out files have no part in. */
function ownGitHub(io: ActionIo, token: string): { open(): Promise<GitHub>; close(): Promise<void> } {
  const world = { ...io, env: { ...io.env, GITHUB_TOKEN: token, GH_TOKEN: '' } };
  const network = connection(world, io.env.RUNNER_TEMP || resolve('/'), false);
  return {
    async open() {
      if (network.open === undefined) throw new Error('the network is closed');
      return (await network.open()).github();
    },
    close: network.close,
  };
}

function lookFor(io: ActionIo, { values, paths }: Inputs): Look {
  const revision = revisionOf(io.env);
  return {
    ...lookOf(io, undefined),
    width: 100,
    color: false,
    all: values.all === true,
    now: io.now(),
    base: pathInRepository(io, folderOf(io, paths)),
    ...(revision !== undefined && { revision }),
  };
}

/** The log, the reports in files, and the annotations. */
async function tell(
  runner: ActionIo,
  io: ActionIo,
  { inputs, look, found }: { inputs: Inputs; look: Look; found: Report },
): Promise<void> {
  const wanted = inputs.outputs.some(({ file }) => file === undefined)
    ? inputs.outputs
    : [{ format: 'text' as const }, ...inputs.outputs];
  const made = wanted.map(async ({ format, file }) => {
    const text = await printed(format, found, look);
    return { text, ...(file !== undefined && { file }) };
  });
  deliverAll(io, await Promise.all(made));
  runner.out(await printed('github', found, look));
}

function outputs(io: ActionIo, found: Report, inputs: Inputs, posted: Posted): void {
  const { findings, verdict, exitCode, gaps } = found;
  const counts: Record<string, number> = { critical: 0, high: 0, moderate: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  const files = inputs.outputs.flatMap(({ file }) => file ?? []);
  setOutputs(io, {
    verdict,
    'exit-code': exitCode,
    blocking: findings.filter(({ level }) => level === 'block').length,
    ...counts,
    gaps: gaps.filter(({ required }) => required).length,
    reports: files.join('\n'),
    'sarif-id': posted.sarif ?? '',
  });
}
