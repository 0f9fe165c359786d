import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { nearest } from '../nearest.ts';
import { oneLine, plain } from '../plain.ts';
import { table, wrap } from '../report/layout.ts';
import { EXPLANATIONS } from '../rules/explanations.ts';
import { RULES } from '../rules/index.ts';
import { databaseFile } from '../sources/advisories/advise.ts';
import { type Database, openDatabase } from '../sources/advisories/database.ts';
import { pageOf } from '../sources/advisories/ids.ts';
import { fixesOf, spellAffected } from '../sources/advisories/spell.ts';
import type { Values } from './commands.ts';
import { lookOf } from './output.ts';

/**
 * `vakt explain <rule or advisory>`: what it is, why it is a risk, what to do; without either, which rules there are. 0;
 * UserError for what is neither.
 */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const [what] = operands;
  const { width } = lookOf(io, undefined);
  if (what === undefined) io.out(`${table(RULES.map(({ id, title }) => [id, title])).join('\n')}\n`);
  else {
    const rule = EXPLANATIONS.get(what);
    io.out(rule === undefined ? advisory(what, values, io) : `${what}\n\n${flowing(rule, width)}\n`);
  }
  return EXIT.pass;
}

/** Markdown as text: paragraphs fit the width, tables and code stay as they are. */
function flowing(markdown: string, width: number): string {
  const blocks = markdown.split('\n\n').map((block) => {
    if (/^(?:[|#-]|```)/.test(block)) return block;
    const text = block
      .replace(/\s+/g, ' ')
      .replace(/(?<![\w*])(?:_([^_`]+)_|\*([^*`]+)\*)(?![\w*])/g, '$1$2')
      .replace(/\[([^\]]*)\]\((https:[^)]*)\)/g, '$1 ($2)');
    return wrap(text, width, '').join('\n');
  });
  return blocks.join('\n\n');
}

function advisory(id: string, values: Values, io: Io): string {
  const file = databaseFile(io, values.db as string | undefined);
  const near = nearest(id, EXPLANATIONS.keys());
  const rules = near === undefined ? 'vakt explain lists the rules' : `did you mean ${near}?`;
  const isId = /^[a-z]+-.*\d/i.test(id) && near === undefined;
  if (io.kind(file) === undefined) {
    throw new UserError(`${id} is no rule, and there is no advisory database to look it up in`, {
      hint: isId ? 'vakt db update builds one' : rules,
    });
  }
  const database = openDatabase(io, file);
  try {
    const found = database.find(id);
    if (found.length === 0) {
      const hint = isId ? 'vakt db info tells how old the database is, vakt db update renews it' : rules;
      throw new UserError(`${id} is neither a rule nor an advisory of the database`, { hint });
    }
    return plain(`${describe(found).join('\n')}\n`);
  } finally {
    database.close();
  }
}

/** Each record once, with every package that it is about, and what can be typed about it. */
function describe(found: ReturnType<Database['find']>): string[] {
  const records = new Map<string, typeof found>();
  for (const one of found) records.set(one.record.id, [...(records.get(one.record.id) ?? []), one]);
  const lines: string[] = [];
  for (const [id, group] of records) {
    const [{ name, record }] = group as [(typeof found)[number]];
    const aliases = record.aliases.length > 0 ? ` (${record.aliases.join(', ')})` : '';
    lines.push(`${id}${aliases}${record.withdrawn ? ', withdrawn' : ''}`);
    for (const one of group) {
      const fixes = fixesOf([one.record]);
      const kind = one.record.malware ? 'malware' : (one.record.severity ?? 'unrated');
      const fixed = fixes.length === 0 ? 'no fix is named' : `fixed in ${fixes.join(', ')}`;
      lines.push(`  ${one.name}: ${one.record.title}`);
      lines.push(`    ${kind}; affected: ${short(spellAffected([one.record]))}; ${fixed}`);
    }
    lines.push(
      `  ${pageOf(id) ?? record.reference}`,
      `  who asks for it: vakt why ${name}`,
      `  to accept it: vakt ignore ${id} --reason "…" --until 90d`,
    );
  }
  return lines.map(oneLine);
}

/** Some records name hundreds of versions. */
function short(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, text.lastIndexOf(' ', 200))} …`;
}
