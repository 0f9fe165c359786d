import { resolve } from 'node:path';
import type { Io } from '../io.ts';
import type { Severity } from '../model.ts';
import { withBar } from '../policy/layers.ts';
import { loadPolicy } from '../policy/load.ts';
import { print, toReportJson } from '../report/json.ts';
import type { Look } from '../report/report.ts';
import { text } from '../report/text.ts';
import { scan } from '../scan.ts';
import type { Values } from './commands.ts';
import { deliver, extensionsOf, lookOf, progressOf, siteOf } from './output.ts';

/** `vakt scan`: the verdict's exit code. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
  const folder = paths.length === 1 ? resolve(io.cwd, paths[0] ?? '.') : io.cwd;
  const policy = await loadPolicy(io, folder, values.policy as string | undefined);
  const bar = values['fail-on'] as Severity | undefined;
  const report = await scan(io, {
    paths,
    offline: values.offline === true,
    progress: progressOf(io),
    policy: bar === undefined ? policy : withBar(policy, bar),
    db: values.db as string | undefined,
    only: values.only as 'deps' | 'web' | undefined,
    site: siteOf(values.site as string | undefined),
    mirror: values.mirror as string | undefined,
    extensions: extensionsOf(values),
  });
  const look: Look = { ...lookOf(io, values), all: values.all === true, now: io.now() };
  deliver(io, values, values.format === 'json' ? print(toReportJson(report)) : text(report, look));
  return report.exitCode;
}
