/** The job's summary: the report as Markdown, and what could not be posted. */
import { prose } from '../report/markdown.ts';
import type { Look, Report } from '../report/report.ts';
import { type ActionIo, add } from './commands.ts';
import type { Posted } from './post.ts';
import { printed } from './printed.ts';

/** What GitHub takes of one step, in bytes; what is more is not shown at all. */
const LIMIT = 1024 * 1024;

/** Adds to what the step's summary holds already. */
export async function writeSummary(
  io: ActionIo,
  { found, look, posted }: { found: Report; look: Look; posted: Posted },
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: file } = io.env;
  if (!file) return;
  const notes = posted.notes.map((note) => `> [!NOTE]\n> ${prose(note)}\n\n`).join('');
  const held = io.kind(file) === 'file' ? io.readFile(file).length : 0;
  const limit = LIMIT - held - Buffer.byteLength(notes) - 2;
  if (limit < 1000) return;
  appendSummary(io, `${await printed('markdown', found, { ...look, limit })}\n${notes}`);
}

/** Adds Markdown that is known to fit. */
export function appendSummary(io: ActionIo, markdown: string): void {
  const { GITHUB_STEP_SUMMARY: file } = io.env;
  if (file) add(io, file, `${markdown}\n`);
}
