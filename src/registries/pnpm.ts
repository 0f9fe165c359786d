/** The registries that pnpm uses beside .npmrc. https://pnpm.io/settings#registries */
import { join } from 'node:path';
import type { Io } from '../io.ts';
import { readText } from '../readers/text.ts';
import { readYaml } from '../readers/yaml/read.ts';
import { isMap, mapAt, textAt } from '../readers/yaml/value.ts';
import { nothingSaid, type Said, sayNamed, sayRegistry, withVariables } from './words.ts';

const LIMIT = 4 * 1024 * 1024;

/** What pnpm-workspace.yaml beside a lock file says. Throws UserError for a file that cannot be read. */
export async function pnpmRegistries(
  io: Pick<Io, 'cwd' | 'env' | 'kind' | 'readFile'>,
  folder: string,
): Promise<Said> {
  const said = nothingSaid();
  const file = join(folder, 'pnpm-workspace.yaml');
  if (io.kind(file) !== 'file') return said;
  const text = readText(io, file, folder, 'correct it by hand', LIMIT);
  const [document] = await readYaml(text, { repeated: 'error' }, 'correct it by hand');
  if (!isMap(document)) return said;
  const registries = mapAt(document, 'registries')?.entries ?? new Map<string, unknown>();
  for (const [scope, url] of registries) {
    if (typeof url !== 'string') continue;
    sayRegistry(said, scope === 'default' ? '' : scope, { url: withVariables(url, io.env) }, text.file);
  }
  const single = textAt(document, 'registry');
  if (single !== undefined) sayRegistry(said, '', { url: withVariables(single, io.env) }, text.file);
  for (const [name, url] of mapAt(document, 'namedRegistries')?.entries ?? []) {
    if (typeof url === 'string') sayNamed(said, name, withVariables(url, io.env), text.file);
  }
  return said;
}
