/** Locations as npm's lock files write them: relative to the project, `/` between the parts, '' for the root. */

const ODD = /\\|\/\/|(?:^|\/)\.{1,2}(?:\/|$)|\/$|^file:/;

/** A key or link target in its simplest form: `./a//b/../c` is `a/c`; what leads outside starts with `../`. */
export function normalLocation(key: string): string {
  if (!ODD.test(key)) return key;
  const path = key.replace(/^file:/, '').replaceAll('\\', '/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}

/** The folder's name as a package name: the last part, with the scope before it. */
export function folderName(location: string): string {
  const slash = location.lastIndexOf('/');
  if (slash === -1) return location;
  const before = location.lastIndexOf('/', slash - 1);
  return location.charCodeAt(before + 1) === 64 ? location.slice(before + 1) : location.slice(slash + 1);
}

const MODULES = 'node_modules/';

/**
 * The folder whose `node_modules` holds the package `name` at `location`; undefined when the location is a folder of
 * somebody's own.
 */
export function holderOf(location: string, name: string): string | undefined {
  const start = location.length - name.length - MODULES.length;
  if (start < 0 || name === '' || !location.startsWith(MODULES, start)) return undefined;
  if (start === 0) return '';
  return location[start - 1] === '/' ? location.slice(0, start - 1) : undefined;
}

/** Whether a location stays inside the project. */
export function isInside(location: string): boolean {
  return (
    location !== '..' &&
    !location.startsWith('../') &&
    !location.startsWith('/') &&
    !/^[a-z]:/i.test(location)
  );
}

/** The folder around a location; undefined for the root and for what no folder of the project contains. */
export function parentLocation(location: string): string | undefined {
  if (location === '') return undefined;
  const slash = location.lastIndexOf('/');
  if (slash > 0) return location.slice(0, slash);
  return isInside(location) ? '' : undefined;
}
