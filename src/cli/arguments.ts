/** The words behind a command → its operands and values, by its table of options. */
import parser from 'yargs-parser';
import type { Command, Option, Values } from './commands.ts';

/** What was typed, with defaults; undefined where anything is not plainly right. */
export function readArguments(
  command: Pick<Command, 'operands' | 'options'>,
  words: readonly string[],
): { operands: string[]; values: Values } | undefined {
  if (badFlag(command, words) !== undefined) return undefined;
  const { argv: read, error } = parser.detailed([...words], parserOptions(command.options));
  if (error !== null) return undefined;
  const { _: operands, ...typed } = read;
  const values = withDefaults(command.options, typed);
  if (values === undefined || (command.operands === undefined && operands.length > 0)) return undefined;
  return { operands: operands.map(String), values };
}

/** A flag that was given something else than true or false: both parsers take `--all=maybe` for false. */
export function badFlag({ options }: Pick<Command, 'options'>, words: readonly string[]): string | undefined {
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
