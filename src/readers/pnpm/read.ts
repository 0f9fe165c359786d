/**
 * Reads pnpm-lock.yaml, generations 5.0 to 9.x. pnpm 11 and newer put a document of their own in front (what
 * pnpm installs for itself); the last document is the project. All are read: see `TreeNode.environment`.
 */
import * as path from 'node:path';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { Gap, Tree, TreeNode } from '../../model.ts';
import { plural } from '../../plain.ts';
import { findImpostors } from '../impostors.ts';
import { openProject, type Project } from '../manifests.ts';
import { assignAliases, assignScopes, newNode } from '../reach.ts';
import { readText, type TextFile, where } from '../text.ts';
import { findUnanswered } from '../unanswered.ts';
import { readYaml } from '../yaml/read.ts';
import { isMap, mapAt, textAt, type YamlMap, type YamlValue } from '../yaml/value.ts';
import { type Context, type Packages, readPackages } from './document.ts';
import { findDrift, overriddenNames } from './drift.ts';
import { emptyTree, gap } from './empty.ts';
import {
  edgeOf,
  type Importer,
  isEnvironment,
  linkedId,
  readEnvironment,
  readImporters,
  specOf,
} from './importers.ts';
import { readSettings, type Settings } from './settings.ts';

const REWRITE = 'pnpm install --lockfile-only';

/** The tree of a pnpm-lock.yaml. Throws UserError with a line when the file cannot be understood. */
export async function readPnpm(io: Io, lockFilePath: string, { root }: { root: string }): Promise<Tree> {
  const lock = readText(io, lockFilePath, root, 'pnpm install');
  const documents = await readYaml(lock, { repeated: 'error' }, REWRITE);
  const project = openProject(io, root, lockFilePath, 'pnpm');
  const maps = documents.map((document) => asDocument(document, lock));
  const last = maps[maps.length - 1];
  if (last === undefined) return emptyTree(lock, project);
  const settings = await readSettings(io, root, project);
  const own = isEnvironment(last) ? undefined : last;
  const reading = start(lock, project, settings, own ?? last);
  if (own) readProject(reading, own);
  else reading.gaps.push(gap('packages', 'the file holds what pnpm installs for itself, and no project'));
  const environments = own ? maps.slice(0, -1) : maps;
  for (const [index, document] of environments.entries()) readOwn(reading, document, index);
  return await finish(reading, own);
}

/** What is under construction. */
interface Reading {
  lock: TextFile;
  project: Project;
  settings: Settings;
  context: Context;
  version: string;
  importers: Map<string, Importer & { node: TreeNode }>;
  root: TreeNode;
  nodes: TreeNode[];
  links: Map<string, TreeNode>;
  gaps: Gap[];
}

function asDocument(value: YamlValue, lock: TextFile): YamlMap {
  if (value === '') return { at: 0, entries: new Map() };
  if (isMap(value)) return value;
  throw new UserError('is no pnpm lock file', { where: where(lock, 0), hint: `write it anew: ${REWRITE}` });
}

function start(lock: TextFile, project: Project, settings: Settings, document: YamlMap): Reading {
  const version = textAt(document, 'lockfileVersion') ?? '';
  const major = majorOf(version, document, lock);
  const importers = new Map<string, Importer & { node: TreeNode }>();
  for (const importer of readImporters(document)) {
    const manifest = project.manifest(importer.id);
    const node = newNode(
      importer.id,
      manifest?.name ?? nameOf(importer.id),
      manifest?.version ?? '',
      'workspace',
    );
    node.importer = true;
    node.installScript = null;
    importers.set(importer.id, { ...importer, node });
  }
  const root = importers.get('.')?.node ?? newNode('.', project.manifest('.')?.name ?? '', '', 'workspace');
  root.importer = true;
  const folders = new Set(importers.keys());
  const { registries } = settings;
  const context = { lock, major, folders, registries, prefix: '', places: new Map() };
  return {
    lock,
    project,
    settings,
    context,
    version,
    importers,
    root,
    nodes: [],
    links: new Map(),
    gaps: [],
  };
}

// https://github.com/pnpm/spec/tree/master/lockfile; 7.0 was written by releases before 9.0 alone.
function majorOf(version: string, document: YamlMap, lock: TextFile): number {
  const major = Number(/^(\d+)(?:\.\d+)?(?:-[\w.]+)?$/.exec(version)?.[1]);
  if (major === 5 || major === 6 || major === 7 || major === 9) return major;
  const said = version === '' ? 'has no lockfileVersion' : `has the unknown lockfileVersion ${version}`;
  const hint = `vakt reads 5.0 to 9.x; "npx pnpm@10 install --lockfile-only" writes 9.0`;
  throw new UserError(said, { where: where(lock, document.at), hint });
}

function nameOf(id: string): string {
  return id === '.' ? '' : id.slice(id.lastIndexOf('/') + 1);
}

