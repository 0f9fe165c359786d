/** YAML in, plain values out: the fast reader first, the library for whatever that one leaves alone. */
import { reasonOf, UserError } from '../../errors.ts';
import { type TextFile, where } from '../text.ts';
import { readSubset } from './subset.ts';
import type { YamlOptions, YamlValue } from './value.ts';

/** The library takes half a second and up to 100 MB a megabyte; no honest file that leaves the subset is larger. */
const LIBRARY_LIMIT = 8 * 1024 * 1024;

/** All documents of a YAML file. Throws UserError with line and column; `repair` says what writes it anew. */
export async function readYaml(file: TextFile, options: YamlOptions, repair: string): Promise<YamlValue[]> {
  const fast = readSubset(file.text, options);
  if (fast !== undefined) return fast;
  if (file.text.length > LIBRARY_LIMIT) {
    throw new UserError('is too large for YAML that no package manager writes', {
      where: where(file, 0),
      hint: repair,
    });
  }
  const { readWithLibrary, YamlError } = await import('./library.ts');
  try {
    return readWithLibrary(file.text, options);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new UserError(`is no valid YAML: ${reasonOf(error)}`, {
      where: where(file, error.at),
      hint: `a cut or hand-edited file? Restore it from git, or write it anew: ${repair}`,
      cause: error,
    });
  }
}
