/**
 * One entry of bun.lock's `packages`: a tuple whose form depends on where the package comes from.
 * https://bun.sh/reference/bun/BunLockFile
 *
 * registry `[name@version, registry, info, integrity]` · git and GitHub `[name@git+…#commit, info, tag]` ·
 * tarball `[name@address, info, integrity?]` · folder and link `[name@file:path, info]` ·
 * member `[name@workspace:path]` · root `[name@root:, info]`.
 */
import type { Source, TreeNode } from '../../model.ts';
import { isObject, texts } from '../objects.ts';
import { newNode } from '../reach.ts';
import { sourceOfSpec, splitAt } from '../spec.ts';

export interface BunEntry {
  node: TreeNode;
  info: BunInfo;
  /** Path of the workspace member that this is. */
  member: string | undefined;
}

/** The part of a package.json that Bun keeps. */
export interface BunInfo {
  dependencies: Map<string, string>;
  devDependencies: Map<string, string>;
  optionalDependencies: Map<string, string>;
  peerDependencies: Map<string, string>;
  optionalPeers: Set<string>;
}

const SEMVER = /^\d+\.\d+\.\d+(?:[-+][\w.+-]*)?$/;
const INTEGRITY = /^sha(?:1|256|384|512)-/;

/** The entry under `key`, or undefined when the tuple has no form that Bun writes. */
export function readEntry(key: string, tuple: unknown): BunEntry | undefined {
  if (!Array.isArray(tuple)) return undefined;
  const parts: unknown[] = tuple;
  const [id] = parts;
  if (typeof id !== 'string') return undefined;
  const { name, rest } = splitAt(id);
  if (name === '' || rest === '') return undefined;
  if (SEMVER.test(rest)) return readRegistry(key, name, rest, parts);
  const info = parts.find(isObject);
  const source = sourceOfResolution(rest);
  const node = newNode(key, name, '', source);
  const member = rest.startsWith('workspace:') ? rest.slice('workspace:'.length) : undefined;
  if (member === undefined) node.resolved = rest;
  const integrity = parts.slice(1).find((part) => typeof part === 'string' && INTEGRITY.test(part));
  if (typeof integrity === 'string') node.integrity = integrity;
  return { node, info: readInfo(info), member };
}

function readRegistry(key: string, name: string, version: string, parts: unknown[]): BunEntry | undefined {
  const [, registry, info, integrity] = parts;
  if (typeof registry !== 'string' || !isObject(info)) return undefined;
  const bundled = info.bundled === true;
  const node = newNode(key, name, version, bundled ? 'bundled' : 'registry');
  if (typeof integrity === 'string' && integrity !== '') node.integrity = integrity;
  // Empty for the default registry; else the tarball's address, or the registry's own.
  if (registry !== '') {
    const base = registry.endsWith('/') ? registry : `${registry}/`;
    const file = `${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
    node.resolved = /\.t(?:ar\.)?gz(?:$|[?#])/.test(registry) ? registry : base + file;
  }
  return { node, info: readInfo(info), member: undefined };
}

function sourceOfResolution(rest: string): Source {
  if (rest.startsWith('root:')) return 'workspace';
  const source = sourceOfSpec(rest);
  // No range and no tag stands here: what looks like one is a path.
  return source === 'registry' ? 'file' : source;
}

/** The dependency tables of an info object or of a workspace member. */
export function readInfo(value: unknown): BunInfo {
  const info = isObject(value) ? value : {};
  const optionalPeers = Array.isArray(info.optionalPeers) ? info.optionalPeers : [];
  return {
    dependencies: texts(info.dependencies),
    devDependencies: texts(info.devDependencies),
    optionalDependencies: texts(info.optionalDependencies),
    peerDependencies: texts(info.peerDependencies),
    optionalPeers: new Set(optionalPeers.filter((name) => typeof name === 'string')),
  };
}
