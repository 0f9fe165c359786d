import { join, relative } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT, type Finding } from '../model.ts';
import { oneLine, plural } from '../plain.ts';
import { findPolicy } from '../policy/load.ts';
import { addIgnores, type NewIgnore } from '../policy/write.ts';
import type { Values } from './commands.ts';
import { report } from './scan.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * `vakt ignore <advisory or fingerprint> --reason … --until 90d`, or `--all` for everything that is open: writes the
 * entries into the policy of the folder. 0; UserError where nothing fits or the file cannot be kept as it is.
 */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const { reason, until = '90d' } = values;
  const owner = values.owner ?? io.env.GIT_AUTHOR_EMAIL ?? io.env.EMAIL ?? io.env.USER;
  if (typeof reason !== 'string') throw missing('--reason', 'why is this acceptable?');
  if (typeof owner !== 'string' || owner === '') throw missing('--owner', 'who answers for it?');
  const common = { reason, owner, until: lastDay(String(until), io.now()) };
  const entries = values.all === true ? await baseline(values, io, common) : [named(operands, common)];
  const file = findPolicy(io, io.cwd) ?? join(io.cwd, 'vakt.yml');
  addIgnores(io, file, entries);
  const name = relative(io.cwd, file) || file;
  io.out(`${oneLine(`${plural(entries.length, 'entry', 'entries')} in ${name}, until ${common.until}`)}\n`);
  return EXIT.pass;
}

function named(operands: readonly string[], common: NewIgnore): NewIgnore {
  const [what, ...more] = operands;
  if (what === undefined || more.length > 0)
    throw missing('one advisory or fingerprint', 'vakt ignore GHSA-…');
  return /^[0-9a-f]{32}$/.test(what) ? { fingerprint: what, ...common } : { id: what, ...common };
}

/** Everything that is open now, finding by finding: what comes later is not accepted with it. */
async function baseline(values: Values, io: Io, common: NewIgnore): Promise<NewIgnore[]> {
  const { findings } = await report([], { ...values, policy: undefined }, io);
  const open = findings.filter(
    ({ level, rule }) => (level === 'block' || level === 'todo') && rule !== 'malware',
  );
  if (open.length === 0) throw new UserError('nothing is open', { where: 'ignore --all' });
  return open.map((finding) => ({ ...subjectOf(finding), ...common }));
}

function subjectOf({ fingerprint, rule }: Finding): Partial<NewIgnore> {
  return { rule, fingerprint };
}

/** `90d` from today, or a day as it is written. */
function lastDay(text: string, now: Date): string {
  const days = /^([1-9]\d{0,3})d$/.exec(text)?.[1];
  if (days !== undefined) return new Date(now.getTime() + Number(days) * DAY_MS).toISOString().slice(0, 10);
  const date = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && date.toISOString().startsWith(text)) return text;
  throw new UserError(`"${text}" is no end`, {
    where: '--until',
    hint: 'a number of days (90d) or a day (2027-03-31)',
  });
}

function missing(what: string, hint: string): UserError {
  return new UserError(`${what} is missing`, { where: 'ignore', hint });
}
