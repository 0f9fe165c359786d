/** Which entry of berry's yarn.lock answers a request: https://yarnpkg.com/protocols */
import type { TreeNode } from '../../model.ts';
import { splitAt } from '../spec.ts';
import { type BerryEntry, decode, withoutBindings } from './berry-node.ts';
import { parseResolutions, type Resolution } from './resolutions.ts';

export interface Lookup {
  find(name: string, range: string, parent: string): TreeNode | undefined;
  /** Whether the file holds exactly what is asked for, or what a resolution makes of it. */
  holds(name: string, range: string, parent: string): boolean;
  /** Requests without an answer. */
  missing: Set<string>;
  /** Resolutions that apply and whose replacement the file does not hold. */
  unmet: Set<Resolution>;
}

/** A table of the entries' descriptors. `catalogs` gives the range behind `catalog:` of a package. */
export function newLookup(
  entries: BerryEntry[],
  resolutions: Iterable<[string, string]>,
  catalogs: (name: string, range: string) => string | undefined,
): Lookup {
  const exact = new Map<string, TreeNode>();
  const unbound = new Map<string, TreeNode>();
  const builtin = new Map<string, TreeNode>();
  const members = new Map<string, TreeNode>();
  for (const { node, descriptors } of entries) {
    if (node.importer) members.set(node.name, node);
    for (const descriptor of descriptors) {
      const { name, rest } = splitAt(descriptor);
      exact.set(descriptor, node);
      unbound.set(`${name}@${withoutBindings(rest)}`, node);
      const patched = builtinSource(rest);
      if (patched !== undefined) builtin.set(patched, node);
    }
  }
  const replaced = parseResolutions(resolutions);
  const lookup: Lookup = { find, holds, missing: new Set(), unmet: new Set() };
  return lookup;

  function find(name: string, range: string, parent: string): TreeNode | undefined {
    const asked = catalogs(name, range) ?? range;
    const resolution = applying(replaced.get(name), asked, parent);
    const found =
      (resolution && answer(name, resolution.value, parent)) ??
      answer(name, asked, parent) ??
      members.get(name);
    if (resolution !== undefined && answer(name, resolution.value, parent) === undefined)
      lookup.unmet.add(resolution);
    if (found === undefined) lookup.missing.add(`${name}@${range}`);
    return found;
  }

  function holds(name: string, range: string, parent: string): boolean {
    const resolution = applying(replaced.get(name), range, parent);
    return resolution !== undefined || answer(name, range, parent) !== undefined;
  }

  function answer(name: string, range: string, parent: string): TreeNode | undefined {
    const plain = `${name}@${withoutBindings(range)}`;
    const npm = `${name}@npm:${range}`;
    const bound = `${name}@${range}::locator=${encodeURIComponent(parent)}`;
    return (
      builtin.get(npm) ??
      builtin.get(plain) ??
      exact.get(`${name}@${range}`) ??
      exact.get(npm) ??
      exact.get(bound) ??
      unbound.get(plain)
    );
  }
}

function applying(
  resolutions: Resolution[] | undefined,
  range: string,
  parent: string,
): Resolution | undefined {
  return resolutions?.find((resolution) => {
    if (resolution.range !== undefined && stripNpm(resolution.range) !== stripNpm(range)) return false;
    return resolution.parent === undefined || resolution.parent === splitAt(parent).name;
  });
}

/** A range without the protocol that Yarn 4 writes and earlier ones imply. */
export function stripNpm(range: string): string {
  return range.startsWith('npm:') ? range.slice('npm:'.length) : range;
}

// patch:fsevents@npm%3A^2.3.2#optional!builtin<compat/fsevents>: Yarn's own patches take every request.
function builtinSource(range: string): string | undefined {
  if (!range.startsWith('patch:')) return undefined;
  const hash = range.indexOf('#');
  if (hash === -1 || !range.includes('builtin<', hash)) return undefined;
  const { name, rest } = splitAt(decode(range.slice('patch:'.length, hash)));
  return `${name}@npm:${stripNpm(rest)}`;
}
