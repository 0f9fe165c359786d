import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { nearest } from '../nearest.ts';
import { oneLine, plain } from '../plain.ts';
import { EXPLANATIONS } from '../rules/explanations.ts';
import { databaseFile } from '../sources/advisories/advise.ts';
import { openDatabase } from '../sources/advisories/database.ts';
import { pageOf } from '../sources/advisories/ids.ts';
import type { Values } from './commands.ts';

/** `vakt explain <rule or advisory>`: what it is, why it is a risk, what to do. 0; UserError for what is neither. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const [what] = operands;
  if (what === undefined)
    throw new UserError('what?', { where: 'explain', hint: 'vakt explain missing-sri' });
  const rule = EXPLANATIONS.get(what);
  io.out(rule === undefined ? advisory(what, values, io) : `${what}\n\n${rule}\n`);
  return EXIT.pass;
}

function advisory(id: string, values: Values, io: Io): string {
  const file = databaseFile(io, values.db as string | undefined);
  const near = nearest(id, EXPLANATIONS.keys());
  const rules =
    near === undefined ? `the rules are: ${[...EXPLANATIONS.keys()].join(', ')}` : `did you mean ${near}?`;
  if (io.kind(file) === undefined) {
    throw new UserError(`${id} is no rule, and there is no advisory database to look it up in`, {
      hint: rules,
    });
  }
  const database = openDatabase(io, file);
  try {
    const found = database.find(id);
    if (found.length === 0)
      throw new UserError(`${id} is neither a rule nor an advisory of the database`, { hint: rules });
    const lines = found.map(({ name, record }) => {
      const aliases = record.aliases.length > 0 ? ` (${record.aliases.join(', ')})` : '';
      const state = record.withdrawn ? ', withdrawn' : '';
      return [
        `${record.id}${aliases}${state}`,
        `  ${name}: ${record.title}`,
        `  ${pageOf(record.id) ?? record.reference}`,
      ]
        .map(oneLine)
        .join('\n');
    });
    return plain(`${lines.join('\n')}\n`);
  } finally {
    database.close();
  }
}
