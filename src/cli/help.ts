/** What yargs is for: help, completion, and words for what was typed wrong. */
import yargs, { type Argv } from 'yargs';
import { UserError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { badFlag, CONFIGURATION, lastOf } from './arguments.ts';
import { COMMANDS, type Command, type Values } from './commands.ts';
import { badArguments } from './mistyped.ts';
import { findCommand } from './parse.ts';

export type Slow = { output: string } | { name: string; operands: string[]; values: Values };

/** Reads the arguments with yargs. Returns text to print, or what was typed; throws UserError. */
export async function parseSlowly(argv: readonly string[], columns = 80): Promise<Slow> {
  const found = findCommand(argv);
  let chosen: Slow | undefined;
  const program = build(columns, (command, operands, values) => {
    chosen = { name: command, operands, values };
  });
  if (argv[0] === 'completion') {
    // yargs prints it itself.
    program.showCompletionScript();
    return { output: '' };
  }
  // Options without a command are scan's, but `vakt --help` is about all of vakt.
  const plain =
    found === undefined || (found.rest === argv && argv.some((word) => ABOUT_VAKT.includes(word)));
  const words = plain ? [...argv] : [...found.name.split(' '), ...found.rest];
  const command = COMMANDS[found?.name ?? ''];
  const bad = command && badFlag(command, found?.rest ?? []);
  if (bad !== undefined && !argv.includes(COMPLETE)) {
    const name = bad.slice(0, bad.indexOf('='));
    throw new UserError(`${bad}: ${name} is a flag, true or false`, { hint: `${name} alone switches it on` });
  }
  const offered = offeredFor(argv);
  if (offered !== undefined) return { output: offered.map((one) => `${one}\n`).join('') };
  let output = '';
  let failed: string | undefined;
  try {
    await program.parseAsync(words, {}, (error, _read, text) => {
      output = text;
      if (error) failed = error.message;
    });
  } catch (error) {
    // yargs stumbles over options named like what every object has (--constructor).
    failed = error instanceof UserError ? error.message : 'these arguments cannot be read';
  }
  if (failed !== undefined) {
    const named = found === undefined || command === undefined ? undefined : { name: found.name, command };
    throw badArguments(failed, named, argv);
  }
  if (output !== '' || argv.includes(COMPLETE)) return { output: `${output}\n` };
  if (chosen === undefined) throw new UserError('this cannot be read as a command', { hint: 'vakt --help' });
  return chosen;
}

/** Commands that others stand under. */
const GROUPS: Readonly<Record<string, string>> = {
  db: 'The advisory database: update, info, pack',
};

const COMPLETE = '--get-yargs-completions';
const ABOUT_VAKT = ['--help', '-h', '--version', '-v', COMPLETE];

/** What completion offers behind an option that yargs has no choices for. */
function offeredFor(argv: readonly string[]): readonly string[] | undefined {
  const [asked, , ...words] = argv;
  const [option = '', begun = ''] = words.slice(-2);
  if (asked !== COMPLETE || !option.startsWith('--')) return undefined;
  const options = COMMANDS[findCommand(words)?.name ?? '']?.options ?? {};
  const key = option.slice(2);
  return Object.hasOwn(options, key)
    ? options[key]?.offered?.filter((one) => one.startsWith(begun))
    : undefined;
}

type Chosen = (name: string, operands: string[], values: Values) => void;

function build(columns: number, chosen: Chosen): Argv {
  const program = yargs([])
    .scriptName('vakt')
    .parserConfiguration({ ...CONFIGURATION, 'strip-aliased': false })
    .usage(
      '$0 <command>\n\nTells what third-party code a JavaScript project takes in, and judges it by a policy.',
    )
    .epilogue('Exit codes: 0 pass, 1 the policy is violated, 2 usage, 3 incomplete, 70 a bug in vakt.')
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .alias('version', 'v')
    .exitProcess(false)
    .wrap(Math.min(columns, 100))
    .demandCommand(1, 'which command?')
    .strict();
  const groups = new Set(
    Object.keys(COMMANDS)
      .filter((n) => n.includes(' '))
      .map((n) => n.split(' ')[0] as string),
  );
  for (const [name, command] of Object.entries(COMMANDS)) {
    if (!name.includes(' ')) add(program, name, name, command, chosen);
  }
  for (const group of groups) {
    program.command(group, GROUPS[group] ?? '', (inner) => {
      for (const [name, command] of Object.entries(COMMANDS)) {
        if (name.startsWith(`${group} `)) add(inner, name.slice(group.length + 1), name, command, chosen);
      }
      return inner.demandCommand(1, `${group}: what?`);
    });
  }
  return program.completion('completion', 'Print a script that completes vakt commands in bash and zsh');
}

function add(program: Argv, word: string, name: string, command: Command, chosen: Chosen): void {
  const usage = command.operands === undefined ? word : `${word} ${command.operands}`;
  const names = name === 'scan' ? [usage, '$0'] : usage;
  program.command(
    names,
    command.describe,
    (inner) => {
      for (const [key, { alias, offered: _, ...option }] of Object.entries(command.options)) {
        inner.option(key, { ...option, alias: alias ?? [], requiresArg: option.type !== 'boolean' });
      }
      for (const [line, what] of command.examples ?? []) inner.example(line, what);
      return inner;
    },
    (read) => {
      const values: Record<string, Values[string]> = {};
      for (const [key, option] of Object.entries(command.options))
        values[key] = lastOf(option, read[key] as Values[string]);
      const unknown = Object.keys(read).find((key) => !isKnown(command, key));
      // yargs' own check misses names that every object has.
      if (unknown !== undefined) throw new UserError(`Unknown argument: ${unknown}`);
      const behindDashes = read._.slice(name.split(' ').length);
      const { what, paths = [] } = read as { what?: unknown; paths?: unknown[] };
      const operands = [...(what === undefined ? [] : [what]), ...paths, ...behindDashes];
      chosen(name, operands.map(String), values);
    },
  );
}

function isKnown({ options }: Command, key: string): boolean {
  if (['_', '$0', 'what', 'paths', 'help', 'h', 'version', 'v'].includes(key)) return true;
  return Object.entries(options).some(([name, { alias }]) => name === key || alias?.includes(key));
}
