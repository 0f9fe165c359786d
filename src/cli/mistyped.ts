/** Words for what was typed wrong: what is wrong, by its name on the command line, and what was probably meant. */
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { nearest } from '../nearest.ts';
import { COMMANDS, type Command } from './commands.ts';
import type { Parsed } from './parse.ts';

/** What is asked for by words that other programs have. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  help: 'vakt --help',
  version: 'vakt --version',
  audit: 'vakt scan',
  check: 'vakt scan',
  list: 'vakt inventory',
  ls: 'vakt inventory',
  update: 'vakt db update',
};

/** The error for a first word that is neither a command nor anything on the disk; else undefined. */
export function noCommand(
  { name, operands }: Pick<Parsed, 'name' | 'operands'>,
  argv: readonly string[],
  io: Pick<Io, 'cwd' | 'kind'>,
): UserError | undefined {
  const [word = ''] = operands;
  if (name !== 'scan' || argv[0] === 'scan' || !/^[a-z][a-z-]*$/.test(word)) return undefined;
  if (io.kind(resolve(io.cwd, word)) !== undefined) return undefined;
  const near = nearest(word, [...Object.keys(COMMANDS), 'completion']);
  const meant = (Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word] : undefined) ?? (near && `vakt ${near}`);
  return new UserError(`there is no command "${word}", and no file or folder of that name`, {
    hint: meant === undefined ? 'vakt --help lists the commands' : `did you mean ${meant}?`,
  });
}

/** yargs' message about arguments in vakt's words. `typed`: the command they are for and its name, where there is one. */
export function badArguments(
  message: string,
  typed: { name: string; command: Command } | undefined,
  argv: readonly string[],
): UserError {
  const isGroup = Object.keys(COMMANDS).some((name) => name.startsWith(`${argv[0]} `));
  const words = typed?.name ?? (isGroup ? argv[0] : undefined);
  const hint = `vakt ${words === undefined ? '' : `${words} `}--help shows what can be typed`;
  const [, argument, given, choices] = /Argument: (.*), Given: "(.*)", Choices: (.*)/.exec(message) ?? [];
  if (argument !== undefined) {
    const known = [...(choices ?? '').matchAll(/"([^"]*)"/g)].map(([, word = '']) => word);
    return new UserError(`--${argument} cannot be "${given}"`, { hint: oneOf(given ?? '', known) });
  }
  const [, open] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
  if (open !== undefined) return new UserError(`${dashed(open, argv)} needs a value`, { hint });
  const [, unknown] = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(message) ?? [];
  if (unknown === undefined) return new UserError(message, { hint });
  const option = dashed(unknown, argv);
  if (!option.startsWith('-')) return strayWord(unknown, typed === undefined ? (argv[0] ?? '') : '', hint);
  const near = nearest(unknown, [...Object.keys(typed?.command.options ?? {}), 'help', 'version']);
  return new UserError(`there is no option ${option}`, {
    hint: near === undefined ? hint : `did you mean --${near}?`,
  });
}

/** What the choices are, or the one that was probably meant. */
function oneOf(given: string, words: readonly string[]): string {
  const near = nearest(given, words);
  return near === undefined ? `it is one of: ${words.join(', ')}` : `did you mean ${near}?`;
}

/** The option as it was typed. */
function dashed(name: string, argv: readonly string[]): string {
  const typed = argv.find(
    (word) => /^--?/.test(word) && word.replace(/^--?(?:no-)?/, '').split('=')[0] === name,
  );
  if (typed !== undefined) return typed.split('=')[0] ?? typed;
  // Letters can stand together: -qx.
  const together = name.length === 1 && argv.some((word) => /^-[^-]/.test(word) && word.includes(name));
  return together ? `-${name}` : name;
}

/** A word where the command takes none, or takes others. */
function strayWord(word: string, first: string, hint: string): UserError {
  const inner = Object.keys(COMMANDS).filter((name) => name.startsWith(`${first} `));
  if (inner.length === 0) return new UserError(`nothing is meant by "${word}" here`, { hint });
  const near = nearest(
    word,
    inner.map((name) => name.slice(first.length + 1)),
  );
  return new UserError(`there is no command "${first} ${word}"`, {
    hint: near === undefined ? `there are: ${inner.join(', ')}` : `did you mean vakt ${first} ${near}?`,
  });
}
