/** A project in memory, and short forms of a tree for assertions. */
import * as path from 'node:path';
import { UserError } from '../../src/errors.ts';
import type { Entry, Io } from '../../src/io.ts';
import type { Edge, Tree, TreeNode } from '../../src/model.ts';

export const ROOT = '/project';

/** An Io that holds `files` (paths from ROOT) and nothing else. */
export function memoryIo(files: Record<string, string | Uint8Array>): Io {
  const contents = new Map(
    Object.entries(files).map(([file, text]) => [path.join(ROOT, file), Buffer.from(text)]),
  );
  const folders = new Map<string, Map<string, Entry>>();
  for (const file of contents.keys()) {
    let kind: Entry['kind'] = 'file';
    for (let at = file; at !== path.dirname(at); at = path.dirname(at)) {
      const parent = folders.get(path.dirname(at)) ?? new Map<string, Entry>();
      folders.set(path.dirname(at), parent.set(path.basename(at), { name: path.basename(at), kind }));
      kind = 'directory';
    }
  }
  const unused = (): never => {
    throw new Error('readers do not do this');
  };
  return {
    cwd: ROOT,
    env: {},
    now: () => new Date(0),
    readFile(file) {
      const bytes = contents.get(file);
      if (bytes === undefined) throw new UserError('does not exist', { where: file });
      return bytes;
    },
    kind: (file) => (contents.has(file) ? 'file' : folders.has(file) ? 'directory' : undefined),
    list: (folder) => [...(folders.get(folder)?.values() ?? [])],
    real: unused,
    open: unused,
    writeFile: unused,
    rewrite: unused,
    create: unused,
    makeExecutable: () => {},
    remove: unused,
    out: unused,
    err: unused,
    columns: undefined,
  };
}

/** `name@version` of all nodes, `!` for importers, sorted. */
export function inventory(tree: Tree): string[] {
  return tree.nodes.map((node) => `${node.importer ? '!' : ''}${node.name}@${node.version}`).sort();
}

/** The only node of that name (or alias). */
export function nodeOf(tree: Tree, name: string): TreeNode {
  const found = tree.nodes.filter((node) => node.name === name || node.alias === name);
  const [node] = found;
  if (node === undefined || found.length > 1) throw new Error(`${found.length} nodes are called ${name}`);
  return node;
}

/** `prod name@spec -> name@version` of each edge, sorted; `nothing` where nothing answers. */
export function edges(node: TreeNode): string[] {
  return node.edges.map(short).sort();
}

function short({ name, spec, type, to }: Edge): string {
  return `${type} ${name}@${spec} -> ${to ? `${to.name}@${to.version}` : 'nothing'}`;
}

/** `fact: reason` of each gap. */
export function gaps(tree: Tree): string[] {
  return tree.gaps.map(({ fact, reason }) => `${fact}: ${reason}`);
}

/** `manifest name wanted/locked file:line` of each disagreement. */
export function drift(tree: Tree): string[] {
  return tree.drift.map(({ manifest, name, wanted, locked, location }) => {
    return `${manifest} ${name} ${wanted ?? '-'}/${locked ?? '-'} ${location.file}:${location.line}`;
  });
}

/** `file:line:column` of a node, and the text that stands there up to the end of the line. */
export function placeOf(tree: Tree, node: TreeNode, bytes: string | Uint8Array): string {
  const { line, column, offset } = tree.locate(node);
  const rest = Buffer.from(bytes).subarray(offset).toString().split('\n', 1)[0];
  return `${line}:${column} ${rest}`;
}
