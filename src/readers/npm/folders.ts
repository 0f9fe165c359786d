/** Names and versions of the folders that lock files link to. */
import type { Manifests } from './build.ts';
import { textIn } from './fields.ts';
import type { Slot } from './slots.ts';

/**
 * Folders that links lead to have an own name in the file where it is not the folder's, and a version where they have
 * one. Version 1 and other tools than npm leave that out: package.json has it; else a member is called as it is linked.
 */
export function describeFolders(slots: readonly Slot[], manifests: Manifests): void {
  for (const { target, name } of slots) {
    if (target === undefined || target.holder !== undefined || target.location === '') continue;
    const { node, entry, location } = target;
    if (typeof entry.meta.name === 'string' && node.version !== '') continue;
    const manifest = manifests(location);
    const text = (field: string) => manifest && textIn(manifest, () => [], manifest.value, field);
    if (typeof entry.meta.name !== 'string') node.name = text('name') ?? (node.importer ? name : node.name);
    if (node.version === '') node.version = text('version') ?? '';
  }
}
