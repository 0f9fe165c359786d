import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { oneLine } from '../plain.ts';
import { readAll } from '../read.ts';
import { addInstalledLicenses } from '../readers/installed.ts';
import { toBill } from '../report/bill.ts';
import type { Values } from './commands.ts';
import { deliver, progressOf } from './output.ts';

/** `vakt sbom`: 0, or 3 where a part of a lock file could not be read. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
  const created = createdAt(io);
  const offline = values.offline === true;
  const { root, trees, gaps } = await readAll(io, { paths, offline, progress: progressOf(io) });
  addInstalledLicenses(io, root, trees);
  const bill = toBill(trees, {
    project: basename(root) || root,
    created,
    omitDev: values.omit === 'dev',
    gaps,
  });
  const print =
    values.format === 'spdx'
      ? (await import('../report/spdx.ts')).spdx
      : (await import('../report/cyclonedx.ts')).cyclonedx;
  deliver(io, values, print(bill));
  const all = [...trees.flatMap((tree) => tree.gaps), ...gaps];
  for (const { source, reason } of all) io.err(`vakt: ${oneLine(`${source}: ${reason}`)}\n`);
  return all.some(({ fact }) => fact === 'files') ? EXIT.incomplete : EXIT.pass;
}

/** Now, or the time that a reproducible build sets. https://reproducible-builds.org/specs/source-date-epoch/ */
function createdAt(io: Io): Date {
  const { SOURCE_DATE_EPOCH: epoch } = io.env;
  if (epoch === undefined || epoch === '') return io.now();
  // The year 9999: beyond, dates are written otherwise.
  if (/^\d{1,12}$/.test(epoch) && Number(epoch) < 253_402_300_800) return new Date(Number(epoch) * 1000);
  throw new UserError(`"${epoch}" is no number of seconds since 1970`, {
    where: 'SOURCE_DATE_EPOCH',
    hint: 'set it to the output of git log -1 --pretty=%ct',
  });
}
