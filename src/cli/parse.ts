/**
 * Arguments → command and values, without yargs: the program starts many times a day and loading yargs takes
 * longer than scanning a small project. Whatever is not plainly right is left to yargs (help.ts), which words
 * help and errors; a test proves that both read the same from the same arguments.
 */
import parser from 'yargs-parser';
import { COMMANDS, type Command, type Option, type Values } from './commands.ts';

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
  const { name, rest } = found;
  if (badFlag(command, rest) !== undefined) return undefined;
  const { argv: read, error } = parser.detailed([...rest], parserOptions(command.options));
  if (error !== null) return undefined;
  const { _: operands, ...typed } = read;
  const values = withDefaults(command.options, typed);
  if (values === undefined || (command.operands === undefined && operands.length > 0)) return undefined;
  return { name, command, operands: operands.map(String), values };
}

/** A flag that was given something else than true or false: both parsers take `--all=maybe` for false. */
export function badFlag({ options }: Command, words: readonly string[]): string | undefined {
  for (const word of words) {
    if (word === '--') return undefined;
    const [, typed = '', value] = /^--?([^=]+)=(.*)$/s.exec(word) ?? [];
    if (value === undefined || value === 'true' || value === 'false') continue;
    for (const [key, { type, alias }] of Object.entries(options)) {
      if (type === 'boolean' && (key === typed || alias?.includes(typed))) return word;
    }
  }
  return undefined;
}

/** How yargs-parser, and yargs with it, shall read. */
export const CONFIGURATION = {
  'camel-case-expansion': false,
  'dot-notation': false,
  'duplicate-arguments-array': true,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'strip-aliased': true,
} as const;

function parserOptions(options: Command['options']): parser.Options {
  const of = (type: Option['type']): string[] =>
    Object.keys(options).filter((key) => options[key]?.type === type);
  const alias: Record<string, string[]> = {};
  const narg: Record<string, number> = {};
  for (const [key, option] of Object.entries(options)) {
    if (option.alias !== undefined) alias[key] = [...option.alias];
    if (option.type !== 'boolean') narg[key] = 1;
  }
  return {
    string: of('string'),
    boolean: of('boolean'),
    array: of('array'),
    alias,
    narg,
    configuration: CONFIGURATION,
  };
}

function withDefaults(options: Command['options'], typed: Record<string, unknown>): Values | undefined {
  const values: Record<string, string | boolean | readonly string[] | undefined> = {};
  for (const [key, value] of Object.entries(typed)) {
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (option === undefined || !isRight(option, value)) return undefined;
    values[key] = lastOf(option, value);
  }
  for (const [key, option] of Object.entries(options)) values[key] ??= option.default;
  return values;
}

/** What was typed for an option; said twice, the last one counts where the option is no list. */
export function lastOf({ type }: Option, value: Values[string] | (string | boolean)[]): Values[string] {
  if (!Array.isArray(value)) return value as Values[string];
  return type === 'array' ? value.map(String) : value.at(-1);
}

function isRight(option: Option, value: unknown): value is string | boolean | (string | boolean)[] {
  const list = Array.isArray(value) ? value : [value];
  if (option.type === 'boolean') return list.every((one) => typeof one === 'boolean');
  if (list.length === 0) return false;
  return list.every(
    (one) => typeof one === 'string' && one !== '' && (option.choices?.includes(one) ?? true),
  );
}
