/** Registries as some manager configures them, said in npm's own options: one shape for all that asks or compares. */
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { parseUrl } from '../url.ts';

/** What a manager's own files say beside .npmrc. */
export interface Said {
  /** `registry`, `@acme:registry`, `//host/path/:_authToken`, `//host/path/:_auth`. */
  options: Map<string, string>;
  /** pnpm's `namedRegistries`: alias → address. */
  named: Map<string, string>;
}

/** A registry as a file has it: address and, where there are any, credentials. */
export interface Spoken {
  url?: string | undefined;
  token?: string | undefined;
  /** `user:password`, or that in base64. */
  ident?: string | undefined;
}

export function nothingSaid(): Said {
  return { options: new Map(), named: new Map() };
}

/**
 * Notes the registry of `scope` (`@acme`; empty for names without a registry of their own). What was said before
 * stays: nearer files come first. Throws UserError for an address that is none.
 */
export function sayRegistry(said: Said, scope: string, { url, ...spoken }: Spoken, where: string): void {
  if (url === undefined || url === '') return;
  const key = scope === '' ? 'registry' : `${scope}:registry`;
  if (said.options.has(key)) return;
  said.options.set(key, withoutUser(said, url, where));
  sayCredentials(said, url, spoken);
}

/** Notes the address of a named registry. Throws UserError as above. */
export function sayNamed(said: Said, name: string, url: string, where: string): void {
  if (!said.named.has(name)) said.named.set(name, withoutUser(said, url, where));
}

/** Notes what proves who asks, for an address: `https://host/path` or `//host/path`. */
export function sayCredentials(said: Said, address: string, { token, ident }: Spoken): void {
  const parsed = parseUrl(address.replace(/^\/\//, 'https://'));
  if (parsed === undefined) return;
  const key = `//${parsed.host}${parsed.pathname.replace(/\/*$/, '/')}`;
  const pair = ident?.includes(':') ? Buffer.from(ident).toString('base64') : ident;
  const credentials: [string, string | undefined][] = [
    [`${key}:_authToken`, token],
    [`${key}:_auth`, pair],
  ];
  for (const [name, value] of credentials) {
    if (value !== undefined && value !== '' && !said.options.has(name)) said.options.set(name, value);
  }
}

// Bun takes `https://user:password@host/`; nobody else should see it.
function withoutUser(said: Said, text: string, where: string): string {
  const url = parseUrl(text.trim());
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError('names a registry that is no http or https URL', {
      where,
      hint: 'correct the address; a variable in it has to be set',
    });
  }
  const { username, password } = url;
  if (username !== '') {
    const ident = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    sayCredentials(said, text.trim(), { ident });
  }
  url.username = '';
  url.password = '';
  return url.href;
}

/**
 * Variables as Yarn writes them: `${NAME}`, `${NAME-else}` where it is not set, `${NAME:-else}` also where it is
 * empty. What is not set stays, so that nobody takes it for a value. https://yarnpkg.com/configuration/yarnrc
 */
export function withVariables(text: string, env: Io['env']): string {
  return text.replace(
    /\$\{([\w\d_]+)(?:(:)?-([^}]*))?\}/g,
    (whole, name: string, colon?: string, other?: string) => {
      const value = env[name];
      const isSet = value !== undefined && (value !== '' || colon === undefined);
      return isSet ? value : (other ?? whole);
    },
  );
}
