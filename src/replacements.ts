/** What can stand in for a package: module-replacements, kept by the e18e community. https://e18e.dev/docs/replacements */
import { all, type ModuleReplacement } from 'module-replacements';

/** Names that the data spells as people do and not as npm does. */
const CORRECTIONS: ReadonlyMap<string, string> = new Map([['day.js', 'dayjs']]);
const MOST = 3;

/** By package name, what stands in for it, in words: `fetch (Node 18 or later), ofetch or ky`. */
export function replacementsFor(names: Iterable<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of new Set(names)) {
    const ids = Object.hasOwn(all.mappings, name) ? all.mappings[name]?.replacements : undefined;
    const words: string[] = [];
    for (const id of ids ?? []) {
      const one = Object.hasOwn(all.replacements, id) ? all.replacements[id] : undefined;
      const said = one === undefined ? undefined : wordsFor(one, name);
      if (said !== undefined && words.length < MOST) words.push(said);
    }
    const last = words.pop();
    if (last !== undefined) found.set(name, words.length === 0 ? last : `${words.join(', ')} or ${last}`);
  }
  return found;
}

function wordsFor(one: ModuleReplacement, name: string): string | undefined {
  if (one.type === 'documented') {
    const other = CORRECTIONS.get(one.replacementModule) ?? one.replacementModule;
    return other === name ? undefined : other;
  }
  if (one.type === 'native') {
    const node = one.engines?.find(({ engine }) => engine === 'nodejs')?.minVersion;
    return node === undefined ? one.id : `${one.id} (Node ${node.replace(/(?:\.0)+$/, '')} or later)`;
  }
  return `plain JavaScript (${one.description.replaceAll('`', '').replace(/\.$/, '')})`;
}