function readProject(reading: Reading, document: YamlMap): void {
  const { context, importers, nodes, root } = reading;
  for (const { id, at, node } of importers.values()) {
    context.places.set(node, at);
    if (id === '.') continue;
    nodes.push(node);
    root.edges.push({ name: node.name, spec: `workspace:${id}`, type: 'workspace', to: node });
  }
  const packages = readPackages(document, context, (name, reference, at) =>
    link(reading, '.', name, reference, at),
  );
  const catalogs = mapAt(document, 'catalogs');
  for (const importer of importers.values()) {
    for (const locked of importer.locked) {
      const { name, reference } = locked;
      const to = reference.startsWith('link:')
        ? link(reading, importer.id, name, reference, importer.at)
        : packages.find(name, reference);
      if (to === undefined) packages.missing.add(`${name}@${reference}`);
      importer.node.edges.push(edgeOf(locked, specOf(locked, catalogs), to));
    }
  }
  markPatches(packages.nodes, mapAt(document, 'patchedDependencies'), context.major);
  for (const node of packages.nodes) nodes.push(node);
  tellUnknown(reading, packages);
}

function link(reading: Reading, from: string, name: string, reference: string, at: number): TreeNode {
  const id = linkedId(from, reference);
  const importer = reading.importers.get(id);
  if (importer) return importer.node;
  let node = reading.links.get(id);
  if (node === undefined) {
    const manifest = reading.project.manifest(id);
    // A damaged file may ask for nothing by name; the folder has one.
    const called = (manifest?.name ?? name) || path.posix.basename(id) || id;
    node = newNode(`link:${id}`, called, manifest?.version ?? '', 'link');
    node.resolved = `link:${id}`;
    reading.context.places.set(node, at);
    reading.links.set(id, node);
    reading.nodes.push(node);
  }
  return node;
}

// Before 6.0 a patched package has nothing but a hash in its key.
function markPatches(nodes: TreeNode[], patches: YamlMap | undefined, major: number): void {
  if (patches === undefined || major >= 6) return;
  for (const node of nodes) {
    const patched = patches.entries.has(node.name) || patches.entries.has(`${node.name}@${node.version}`);
    if (patched && node.source === 'registry') node.source = 'patch';
  }
}

function tellUnknown({ gaps }: Reading, { missing, bundling }: Packages): void {
  if (missing.size > 0) {
    const [first] = missing;
    const more = missing.size > 1 ? ` and ${missing.size - 1} more` : '';
    gaps.push(gap('packages', `the file refers to ${first}${more} and does not hold it`));
  }
  if (bundling.length > 0) {
    const names = bundling.slice(0, 3).map(({ name, version }) => `${name}@${version}`);
    const more = bundling.length > 3 ? ` and ${bundling.length - 3} more` : '';
    const what = `what is bundled in ${plural(bundling.length, 'package')} is not listed`;
    gaps.push(gap('packages', `${what}: ${names.join(', ')}${more}`));
  }
}

function readOwn(reading: Reading, document: YamlMap, index: number): void {
  const { context, root, nodes } = reading;
  const major = majorOf(textAt(document, 'lockfileVersion') ?? '', document, reading.lock);
  const own = { ...context, major, prefix: index === 0 ? 'env:' : `env${index}:` };
  const packages = readPackages(document, own, (name, reference, at) =>
    link(reading, '.', name, reference, at),
  );
  for (const locked of readEnvironment(document)) {
    const to = packages.find(locked.name, locked.reference);
    if (to === undefined) packages.missing.add(`${locked.name}@${locked.reference}`);
    root.edges.push(edgeOf(locked, locked.specifier, to));
  }
  for (const node of packages.nodes) {
    node.environment = true;
    // Reached over no edge of the project: it runs where pnpm runs.
    node.scope = 'dev';
  }
  for (const node of packages.nodes) nodes.push(node);
  tellUnknown(reading, packages);
}

async function finish(reading: Reading, document: YamlMap | undefined): Promise<Tree> {
  const { lock, project, context, importers, root, nodes, gaps, version } = reading;
  const roots = new Set([root]);
  for (const { node } of importers.values()) roots.add(node);
  assignScopes(roots);
  assignAliases([...roots, ...nodes]);
  const drift = document ? findDrift(document, [...importers.values()], project, reading.settings, lock) : [];
  if (reading.settings.unreadable !== undefined) gaps.push(gap('drift', reading.settings.unreadable));
  const { places } = context;
  const tree: Tree = {
    file: lock.file,
    manager: 'pnpm',
    format: `pnpm-lock ${version}`,
    root,
    nodes,
    locate: (node) => lock.locate(places.get(node) ?? 0),
    gaps: [...gaps, ...project.gaps, ...missingManifests(importers, project)],
    drift,
  };
  // What packages ask for, pnpm writes as it was answered; and a pnpmfile may have changed any request.
  const isAsWritten =
    project.manifest('.') !== undefined && document?.entries.has('pnpmfileChecksum') === false;
  const overridden = overriddenNames(document, project, reading.settings);
  if (isAsWritten) drift.push(...findImpostors(tree, roots, overridden));
  // Both sides stand in the file itself: whatever a pnpmfile changed, it changed before they were written.
  if (document) drift.push(...(await findUnanswered(tree, [...roots, ...nodes], { overridden })));
  return tree;
}

function missingManifests(importers: Map<string, Importer>, project: Project): Gap[] {
  const missing = [...importers.keys()].filter(
    (id) => project.manifest(id) === undefined && !project.unreadable.has(id),
  );
  if (missing.length === 0) return [];
  const files = missing.slice(0, 3).map((id) => (id === '.' ? 'package.json' : `${id}/package.json`));
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  const what = `${plural(missing.length, 'package.json file')} not found, so not compared with the lock file`;
  return [gap('drift', `${what}: ${files.join(', ')}${more}`)];
}
