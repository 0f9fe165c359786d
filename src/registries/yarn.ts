/** The registries that Yarn uses: .yarnrc of Yarn 1, .yarnrc.yml of what came after it. */
import { basename, dirname, join } from 'node:path';
import type { Io } from '../io.ts';
import { readText, relativePath } from '../readers/text.ts';
import { readYaml } from '../readers/yaml/read.ts';
import { isMap, mapAt, textAt, type YamlMap } from '../readers/yaml/value.ts';
import { nothingSaid, type Said, type Spoken, sayCredentials, sayRegistry, withVariables } from './words.ts';

type ReadIo = Pick<Io, 'cwd' | 'env' | 'kind' | 'readFile'>;

const LIMIT = 1024 * 1024;
/** Deeper than any project lies. */
const FOLDERS = 64;

/**
 * What .yarnrc.yml says, of the folder, of those above and of the user, the nearest first.
 * https://yarnpkg.com/configuration/yarnrc#npmScopes. Throws UserError for a file that cannot be read.
 */
export async function berryRegistries(io: ReadIo, folder: string): Promise<Said> {
  const said = nothingSaid();
  const server = io.env.YARN_NPM_REGISTRY_SERVER;
  sayRegistry(said, '', { url: server, token: io.env.YARN_NPM_AUTH_TOKEN }, 'YARN_NPM_REGISTRY_SERVER');
  for (const file of filesAbove(io, folder, io.env.YARN_RC_FILENAME || '.yarnrc.yml')) {
    const text = readText(io, file, folder, 'correct it by hand', LIMIT);
    const [document] = await readYaml(text, { repeated: 'last' }, 'correct it by hand');
    if (isMap(document)) sayBerry(said, document, text.file, io.env);
  }
  return said;
}

function sayBerry(said: Said, document: YamlMap, where: string, env: Io['env']): void {
  const speak = (map: YamlMap | undefined): Spoken => ({
    url: valueAt(map, 'npmRegistryServer', env),
    token: valueAt(map, 'npmAuthToken', env),
    ident: valueAt(map, 'npmAuthIdent', env),
  });
  sayRegistry(said, '', speak(document), where);
  for (const [scope, settings] of mapAt(document, 'npmScopes')?.entries ?? []) {
    if (isMap(settings)) sayRegistry(said, `@${scope.replace(/^@/, '')}`, speak(settings), where);
  }
  for (const [address, settings] of mapAt(document, 'npmRegistries')?.entries ?? []) {
    if (isMap(settings)) sayCredentials(said, address, speak(settings));
  }
}

function valueAt(map: YamlMap | undefined, key: string, env: Io['env']): string | undefined {
  const value = textAt(map, key);
  return value === undefined ? undefined : withVariables(value, env);
}

/** `registry "https://…"` or `"@acme:registry" "https://…"`, with a colon in between where somebody likes that. */
const CLASSIC =
  /^\s*(?:"(registry|@[^":]+:registry)"|(registry))\s*:?\s+(?:"([^"\s]+)"|'([^'\s]+)'|([^\s"']+))\s*$/;

/**
 * What .yarnrc says, of the folder, of those above and of the user, the nearest first; .npmrc, which Yarn 1 reads
 * as well, is not its affair. https://classic.yarnpkg.com/en/docs/yarnrc. Throws UserError for an address that is none.
 */
export function classicRegistries(io: ReadIo, folder: string): Said {
  const said = nothingSaid();
  for (const file of filesAbove(io, folder, '.yarnrc')) {
    const where = relativePath(folder, file);
    for (const line of io.readFile(file, LIMIT).toString('utf8').split('\n')) {
      const [, scoped, plain, ...values] = CLASSIC.exec(line) ?? [];
      const key = scoped ?? plain;
      if (key === undefined) continue;
      const scope = key === 'registry' ? '' : key.slice(0, -':registry'.length);
      sayRegistry(said, scope, { url: values.find((value) => value !== undefined) }, where);
    }
  }
  return said;
}

// The user's own file counts last, also where the project lies below the home folder.
function filesAbove(io: ReadIo, folder: string, name: string): string[] {
  const files: string[] = [];
  const home = io.env.HOME || io.env.USERPROFILE;
  const own = home === undefined ? undefined : join(home, basename(name));
  let at = folder;
  for (let i = 0; i < FOLDERS; i++) {
    const file = join(at, basename(name));
    if (file !== own && io.kind(file) === 'file') files.push(file);
    if (dirname(at) === at) break;
    at = dirname(at);
  }
  if (own !== undefined && io.kind(own) === 'file') files.push(own);
  return files;
}
