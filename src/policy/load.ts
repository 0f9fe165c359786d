/** Finds the policy of a project, reads what it extends, and makes one of it. */
import { dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { type Layer, merge } from './layers.ts';
import type { Policy } from './policy.ts';
import { preset, presetLayer, unknownPreset } from './presets.ts';

const NAMES = ['vakt.yml', join('.github', 'vakt.yml')];
/** Longer chains are mistakes. */
const DEPTH = 16;

/** Gets the policy file out of an npm package, as `name` or `name@version`: its YAML text and what to call it. */
export type FetchPackage = (spec: string) => Promise<{ text: string; from: string }>;

/**
 * The policy for a folder: the one named (`-c`), else the nearest vakt.yml (or .github/vakt.yml) up to the git
 * root, else `recommended`. Where one is named and the project has one too, what that one locks still holds.
 * Throws UserError for anything wrong in the chain.
 */
export async function loadPolicy(
  io: Io,
  folder: string,
  named: string | undefined,
  fetchPackage: FetchPackage,
): Promise<Policy> {
  const found = findPolicy(io, folder);
  if (found === undefined && (named === undefined || presetLayer(named) !== undefined))
    return preset(named ?? 'recommended');
  const context = { io, fetchPackage };
  const layers: Layer[] = found === undefined ? [] : await readChain(context, found, []);
  if (named === undefined) return merge(layers, nameOf(io, found ?? ''));
  const chosen = await readReference(context, named, io.cwd, []);
  const locks = layers.some(({ file }) => (file.locked ?? []).length > 0) ? layers : [];
  return merge([...locks, ...chosen], named);
}

/** The nearest policy file, or undefined. */
export function findPolicy(io: Io, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of NAMES) {
      const file = join(at, name);
      const kind = io.kind(file);
      if (kind === 'file') return file;
      // A policy that is not read must not look like one that is.
      if (kind !== undefined)
        throw new UserError(kind === 'directory' ? 'is a folder, and no policy' : 'cannot be read', {
          where: nameOf(io, file),
          hint: 'a policy is a file of this name',
        });
      const other = file.replace(/yml$/, 'yaml');
      if (io.kind(other) === 'file')
        throw new UserError('is not read under this name', {
          where: nameOf(io, other),
          hint: `rename it to ${name}`,
        });
    }
    if (io.kind(join(at, '.git')) !== undefined || dirname(at) === at) return undefined;
  }
}

const IS_PATH = /^\.{0,2}[/\\]|^[A-Za-z]:[/\\]|\.ya?ml$/;
const IS_PACKAGE = /^(?:npm:|(?=@))((?:@[\w.-]+\/)?[\w.-]+(?:@[\w.+-]+)?)$/;

/** Throws UserError for what is neither a preset, nor a file that is there, nor the name of a package. */
export function checkReference(io: Io, reference: string, folder: string, at?: string): void {
  if (presetLayer(reference) !== undefined) return;
  if (!IS_PATH.test(reference)) {
    // Neither a path nor a package: a preset is meant.
    if (!IS_PACKAGE.test(reference)) throw unknownPreset(reference, at);
    return;
  }
  const file = resolve(folder, reference);
  if (io.kind(file) !== undefined) return;
  const where = at === undefined ? reference : `${at}: ${reference}`;
  throw new UserError('does not exist', {
    where,
    hint:
      at === undefined ? 'name a preset, or a file that is there' : 'paths start at the file that names them',
  });
}

interface Context {
  io: Io;
  fetchPackage: FetchPackage;
}

async function readChain(context: Context, file: string, chain: readonly string[]): Promise<Layer[]> {
  const { io } = context;
  const name = nameOf(io, file);
  return expand(context, io.readFile(file, 1024 * 1024).toString('utf8'), name, dirname(file), [
    ...chain,
    file,
  ]);
}

/** The layers of a policy's text: what it extends, then itself. */
async function expand(
  context: Context,
  text: string,
  name: string,
  folder: string,
  chain: readonly string[],
): Promise<Layer[]> {
  const { parsePolicy } = await import('./yaml.ts');
  const { file, ignoresAt, extendsAt } = parsePolicy(text, name);
  // A policy adds to the default unless it says what else it stands on.
  const bases = file.extends === undefined ? ['recommended'] : [file.extends].flat();
  const layers: Layer[] = [];
  for (const [i, base] of bases.entries())
    layers.push(...(await readReference(context, base, folder, chain, extendsAt[i])));
  return [...layers, { file, from: name, ignoresAt }];
}

/**
 * `at`: where the reference is written. It is a preset's name, a path (it starts with a dot, is absolute, or ends in .yml),
 * or `@scope/package`, `npm:package`.
 */
async function readReference(
  context: Context,
  reference: string,
  folder: string,
  chain: readonly string[],
  at?: string,
): Promise<Layer[]> {
  const layer = presetLayer(reference);
  if (layer !== undefined) return [layer];
  checkReference(context.io, reference, folder, at);
  const isPath = IS_PATH.test(reference);
  const key = isPath ? resolve(folder, reference) : reference;
  if (chain.includes(key) || chain.length >= DEPTH) {
    throw new UserError(
      `policies extend each other in a circle: ${[...chain, key].map((one) => nameOf(context.io, one)).join(' -> ')}`,
      {
        where: at ?? nameOf(context.io, chain[0] ?? key),
        hint: 'take one of them out of "extends"',
      },
    );
  }
  if (isPath) return readChain(context, key, chain);
  const [, spec = ''] = IS_PACKAGE.exec(reference) ?? [];
  const { text, from } = await context.fetchPackage(spec);
  return expand(context, text, from, folder, [...chain, key]);
}

function nameOf(io: Io, file: string): string {
  const near = relative(io.cwd, file);
  return near === '' || near.startsWith('..') ? file : near.replaceAll('\\', '/');
}
