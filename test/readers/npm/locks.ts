/** Lock files in memory for the tests of the npm reader. */
import { posix } from 'node:path';
import { UserError } from '../../../src/errors.ts';
import type { Entry, Io } from '../../../src/io.ts';
import type { Tree, TreeNode } from '../../../src/model.ts';
import { type NpmOptions, readNpm } from '../../../src/readers/npm/index.ts';

export const REGISTRY = 'https://registry.example.test';

/** An Io on files in memory; paths are absolute or relative to `/p`. Writing fails: the reader must not. */
export function memoryIo(files: Readonly<Record<string, string | Buffer>>): Io {
  const at = new Map(
    Object.entries(files).map(([file, text]) => [posix.resolve('/p', file), Buffer.from(text)]),
  );
  const folders = new Set<string>(['/']);
  for (const file of at.keys()) {
    for (let folder = posix.dirname(file); !folders.has(folder); folder = posix.dirname(folder))
      folders.add(folder);
  }
  const kind = (file: string) => (at.has(file) ? 'file' : folders.has(file) ? 'directory' : undefined);
  const refuse = (): never => {
    throw new Error('not for the reader');
  };
  return {
    cwd: '/p',
    env: {},
    now: refuse,
    readFile(file) {
      const found = at.get(file);
      if (found === undefined) throw new UserError('does not exist', { where: file });
      return found;
    },
    kind,
    list(folder): Entry[] {
      const names = [...at.keys(), ...folders].filter(
        (path) => path !== '/' && posix.dirname(path) === folder,
      );
      return names.map((path) => ({ name: posix.basename(path), kind: kind(path) ?? 'other' }));
    },
    real: refuse,
    open: refuse,
    writeFile: refuse,
    rewrite: refuse,
    create: refuse,
    makeExecutable: () => {},
    remove: refuse,
    out: refuse,
    err: refuse,
    columns: undefined,
  };
}

/** Reads `/p` of files in memory. */
export function readFiles(
  files: Readonly<Record<string, string | Buffer>>,
  target = '.',
  options: Partial<NpmOptions> = {},
): Promise<Tree> {
  return readNpm(memoryIo(files), target, { root: '/p', ...options });
}

/** Reads one lock file with the given packages table, and package.json files beside it. */
export function readPackages(
  packages: Record<string, unknown>,
  manifests: Record<string, unknown> = {},
  version: unknown = 3,
): Promise<Tree> {
  const files: Record<string, string> = {
    'package-lock.json': JSON.stringify({ name: 'app', lockfileVersion: version, packages }, null, 2),
  };
  for (const [folder, manifest] of Object.entries(manifests)) {
    files[posix.join(folder, 'package.json')] = JSON.stringify(manifest, null, 2);
  }
  return readFiles(files);
}

/** The node at a key; fails when there is none. */
export function nodeAt(tree: Tree, key: string): TreeNode {
  const found = key === '' ? tree.root : tree.nodes.find((node) => node.key === key);
  if (found === undefined)
    throw new Error(`no node at "${key}" among ${tree.nodes.map((n) => n.key).join(', ')}`);
  return found;
}

/** An entry of a registry package as npm writes it. */
export function entry(
  name: string,
  version: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const base = name.slice(name.indexOf('/') + 1);
  return {
    version,
    resolved: `${REGISTRY}/${name}/-/${base}-${version}.tgz`,
    integrity: `sha512-${Buffer.from(`${name}@${version}`.padEnd(64, '.')).toString('base64')}`,
    ...more,
  };
}

/** `name type target` of each edge, sorted; `-` where nothing answers. */
export function edgesOf(node: TreeNode): string[] {
  return node.edges.map(({ name, type, to }) => `${name} ${type} ${to === undefined ? '-' : to.key}`).sort();
}
