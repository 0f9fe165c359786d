/**
 * The places of a packages table as npm sees them: which folder holds which, which link leads where, what
 * `require` from one place finds. https://docs.npmjs.com/cli/v11/configuring-npm/folders
 */
import type { TreeNode } from '../../model.ts';
import { parentLocation } from './paths.ts';
import type { LockEntry } from './table.ts';

export interface Slot {
  location: string;
  /** The name it is installed under, or its folder's. */
  name: string;
  /** The folder whose node_modules holds it; undefined for folders of somebody's own. */
  holder: string | undefined;
  entry: LockEntry;
  node: TreeNode;
  /** The package (or project) whose node_modules holds this one. */
  parent: Slot | undefined;
  /** Where the search for a dependency goes on; the parent, or the nearest package around a folder. */
  outer: Slot | undefined;
  /** What is installed in this one's own node_modules, by the name it is installed under. */
  children: Map<string, Slot> | undefined;
  isLink: boolean;
  /** Where a link leads; undefined when the file has no entry there. */
  target: Slot | undefined;
}

/** A slot that is not connected yet. All its fields are there: one that comes later costs V8 an object of its own. */
export function newSlot(
  given: Pick<Slot, 'location' | 'name' | 'holder' | 'entry' | 'node' | 'isLink'>,
): Slot {
  const { location, name, holder, entry, node, isLink } = given;
  return {
    location,
    name,
    holder,
    entry,
    node,
    isLink,
    parent: undefined,
    outer: undefined,
    children: undefined,
    target: undefined,
  };
}

/** Sets parent, outer, children and target of all slots. */
export function connect(root: Slot, slots: readonly Slot[]): void {
  const byLocation = new Map<string, Slot>([['', root]]);
  for (const slot of slots) byLocation.set(slot.location, slot);
  for (const slot of slots) {
    const holder = slot.holder === undefined ? undefined : byLocation.get(slot.holder);
    if (holder !== undefined && !holder.isLink) {
      slot.parent = holder;
      slot.outer = holder;
      holder.children ??= new Map();
      holder.children.set(slot.name, slot);
      continue;
    }
    const outer = around(byLocation, slot.location);
    if (outer !== undefined) slot.outer = outer;
  }
}

/** No project's folders nest deeper; a bound for what hostile paths may cost. */
const FOLDERS_LIMIT = 100;

// The nearest package around a folder that is in nobody's node_modules. Links hold nothing: their targets do.
function around(byLocation: ReadonlyMap<string, Slot>, location: string): Slot | undefined {
  let at = parentLocation(location);
  for (let steps = 0; at !== undefined && steps < FOLDERS_LIMIT; at = parentLocation(at), steps++) {
    const found = byLocation.get(at);
    if (found !== undefined && !found.isLink) return found;
  }
  return at === undefined ? undefined : byLocation.get('');
}

/** What `from` gets when it asks for `name`: the nearest one up the tree. */
export function resolve(from: Slot, name: string): Slot | undefined {
  for (let at: Slot | undefined = from; at !== undefined; at = at.outer) {
    const found = at.children?.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
