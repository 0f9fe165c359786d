import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { folderOfLock, history } from '../history.ts';
import type { Io } from '../io.ts';
import type { Connection } from '../online.ts';
import type { Policy } from '../policy/policy.ts';
import { outputsOf } from '../report/formats.ts';
import { historyJson, historyText } from '../report/history.ts';
import type { Values } from './commands.ts';
import { checkFiles, deliverAll } from './output.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** `vakt scan --history 90d`: the exit code of what was found in the lock files of that time. */
export async function runHistory(
  paths: readonly string[],
  values: Values,
  io: Io,
  { policy, open }: { policy: Policy; open: Connection['open'] },
): Promise<number> {
  const [path = '.', ...more] = paths;
  if (more.length > 0)
    throw new UserError('looks at one folder at a time', { where: '--history', hint: 'name one path' });
  const outputs = outputsOf(
    (values.format ?? []) as readonly string[],
    values['output-file'] as string | undefined,
  );
  const odd = outputs.find(({ format }) => format !== 'text' && format !== 'json');
  if (odd !== undefined)
    throw new UserError(`history is told as text or json, not as ${odd.format}`, {
      where: '--format',
      hint: '--format json',
    });
  checkFiles(io, outputs);
  const found = await history(io, {
    folder: folderOfLock(io, resolve(io.cwd, path)),
    since: startOf(String(values.history), io.now()),
    policy,
    malwareOnly: values.only === 'malware',
    db: values.db as string | undefined,
    open,
  });
  const made = outputs.map((output) => ({
    ...output,
    text: output.format === 'json' ? historyJson(found) : historyText(found, io.now()),
  }));
  deliverAll(io, made);
  return found.exitCode;
}

/** `90d` before now, or a day as it is written. Throws UserError. */
function startOf(text: string, now: Date): Date {
  const days = /^([1-9]\d{0,4})d$/.exec(text)?.[1];
  if (days !== undefined) return new Date(now.getTime() - Number(days) * DAY_MS);
  const date = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new UserError(`"${text}" is no time to look back`, {
    where: '--history',
    hint: 'a number of days (90d) or a day (2026-09-01)',
  });
}
