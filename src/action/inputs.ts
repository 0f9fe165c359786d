/** The Action's inputs: those of the command line, by the same table, and those that only a workflow has. */
import type { Values } from '../cli/commands.ts';
import { SCAN } from '../cli/scan-command.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { type Output, outputsOf } from '../report/formats.ts';

/** Options of `vakt scan` that an input of the same name sets. */
export const FORWARDED = [
  'policy',
  'fail-on',
  'only',
  'advisories',
  'online',
  'deep',
  'omit',
  'site',
  'mirror',
  'ext',
  'all',
  'db',
  'offline',
  'scope',
  'changed-since',
] as const;

export interface Inputs {
  paths: string[];
  values: Values;
  /** Reports to write, each to its file, and at most one to the log. */
  outputs: Output[];
  /** Keep one comment on the pull request. */
  comment: boolean;
  /** Send SARIF to code scanning. */
  upload: boolean;
  /** Empty where the workflow gives none. */
  token: string;
  /** Relative to the workspace. */
  folder: string;
}

/** Reads them from the variables that the runner sets. Throws UserError for a value that is none of its input's. */
export function readInputs(env: Io['env']): Inputs {
  const values: Record<string, Values[string]> = {};
  for (const name of FORWARDED) {
    const option = SCAN.options[name];
    const text = input(env, name);
    if (option === undefined) continue;
    if (text === '') values[name] = option.default;
    else if (option.type === 'boolean') values[name] = flag(env, name);
    else values[name] = chosen(name, text, option.choices);
  }
  const sarif = input(env, 'sarif');
  const formats = lines(input(env, 'format'));
  const wanted = sarif === '' ? formats : [...formats, `sarif=${sarif}`];
  return {
    paths: lines(input(env, 'paths')),
    values,
    outputs: wanted.length === 0 ? [] : outputsOf(wanted, undefined),
    comment: flag(env, 'comment'),
    upload: flag(env, 'upload-sarif'),
    token: input(env, 'token'),
    folder: input(env, 'working-directory'),
  };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs */
function input(env: Io['env'], name: string): string {
  return (env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '').trim();
}

/** One entry on each line: paths may hold blanks. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** As YAML's core schema spells it. */
function flag(env: Io['env'], name: string): boolean {
  const text = input(env, name);
  if (text === '' || /^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  throw new UserError(`"${text}" is neither true nor false`, {
    where: `input ${name}`,
    hint: 'write true or false',
  });
}

function chosen(name: string, text: string, choices: readonly string[] | undefined): string {
  if (choices?.includes(text) ?? true) return text;
  throw new UserError(`"${text}" is not among its values`, {
    where: `input ${name}`,
    hint: `write ${choices?.join(', ')}`,
  });
}
