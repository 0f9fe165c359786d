import { UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type Layer, merge } from './layers.ts';
import type { Policy } from './policy.ts';
import presets from './presets.json' with { type: 'json' };
import type { PolicyFile } from './schema.ts';

const ALL = presets as unknown as Record<string, PolicyFile>;

/** The names of the policies in policies/. */
const PRESETS: readonly string[] = Object.keys(ALL);

/** The preset of that name as a layer, or undefined where there is none. */
export function presetLayer(name: string): Layer | undefined {
  const file = Object.hasOwn(ALL, name) ? ALL[name] : undefined;
  return file === undefined ? undefined : { file, from: name, preset: true, ignoresAt: [] };
}

/** The policy of that name from policies/. Throws UserError for any other name. */
export function preset(name: string): Policy {
  const layer = presetLayer(name);
  if (layer === undefined) throw unknownPreset(name);
  return merge([{ ...layer, from: 'built in' }], name);
}

/** Says which policies there are; `where`: where it is asked for. */
export function unknownPreset(name: string, where?: string): UserError {
  const near = nearest(name, PRESETS);
  const all = `the policies are: ${PRESETS.join(', ')}; a file is named by its path (./vakt.yml), a package as npm:name`;
  return new UserError(`there is no policy "${name}"`, {
    where,
    hint: near === undefined ? all : `did you mean "${near}"?`,
  });
}
