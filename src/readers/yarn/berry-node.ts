/** One entry of berry's yarn.lock: descriptors in the key, the locator in `resolution`. */
import type { Source, TreeNode } from '../../model.ts';
import type { Manifest } from '../manifests.ts';
import { newNode } from '../reach.ts';
import { sourceOfSpec, splitAt } from '../spec.ts';
import { textAt, type YamlMap } from '../yaml/value.ts';

export interface BerryEntry {
  node: TreeNode;
  map: YamlMap;
  /** `name@range`, one for each request that this package answers. */
  descriptors: string[];
  /** `name@reference`: the package that answers. */
  locator: string;
}

/** The node of an entry, or undefined when it has no resolution. */
export function newBerryNode(
  key: string,
  map: YamlMap,
  manifest: (id: string) => Manifest | undefined,
): BerryEntry | undefined {
  const locator = textAt(map, 'resolution');
  if (locator === undefined) return undefined;
  const { name, rest } = splitAt(locator);
  if (name === '' || rest === '') return undefined;
  // virtual:<hash>#<reference>: one package seen with other peers.
  const reference = rest.replace(/^virtual:[^#]*#/, '');
  const source = sourceOfReference(reference);
  const descriptors = key.split(',').map((descriptor) => descriptor.trim());
  // Folders have no version of their own in the file.
  const said = textAt(map, 'version') ?? '';
  const version = said === '0.0.0-use.local' ? '' : said;
  if (source === 'workspace') {
    const id = reference.slice('workspace:'.length).replace(/^\.\//, '') || '.';
    const own = manifest(id);
    const node = newNode(id, own?.name ?? name, own ? (own.version ?? '') : said, 'workspace');
    node.importer = true;
    return { node, map, descriptors, locator };
  }
  // Yarn fetches what the locator says, whatever stands beside it.
  const located = source === 'registry' ? withoutBindings(reference).slice('npm:'.length) : '';
  const node = newNode(locator, name, /^\d+\.\d+\.\d+/.test(located) ? located : version, source);
  const resolved = resolvedOf(reference, source);
  if (resolved !== undefined) node.resolved = resolved;
  // A digest of Yarn's own zip archive, so no integrity of a tarball: https://yarnpkg.com/configuration/yarnrc
  const checksum = textAt(map, 'checksum');
  if (checksum !== undefined) node.checksum = checksum;
  if (textAt(map, 'conditions') !== undefined) node.conditional = true;
  return { node, map, descriptors, locator };
}

function sourceOfReference(reference: string): Source {
  if (reference.startsWith('npm:')) return 'registry';
  if (reference.startsWith('file:')) return 'file';
  return sourceOfSpec(withoutBindings(reference));
}

function resolvedOf(reference: string, source: Source): string | undefined {
  const plain = withoutBindings(reference);
  if (source === 'registry') {
    // Only an address that Yarn cannot compute is written down.
    const bindings = reference.slice(plain.length + '::'.length).split('&');
    const archive = bindings.find((binding) => binding.startsWith('__archiveUrl='));
    return archive === undefined ? undefined : decode(archive.slice('__archiveUrl='.length));
  }
  return source === 'patch' ? undefined : plain;
}

/** A range or reference without the parameters that Yarn binds to it: `::version=1.2.3&hash=…`. */
export function withoutBindings(range: string): string {
  const at = range.indexOf('::');
  return at === -1 ? range : range.slice(0, at);
}

/** The inside of percent-encoding; the text itself when that is broken. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
