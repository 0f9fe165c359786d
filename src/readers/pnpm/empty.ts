/** What is left to say where a file holds nothing, or not everything. */
import type { Gap, Tree } from '../../model.ts';
import type { Project } from '../manifests.ts';
import { newNode } from '../reach.ts';
import type { TextFile } from '../text.ts';
import { findDrift } from './drift.ts';

/** The tree of a file of no bytes: nothing is locked, and package.json tells whether something should be. */
export function emptyTree(lock: TextFile, project: Project): Tree {
  const root = newNode(
    '.',
    project.manifest('.')?.name ?? '',
    project.manifest('.')?.version ?? '',
    'workspace',
  );
  root.importer = true;
  return {
    file: lock.file,
    manager: 'pnpm',
    format: 'pnpm-lock, empty',
    root,
    nodes: [],
    locate: () => lock.locate(0),
    gaps: [gap('packages', 'the file is empty'), ...project.gaps],
    drift: findDrift(undefined, [{ id: '.', at: 0, locked: [] }], project, undefined, lock),
  };
}

/** Something that the lock file could not tell; never required, since the file itself was read. */
export function gap(fact: string, reason: string): Gap {
  return { source: 'pnpm', fact, reason, required: false };
}
