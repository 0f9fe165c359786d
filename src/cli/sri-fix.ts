import type { Io } from '../io.ts';
import { connection } from '../online.ts';
import { plain } from '../plain.ts';
import { fetcher } from '../policy/fetcher.ts';
import { loadPolicy } from '../policy/load.ts';
import { folderOf } from '../read.ts';
import { sriFixJson, sriFixText } from '../report/sri-fix.ts';
import type { Algorithm } from '../sri.ts';
import { type SriFixResult, sriFix } from '../sri-fix/run.ts';
import type { Values } from './commands.ts';
import { deliver, extensionsOf, mirrorIn, privateHosts, progressOf, siteOf } from './output.ts';

/** `vakt sri-fix`: 0; 1 where a hash is wrong or --check would change something; 3 where a hash could not be learnt. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
  const network = connection(io, io.cwd, values.offline === true, privateHosts(values));
  const check = values.check === true;
  const dryRun = values['dry-run'] === true;
  try {
    const policy = await loadPolicy(io, folderOf(io, paths), undefined, fetcher(io, network));
    const result = await sriFix(io, {
      paths: paths.length === 0 ? ['.'] : paths,
      site: siteOf(values.site as string | undefined),
      ownOrigins: policy.ownOrigins,
      selection: policy,
      mirror: mirrorIn(io, values),
      local: values.local === true,
      root: values.root as string | undefined,
      update: values.update === true,
      pin: values.pin === true,
      verify: values.verify === true,
      paranoid: values.paranoid === true,
      check,
      dryRun,
      lock: values.lock === true,
      algorithm: values.algorithm as Algorithm,
      extensions: extensionsOf(values),
      network: network.open,
      progress: progressOf(io),
    });
    deliver(io, values, report(io, result, values, check || dryRun));
    return result.exitCode;
  } finally {
    await network.close();
  }
}

function report(io: Io, result: SriFixResult, values: Values, dry: boolean): string | Uint8Array {
  if (values.format === 'json') return sriFixJson(result);
  const text = sriFixText(result, { dry });
  // A terminal must not be steered by a page; a program wants a diff that can be applied.
  if (io.columns !== undefined && values['output-file'] === undefined)
    return `${result.pages.map(({ diff = '' }) => plain(diff)).join('')}${text}`;
  const patches = result.pages.flatMap(({ patch }) => patch ?? []);
  return Buffer.concat([...patches, Buffer.from(text)]);
}
