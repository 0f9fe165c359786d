/**
 * What a step tells the runner: lines on stdout, and files that it names.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import { randomUUID } from 'node:crypto';
import { reasonOf } from '../errors.ts';
import type { Io } from '../io.ts';
import { oneLine } from '../plain.ts';

/** The world of an Action: files of the runner are added to. */
export interface ActionIo extends Io {
  append(file: string, text: string): void;
}

/**
 * Text for the log in which the runner sees no command: those begin a line with `::`, blanks before it left aside, or
 * stand anywhere as `##[`.
 */
export function tame(said: string): string {
  return said.replace(/^([^\S\n]*)::/gm, '$1:\u200b:').replaceAll('##[', '##\u200b[');
}

/** The same world, in whose log nothing that was read can be a command. */
export function tamed(io: ActionIo): ActionIo {
  return {
    ...io,
    out: (said) => io.out(tame(Buffer.from(said).toString())),
    err: (said) => io.err(tame(said)),
  };
}

/** Keeps a secret out of everything that the runner shows. */
export function mask(io: Pick<Io, 'out'>, secret: string): void {
  if (secret !== '') io.out(`::add-mask::${secret.replaceAll('%', '%25').replace(/[\r\n]/g, '')}\n`);
}

/** Sets the step's outputs. Each value stands between lines that nobody can foresee. */
export function setOutputs(io: ActionIo, outputs: Readonly<Record<string, string | number>>): void {
  const { GITHUB_OUTPUT: file } = io.env;
  if (!file) return;
  let written = '';
  for (const [name, value] of Object.entries(outputs)) {
    const end = `vakt-${randomUUID()}`;
    written += `${name}<<${end}\n${value}\n${end}\n`;
  }
  add(io, file, written);
}

/** Adds to a file of the runner's. Where it cannot be written the log says so: what was judged stands. */
export function add(io: ActionIo, file: string, text: string): void {
  try {
    io.append(file, text);
  } catch (error) {
    io.err(tame(`vakt: ${oneLine(file)} cannot be written: ${reasonOf(error)}\n`));
  }
}
