/** The registries that Bun uses beside .npmrc. https://bun.sh/docs/runtime/bunfig#install-scopes */
import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { relativePath } from '../readers/text.ts';
import { nothingSaid, type Said, type Spoken, sayRegistry, withVariables } from './words.ts';

const LIMIT = 1024 * 1024;

/** What bunfig.toml says, the project's before the user's. Throws UserError with a line for a file that is no TOML. */
export function bunRegistries(io: Pick<Io, 'env' | 'kind' | 'readFile'>, folder: string): Said {
  const said = nothingSaid();
  const { BUN_CONFIG_REGISTRY: url, BUN_CONFIG_TOKEN: token, XDG_CONFIG_HOME, HOME, USERPROFILE } = io.env;
  sayRegistry(said, '', { url, token }, 'BUN_CONFIG_REGISTRY');
  const home = XDG_CONFIG_HOME || HOME || USERPROFILE;
  const files = [join(folder, 'bunfig.toml'), ...(home === undefined ? [] : [join(home, '.bunfig.toml')])];
  for (const file of files) {
    if (io.kind(file) !== 'file') continue;
    const where = relativePath(folder, file);
    const install = tableAt(readToml(io, file, where), 'install');
    sayRegistry(said, '', spoken(valueAt(install, 'registry'), io.env), where);
    const scopes = tableAt(install, 'scopes') ?? {};
    for (const scope of Object.keys(scopes)) {
      sayRegistry(said, `@${scope.replace(/^@/, '')}`, spoken(valueAt(scopes, scope), io.env), where);
    }
  }
  return said;
}

type Table = Readonly<Record<string, unknown>>;

function readToml(io: Pick<Io, 'readFile'>, file: string, where: string): Table {
  const text = io
    .readFile(file, LIMIT)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.split('\n');
    throw new UserError(`is no valid TOML: ${reason.replace(/^Invalid TOML document: /, '')}`, {
      where: `${where}:${error.line}:${error.column}`,
      hint: 'correct it by hand: registries may be named in it',
      cause: error,
    });
  }
}

// An address, or a table of it and what proves who asks; `$NAME` is a variable.
function spoken(value: unknown, env: Io['env']): Spoken {
  if (typeof value === 'string') return { url: expand(value, env) };
  if (!isTable(value)) return {};
  const text = (key: string) => {
    const part = valueAt(value, key);
    return typeof part === 'string' ? expand(part, env) : undefined;
  };
  const [username, password] = [text('username'), text('password')];
  return {
    url: text('url'),
    token: text('token'),
    ...(username !== undefined && password !== undefined && { ident: `${username}:${password}` }),
  };
}

function expand(text: string, env: Io['env']): string {
  return withVariables(
    text.replace(/\$(\w+)/g, (_, name: string) => `\${${name}}`),
    env,
  );
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(table: Table | undefined, key: string): unknown {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function tableAt(table: Table | undefined, key: string): Table | undefined {
  const value = valueAt(table, key);
  return isTable(value) ? value : undefined;
}
