/** Builders for the tests of advisories. */
import { crc32, deflateRawSync } from 'node:zlib';
import type { Package, TreeNode } from '../../../src/model.ts';
import { toPurl } from '../../../src/purl.ts';

export type Events = Record<string, string>[];

/** An OSV record of one package, with whatever else is given. */
export function osv(id: string, affected: unknown, more: object = {}): Record<string, unknown> {
  return { schema_version: '1.7.0', id, modified: '2024-01-01T00:00:00Z', affected, ...more };
}

/** An `affected` entry with one SEMVER range of these events. */
export function ranged(name: string, ...ranges: Events[]): Record<string, unknown> {
  return {
    package: { ecosystem: 'npm', name },
    ranges: ranges.map((events) => ({ type: 'SEMVER', events })),
  };
}

/** An `affected` entry that names versions. */
export function named(name: string, ...versions: string[]): Record<string, unknown> {
  return { package: { ecosystem: 'npm', name }, versions };
}

/** One entry of an inventory: `pkg('lodash@4.17.20', { source: 'git' })`. */
export function pkg(spec: string, more: Partial<Package> = {}): Package {
  const at = spec.lastIndexOf('@');
  const [name, version] = [spec.slice(0, at), spec.slice(at + 1)];
  const root: TreeNode = {
    key: '',
    name: 'root',
    version: '',
    source: 'workspace',
    scope: 'prod',
    direct: null,
    importer: true,
    installScript: null,
    edges: [],
  };
  const tree = {
    file: 'package-lock.json',
    manager: 'npm' as const,
    format: 'package-lock v3',
    root,
    nodes: [],
    locate: () => ({ file: 'package-lock.json', line: 1, column: 1, offset: 0 }),
    gaps: [],
    drift: [],
  };
  return {
    name,
    version,
    purl: toPurl(name, version),
    scope: 'prod',
    direct: null,
    source: 'registry',
    installScript: null,
    importer: false,
    tree,
    nodes: [],
    ...more,
  };
}

export interface ZipFile {
  name: string;
  content: Buffer;
  /** Left as it is instead of deflated. */
  stored?: boolean;
  /** What the directory claims instead of the truth. */
  claims?: Partial<{
    crc: number;
    size: number;
    packed: number;
    method: number;
    flags: number;
    offset: number;
  }>;
}

/** A zip archive, honest but for what `claims` say. `big` writes the 64-bit records. */
export function zip(files: readonly ZipFile[], big = false): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored, claims } of files) {
    const data = stored ? content : deflateRawSync(content);
    const truth = { crc: crc32(content), size: content.length, packed: data.length, method: stored ? 0 : 8 };
    const told = { ...truth, flags: 0, offset, ...claims };
    const title = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(title.length, 26);
    local.writeUInt16LE(4, 28);
    const body = Buffer.concat([local, title, Buffer.alloc(4), data]);
    bodies.push(body);
    directory.push(entry(title, told, big));
    offset += body.length;
  }
  const index = Buffer.concat(directory);
  return Buffer.concat([...bodies, index, ...ends(files.length, index.length, offset, big)]);
}

function entry(
  title: Buffer,
  told: { crc: number; size: number; packed: number; method: number; flags: number; offset: number },
  big: boolean,
): Buffer {
  const extra = Buffer.alloc(big ? 28 : 0);
  if (big) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(told.size), 4);
    extra.writeBigUInt64LE(BigInt(told.packed), 12);
    extra.writeBigUInt64LE(BigInt(told.offset), 20);
  }
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(told.flags, 8);
  head.writeUInt16LE(told.method, 10);
  head.writeUInt32LE(told.crc, 16);
  head.writeUInt32LE(big ? 0xffffffff : told.packed, 20);
  head.writeUInt32LE(big ? 0xffffffff : told.size, 24);
  head.writeUInt16LE(title.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE(big ? 0xffffffff : told.offset, 42);
  return Buffer.concat([head, title, extra]);
}

function ends(count: number, size: number, offset: number, big: boolean): Buffer[] {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(big ? 0xffff : count, 10);
  end.writeUInt32LE(big ? 0xffffffff : size, 12);
  end.writeUInt32LE(big ? 0xffffffff : offset, 16);
  if (!big) return [end];
  const wide = Buffer.alloc(56);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(BigInt(count), 32);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  return [wide, locator, end];
}
