import { join, relative } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { oneLine, plural } from '../plain.ts';
import { findPolicy } from '../policy/load.ts';
import { addIgnores, type NewIgnore } from '../policy/write.ts';
import { EXPLANATIONS } from '../rules/explanations.ts';
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
  const what = values.all === true ? undefined : meant(operands);
  const example = `vakt ignore ${what?.id ?? what?.fingerprint ?? '--all'} --reason "only our own globs"`;
  if (typeof reason !== 'string') throw missing('--reason', `say why this is acceptable: ${example}`);
  if (typeof owner !== 'string' || owner === '')
    throw missing('--owner', `say who answers for it: ${example} --owner web@acme.example`);
  const common = { reason, owner, until: lastDay(String(until), io.now()) };
  const { entries, left } =
    what === undefined ? await baseline(values, io, common) : { entries: [{ ...what, ...common }], left: 0 };
  const file = findPolicy(io, io.cwd) ?? join(io.cwd, 'vakt.yml');
  const { added, renewed } = addIgnores(io, file, entries);
  const name = relative(io.cwd, file) || file;
  const done = [
    added > 0 ? `${plural(added, 'entry', 'entries')} added to ${name}` : '',
    renewed > 0 ? `${plural(renewed, 'entry', 'entries')} renewed in ${name}` : '',
  ].filter((part) => part !== '');
  io.out(`${oneLine(`${done.join(', ')}, until ${common.until}`)}\n`);
  if (left > 0) io.out(`${plural(left, 'finding')} of malware left open: remove it\n`);
  return EXIT.pass;
}

/** What an operand names. Advisory databases have ids such as GHSA-35jh-r3h4-6jhm, CVE-2021-23337 and MAL-2025-1. */
function meant(operands: readonly string[]): { id?: string; fingerprint?: string } {
  const [what, ...more] = operands;
  if (what === undefined || more.length > 0)
    throw missing('one advisory or fingerprint', 'such as: vakt ignore CVE-2024-4068 --reason "…"');
  if (/^[0-9a-f]{32}$/.test(what)) return { fingerprint: what };
  if (/^[a-z][a-z0-9]*-[\w.:-]*$/i.test(what) && !EXPLANATIONS.has(what)) return { id: what };
  throw new UserError(`"${what}" is no advisory and no fingerprint of a finding`, {
    where: 'ignore',
    hint: EXPLANATIONS.has(what)
      ? `it is a rule: switch it off in vakt.yml (rules: { ${what}: off }), or accept a finding by its fingerprint (vakt --format json)`
      : 'such as GHSA-…, CVE-…, or a fingerprint of vakt --format json',
  });
}

/** Everything that is open now, finding by finding: what comes later is not accepted with it. */
async function baseline(
  values: Values,
  io: Io,
  common: NewIgnore,
): Promise<{ entries: NewIgnore[]; left: number }> {
  const { findings } = await report([], { ...values, policy: undefined }, io);
  const acute = findings.filter(({ level }) => level === 'block' || level === 'todo');
  const open = acute.filter(({ rule }) => rule !== 'malware');
  const left = acute.length - open.length;
  if (open.length === 0) {
    const hint =
      left > 0 ? 'malware is never accepted with the rest: remove it' : 'there is nothing to accept';
    throw new UserError(left > 0 ? 'nothing but malware is open' : 'nothing is open', {
      where: 'ignore --all',
      hint,
    });
  }
  return { entries: open.map(({ rule, fingerprint }) => ({ rule, fingerprint, ...common })), left };
}

/** `90d` from today, or a day as it is written. */
function lastDay(text: string, now: Date): string {
  const days = /^([1-9]\d{0,3})d$/.exec(text)?.[1];
  if (days !== undefined) return new Date(now.getTime() + Number(days) * DAY_MS).toISOString().slice(0, 10);
  const date = new Date(`${text}T00:00:00Z`);
  if (
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(text)
  ) {
    if (text >= now.toISOString().slice(0, 10)) return text;
    throw new UserError(`${text} is over`, { where: '--until', hint: 'name a day that is still to come' });
  }
  throw new UserError(`"${text}" is no end`, {
    where: '--until',
    hint: 'a number of days (90d) or a day (2027-03-31)',
  });
}

function missing(what: string, hint: string): UserError {
  return new UserError(`${what} is missing`, { where: 'ignore', hint });
}
