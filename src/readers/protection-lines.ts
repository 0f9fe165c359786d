/** Settings of files that are read by lines, since a finding needs the line: npm's .npmrc and Bun's bunfig.toml. */
import type { Location, Manager } from '../model.ts';
import { KEYS, type KnownKey, type Setting } from '../protection.ts';
import type { TextFile } from './text.ts';

/** `min-release-age`, `minReleaseAge` and `MinReleaseAge` are one to people, and three to package managers. */
const plain = (name: string): string => name.toLowerCase().replace(/[-_]/g, '');
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The key that a name must mean, of the manager where it has one of that name. */
export function meant(name: string, manager: Manager): KnownKey | undefined {
  const same = KEYS.filter((known) => plain(known.name) === plain(name));
  return same.find((known) => known.manager === manager) ?? same[0];
}

export const OTHERWISE = 'under another name';

// Lines as npm's `ini` has them: `key = value`, `key[] = value`, `key` alone, comments behind ; and #, sections in
// brackets. pnpm reads its own settings there in kebab case.
export function npmrcSettings(file: TextFile | undefined, manager: Manager): Setting[] {
  const settings = new Map<string, Setting>();
  let section: string | undefined;
  for (const { line, at } of linesOf(file)) {
    if (/^\s*\[/.test(line)) section = 'below a section';
    const [, name, text = 'true'] =
      /^\s*([\w-]+)(?:\[\])?\s*(?:=([^;#\r]*))?(?:[;#].*)?\r?$/.exec(line) ?? [];
    const known = name === undefined ? undefined : meant(name, manager);
    if (name === undefined || known === undefined) continue;
    const written = known.manager === 'pnpm' ? kebab(known.name) : known.name;
    const isHome = known.home === '.npmrc' || known.manager === 'pnpm';
    const misplaced = section ?? (isHome && written === name ? undefined : OTHERWISE);
    const value = unquoted(text);
    const before = settings.get(name)?.members ?? new Map<string, string>();
    const members = new Map([...before, ...value.split(',').map((one) => [one.trim(), 'true'] as const)]);
    settings.set(name, { known, name, value, members, file: '.npmrc', at, ...placed(misplaced) });
  }
  return [...settings.values()];
}

export const placed = (misplaced: string | undefined) => (misplaced === undefined ? {} : { misplaced });

export function tomlExcept(file: TextFile | undefined): string[] {
  const list = /^[ \t]*(?:install\.)?minimumReleaseAgeExcludes[ \t]*=[ \t]*\[([^\]]*)\]/m.exec(
    file?.text ?? '',
  )?.[1];
  return [...(list ?? '').matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? '');
}

// The one key of a file of another language; tables are lines in brackets (TOML 1.0).
export function tomlSettings(file: TextFile | undefined): Setting[] {
  const settings: Setting[] = [];
  let table = '';
  for (const { line, at } of linesOf(file)) {
    table = /^\s*\[\s*([\w.]+)\s*\]/.exec(line)?.[1] ?? table;
    const [, dotted, name = '', text = ''] = /^\s*(install\.)?([\w-]+)\s*=\s*([^#\r]*)/.exec(line) ?? [];
    const known = meant(name, 'bun');
    if (known?.manager !== 'bun') continue;
    const isInstall = table === 'install' || (table === '' && dotted !== undefined);
    const where = table === '' ? 'outside [install]' : `below [${table}]`;
    const misplaced = isInstall ? (name === known.name ? undefined : OTHERWISE) : where;
    const value = unquoted(text).replaceAll('_', '');
    settings.push({ known, name, value, members: new Map(), file: 'bunfig.toml', at, ...placed(misplaced) });
  }
  return settings;
}

function* linesOf(file: TextFile | undefined): Iterable<{ line: string; at: Location }> {
  if (file === undefined) return;
  let start = 0;
  for (const line of file.text.split('\n')) {
    const from = start;
    yield {
      line,
      get at() {
        return file.locate(from + line.length - line.trimStart().length);
      },
    };
    start += line.length + 1;
  }
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, '$2');
}
