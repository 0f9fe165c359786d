/** Yarn's `resolutions` of the root package.json, in the manners of Yarn 1 and of berry. */
import { splitAt } from '../spec.ts';

export interface Resolution {
  /** As written, to name it in a message. */
  selector: string;
  name: string;
  /** The range it replaces; undefined for every range. */
  range: string | undefined;
  /** The package whose dependency it replaces; undefined for all. Only the nearest parent is kept. */
  parent: string | undefined;
  value: string;
}

/** Three names of 214 characters, and ranges: longer ones mean no package. */
const SELECTOR_LENGTH = 1000;

/** Resolutions by the name of the package that they replace. */
export function parseResolutions(written: Iterable<[string, string]>): Map<string, Resolution[]> {
  const byName = new Map<string, Resolution[]>();
  for (const [selector, value] of written) {
    if (selector.length > SELECTOR_LENGTH) continue;
    const resolution = parseSelector(selector, value);
    const known = byName.get(resolution.name);
    if (known) known.push(resolution);
    else byName.set(resolution.name, [resolution]);
  }
  return byName;
}

// a, @s/a, a@npm:^1, parent/a, parent@npm:1/a, **/a, parent/**/a
function parseSelector(selector: string, value: string): Resolution {
  const parts: string[] = [];
  for (const part of selector.split('/')) {
    const last = parts[parts.length - 1];
    // A scope, or the inside of a range such as npm:@scope/name, belongs to what follows.
    if (last !== undefined && (/^@[^@/]+$/.test(last) || /@[a-z+]+:@[^@/]*$/.test(last))) {
      parts[parts.length - 1] = `${last}/${part}`;
    } else {
      parts.push(part);
    }
  }
  const { name, rest } = splitAt(parts[parts.length - 1] ?? '');
  const parent = parts.length > 1 ? parts[parts.length - 2] : undefined;
  return {
    selector,
    name,
    range: rest === '' ? undefined : rest,
    parent: parent === undefined || parent === '**' ? undefined : splitAt(parent).name,
    value,
  };
}
