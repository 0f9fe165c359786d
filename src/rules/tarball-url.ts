/** Which package a tarball's address is of, as far as its form tells. */
import { parseUrl } from '../url.ts';

/** A registry's download: the name that the path gives, and the file's own name and version. */
interface Tarball {
  /** The name as the path has it. */
  name: string;
  /** What the file is called: `lodash-4.17.21`. */
  file: string;
}

/**
 * `<registry>/<name>/-/<file>.tgz`; some registries repeat the scope before the file. Other addresses are the
 * registry's own affair. https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#packages
 */
const SHAPE = /\/((?:@[^/@]+\/)?[^/@]+)\/-\/(?:@[^/@]+\/)?([^/]+)\.(?:tgz|tar\.gz)$/;

/** GitHub's own form: `/download/<name>/<version>/<digest>`. */
const DOWNLOAD = /\/download\/(@[^/]+\/([^/]+))\/([^/]+)\/[0-9a-f]{8,}$/;

/** Nothing to decode, no query, no `..`: most addresses. */
const PLAIN = /^https?:\/\/[\w.:-]+(?:\/[\w@~+!-][\w@.~+!-]*)+$/;

/**
 * The package that an address names instead of `name` at `version`: `lodash-4.17.15`; undefined where it names that
 * package, or none in a form that registries use.
 */
export function otherPackage(address: string, name: string, version: string): string | undefined {
  if (isPlainlyOwn(address, name, version) || !/^https?:\/\//i.test(address)) return undefined;
  const found = tarballOf(address);
  if (found === undefined) return undefined;
  const own = found.name === name;
  if (own && found.file === `${base(name)}-${version}`) return undefined;
  const prefix = `${base(found.name)}-`;
  const said = found.file.startsWith(prefix) ? found.file.slice(prefix.length) : undefined;
  if (own && said !== undefined && plainVersion(said) === plainVersion(version)) return undefined;
  return said === undefined ? `${found.name} (${found.file})` : `${found.name}@${said}`;
}

// Nearly all of them, for a tenth of the time. A scope may stand before the name, plain or encoded: that is another's.
function isPlainlyOwn(address: string, name: string, version: string): boolean {
  const tail = `/${name}/-/${base(name)}-${version}.tgz`;
  if (!address.endsWith(tail) || /[%\\?#]|\/\./.test(address)) return false;
  const at = address.indexOf('@');
  return at === -1 || at > address.length - tail.length;
}

function tarballOf(address: string): Tarball | undefined {
  const path = PLAIN.test(address) ? address : decoded(parseUrl(address)?.pathname ?? '');
  const [, name, file] = SHAPE.exec(path) ?? [];
  if (name !== undefined && file !== undefined) return { name, file };
  const [, scoped, own, version] = DOWNLOAD.exec(path) ?? [];
  return scoped === undefined ? undefined : { name: scoped, file: `${own}-${version}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function base(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

// Registries leave build metadata out of file names, and very old ones wrote `v1.0.0`.
function plainVersion(version: string): string {
  return version.replace(/\+.*$/s, '').replace(/^[v=]+/, '');
}
