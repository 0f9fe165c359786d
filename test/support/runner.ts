/** The committed Action run as a runner does: a fresh process, inputs as variables, files for outputs and summary. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { environment, type Repository } from '../repository.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const about = parse(readFileSync(join(root, 'action.yml'), 'utf8'));

export const TOKEN = 'ghs_0123456789abcdefghijABCDEFGHIJ012345';

export interface Step {
  /** The checkout. */
  workspace: string;
  event: string;
  payload?: object;
  inputs?: Record<string, string>;
  env?: Record<string, string>;
}

export interface Ran {
  code: number;
  out: string;
  summary: string;
  outputs: Record<string, string>;
  /** What the runner takes for commands, in order. */
  commands: { name: string; properties: Record<string, string>; message: string }[];
}

/** Runs the step. Inputs that are not given have action.yml's default, or are empty, as with the runner. */
export async function runStep(home: string, step: Step): Promise<Ran> {
  const folder = mkdtempSync(join(home, 'runner-'));
  const file = (name: string, text = ''): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const summary = file('summary');
  const output = file('output');
  const inputs: Record<string, string> = {};
  for (const name of new Set([...Object.keys(about.inputs), ...Object.keys(step.inputs ?? {})])) {
    const usual = name === 'token' ? TOKEN : '';
    inputs[`INPUT_${name.toUpperCase()}`] = step.inputs?.[name] ?? usual;
  }
  const { PATH = '' } = process.env;
  const env = {
    ...environment(home, { XDG_CACHE_HOME: join(folder, 'cache') }),
    PATH,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: step.event,
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(step.payload ?? {})),
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SERVER_URL: 'https://github.example.test',
    GITHUB_API_URL: 'http://127.0.0.1:9/api/v3',
    GITHUB_GRAPHQL_URL: '',
    GITHUB_WORKFLOW: 'ci',
    GITHUB_JOB: 'vakt',
    GITHUB_WORKSPACE: step.workspace,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: folder,
    GITHUB_TOKEN: '',
    GH_TOKEN: '',
    ...inputs,
    ...step.env,
  };
  const child = spawn(process.execPath, [join(root, about.runs.main)], { cwd: step.workspace, env });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? -1)));
  return {
    code,
    out,
    summary: readFileSync(summary, 'utf8'),
    outputs: readOutputs(readFileSync(output, 'utf8')),
    commands: out.split('\n').flatMap(readCommand),
  };
}

// As actions/runner reads: ActionCommand.TryParseV2 after trimming, else TryParse, which looks for ##[ anywhere.
function readCommand(line: string): Ran['commands'] {
  const v2 = /^\s*::([^\s:]+)(?: ([^:]*))?::(.*)$/.exec(line);
  const v1 = /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$/.exec(line);
  const [, name = '', all = '', message = ''] = v2 ?? v1 ?? [];
  if (name === '') return [];
  const undo = (text: string): string =>
    text.replace(/%(0D|0A|3A|2C|25)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const properties: Record<string, string> = {};
  for (const pair of all.split(',').filter(Boolean)) {
    const at = pair.indexOf('=');
    properties[pair.slice(0, at)] = undo(pair.slice(at + 1));
  }
  return [{ name, properties, message: undo(message) }];
}

function readOutputs(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const [, name = '', end = ''] = /^([^=<]+)<<(.+)$/.exec(lines[i] ?? '') ?? [];
    if (name === '') continue;
    const stop = lines.indexOf(end, i + 1);
    found[name] = lines.slice(i + 1, stop).join('\n');
    i = stop;
  }
  return found;
}

/** What actions/checkout leaves of a commit: one commit deep, no branch, `origin` as named. */
export function checkout(home: string, from: Repository, commit: string, origin = from.folder): string {
  const folder = mkdtempSync(join(home, 'workspace-'));
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]) => from.git('-C', folder, ...args);
  git('init', '--quiet');
  git('fetch', '--quiet', '--depth=1', '--no-tags', `file://${from.folder}`, commit);
  git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  git('remote', 'add', 'origin', origin === from.folder ? `file://${origin}` : origin);
  return folder;
}

export interface Proposed {
  base: string;
  head: string;
  /** The commit that GitHub merges for a look. */
  merge: string;
  payload: object;
}

/** A pull request of the branch `topic`, with the merge commit that GitHub makes of it. */
export function pullRequest(repo: Repository, { fork = false, branch = 'main' } = {}): Proposed {
  const head = repo.git('rev-parse', 'topic').trim();
  const base = repo.git('rev-parse', 'main').trim();
  repo.git('checkout', '--quiet', '--detach', 'main');
  repo.git('merge', '--quiet', '--no-ff', '--no-edit', 'topic');
  const merge = repo.git('rev-parse', 'HEAD').trim();
  repo.git('update-ref', 'refs/pull/7/merge', merge);
  repo.git('checkout', '--quiet', 'topic');
  const payload = {
    number: 7,
    pull_request: {
      head: { sha: head, ref: 'topic', repo: { full_name: fork ? 'stranger/shop' : 'acme/shop' } },
      base: { sha: base, ref: branch },
    },
    repository: { full_name: 'acme/shop', default_branch: 'main' },
  };
  return { base, head, merge, payload };
}
