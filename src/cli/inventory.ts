import { dependentsOf, ownInventory, toPackages } from '../inventory.ts';
import type { Io } from '../io.ts';
import { EXIT, type Package } from '../model.ts';
import { oneLine } from '../plain.ts';
import { readAll } from '../read.ts';
import { print, toInventoryJson } from '../report/json.ts';
import type { Values } from './commands.ts';
import { deliver, progressOf } from './output.ts';

/** `vakt inventory`: 0, or 3 where a part of a lock file could not be read. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
  const {
    trees,
    loads,
    gaps: others,
  } = await readAll(io, {
    paths,
    offline: values.offline === true,
    progress: progressOf(io),
  });
  const packages = trees.flatMap(toPackages);
  const listed = ownInventory(packages, values['include-workspace'] === true);
  const gaps = [...trees.flatMap((tree) => tree.gaps), ...others];
  const json = () => print(toInventoryJson(listed, dependentsOf(packages), loads, gaps));
  deliver(io, values, values.format === 'json' ? json() : table(listed));
  for (const { source, reason } of gaps) io.err(`vakt: ${oneLine(`${source}: ${reason}`)}\n`);
  return gaps.some(({ fact }) => fact === 'files') ? EXIT.incomplete : EXIT.pass;
}

function table(packages: readonly Package[]): string {
  const rows = packages.map(({ name, version, scope, source, alias }) => {
    const known = alias === undefined ? '' : `  (as ${alias})`;
    return oneLine(`${name}@${version}  ${scope}${source === 'registry' ? '' : `  ${source}`}${known}`);
  });
  return `${[...rows, `${packages.length} packages`].join('\n')}\n`;
}
