/**
 * Arguments → command and values, without yargs: the program starts many times a day and loading yargs takes
 * longer than scanning a small project. Whatever is not plainly right is left to yargs (help.ts), which words
 * help and errors; a test proves that both read the same from the same arguments.
 */
import { readArguments } from './arguments.ts';
import { COMMANDS, type Command, type Values } from './commands.ts';

export interface Parsed {
  name: string;
  command: Command;
  operands: string[];
  values: Values;
}

/** The command that the arguments start with (scan where they name none) and what follows it. Undefined where the
 * first word belongs to yargs: a group such as `db` with something else than its commands, or `completion`. */
export function findCommand(argv: readonly string[]): { name: string; rest: readonly string[] } | undefined {
  const [first = '', second = ''] = argv;
  if (Object.hasOwn(COMMANDS, `${first} ${second}`))
    return { name: `${first} ${second}`, rest: argv.slice(2) };
  if (Object.hasOwn(COMMANDS, first)) return { name: first, rest: argv.slice(1) };
  const isGroup = Object.keys(COMMANDS).some((name) => name.startsWith(`${first} `));
  return isGroup || first === 'completion' ? undefined : { name: 'scan', rest: argv };
}

/** What was typed, or undefined where help, the version, or an error has to be shown. */
export function parse(argv: readonly string[]): Parsed | undefined {
  const found = findCommand(argv);
  const command = COMMANDS[found?.name ?? ''];
  if (found === undefined || command === undefined) return undefined;
  const read = readArguments(command, found.rest);
  return read === undefined ? undefined : { name: found.name, command, ...read };
}
