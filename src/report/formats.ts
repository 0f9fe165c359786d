/** The formats of a scan's report: their names, and what is typed to choose them. */
import { UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Format } from './report.ts';

interface FormatEntry {
  /** Imports the code: a scan loads only the formats that it prints. */
  load(): Promise<Format>;
  /** Tells everything: advice is planned for what the first screen folds away, too. */
  complete?: true;
  /** Carries edits of pages. */
  edits?: true;
}

export type FormatName = 'text' | 'json' | 'sarif' | 'markdown' | 'github' | 'junit' | 'html';

export const FORMATS: Readonly<Record<FormatName, FormatEntry>> = {
  text: { load: async () => (await import('./text.ts')).text },
  json: { load: async () => (await import('./json.ts')).json, complete: true },
  sarif: { load: async () => (await import('./sarif/sarif.ts')).sarif, complete: true, edits: true },
  markdown: { load: async () => (await import('./markdown.ts')).markdown },
  github: { load: async () => (await import('./github.ts')).github },
  junit: { load: async () => (await import('./junit.ts')).junit, complete: true },
  html: { load: async () => (await import('./html/html.ts')).page, complete: true },
};

/** One report to be made; without a file it goes to stdout. */
export interface Output {
  format: FormatName;
  file?: string;
}

/**
 * What `--format` says, each value a list of `name` and `name=file`; text where nothing is said. `file` is what
 * --output-file names: the place of the one format that has none. Throws UserError for a name that is no format, for
 * two formats in one place, and for a file that no format is left for.
 */
export function outputsOf(values: readonly string[], file: string | undefined): Output[] {
  const outputs = values.length === 0 ? [{ format: 'text' as const }] : values.flatMap(listed);
  const open = outputs.filter((one): one is Output => !('file' in one));
  if (open.length > 1) {
    throw new UserError(`${open.map(({ format }) => format).join(' and ')} cannot share one output`, {
      where: '--format',
      hint: `give each but one a file: --format ${open[0]?.format},${open[1]?.format}=${open[1]?.format}-report`,
    });
  }
  const [first] = open;
  if (file !== undefined) {
    if (first === undefined) {
      throw new UserError('each format has its file already', {
        where: '--output-file',
        hint: 'leave it out, or name one format without a file',
      });
    }
    first.file = file;
  }
  return outputs;
}

function listed(value: string): Output[] {
  return pieces(value).map((piece) => {
    const at = piece.indexOf('=');
    const name = at === -1 ? piece : piece.slice(0, at);
    if (!isFormat(name)) throw unknown(name);
    if (at === -1) return { format: name };
    const file = piece.slice(at + 1);
    if (file !== '') return { format: name, file };
    throw new UserError(`no file is named for ${name}`, {
      where: '--format',
      hint: `such as --format ${name}=report.${name}`,
    });
  });
}

// A comma in a file's name stays there unless a format follows it.
function pieces(value: string): string[] {
  const made: string[] = [];
  for (const part of value.split(',')) {
    const last = made.at(-1);
    const isNew = isFormat(part.replace(/=.*$/s, ''));
    if (last?.includes('=') && !isNew) made[made.length - 1] = `${last},${part}`;
    else made.push(part);
  }
  return made;
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

function unknown(name: string): UserError {
  const names = Object.keys(FORMATS);
  const near = nearest(name, names);
  return new UserError(`there is no format "${name}"`, {
    where: '--format',
    hint: `${near === undefined ? '' : `did you mean ${near}? `}there are ${names.join(', ')}, each with =file to write one`,
  });
}
