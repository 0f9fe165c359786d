import type { Io } from '../io.ts';
import { preset } from '../policy/presets.ts';
import { print, toReportJson } from '../report/json.ts';
import type { Look } from '../report/report.ts';
import { text } from '../report/text.ts';
import { scan } from '../scan.ts';
import type { Values } from './commands.ts';
import { deliver, lookOf, progressOf } from './output.ts';

/** `vakt scan`: the verdict's exit code. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
  const report = await scan(io, {
    paths,
    offline: values.offline === true,
    progress: progressOf(io),
    policy: preset(String(values.policy)),
    db: values.db as string | undefined,
  });
  const look: Look = { ...lookOf(io, values), all: values.all === true, now: io.now() };
  deliver(io, values, values.format === 'json' ? print(toReportJson(report)) : text(report, look));
  return report.exitCode;
}
