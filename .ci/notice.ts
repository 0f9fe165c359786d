/** The third-party notice: whose code a program holds, and what their licences ask to be told. */
import { readdirSync, readFileSync } from 'node:fs';

/** A licence's text, and the packages that stand under it, each with the lines that are its own. */
interface Licence {
  text: string;
  packages: string[];
}

/** Markdown that names the packages that `files` (paths below `root`) are of, each licence's text once. */
export function notice(root: string, files: readonly string[]): string {
  const folders = new Set<string>();
  for (const file of files) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  const licences = new Map<string, Licence>();
  const told = new Set<string>();
  for (const folder of [...folders].sort()) {
    const { name, version, license, repository } = JSON.parse(
      readFileSync(`${root}${folder}/package.json`, 'utf8'),
    );
    if (told.has(`${name}@${version}`)) continue;
    told.add(`${name}@${version}`);
    const texts = readdirSync(`${root}${folder}`)
      .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
      .map((file) => readFileSync(`${root}${folder}/${file}`, 'utf8').trim());
    const source = typeof repository === 'string' ? repository : (repository?.url ?? '');
    // Some publish no licence text; the identifier and the source are then what can be told.
    const text = texts.join('\n\n') || 'These packages hold no licence text; see their sources.';
    const { own, common } = parted(text);
    if (texts.length === 0) own.push(source);
    const key = common.replace(/\W+/g, ' ').toLowerCase();
    const licence = licences.get(key) ?? { text: common, packages: [] };
    licence.packages.push([`- ${name} ${version} (${license})`, ...own].join('\n  '));
    licences.set(key, licence);
  }
  const sections = [...licences.values()].map(
    ({ text, packages }) => `---\n\n${packages.join('\n')}\n\n${text}\n`,
  );
  return `# Third-party notices\n\nvakt's published files hold code of these packages, each under the licence below it.\n\n${sections.join('\n')}`;
}

const OWN = /^[\s*#>]*(?:Copyright |COPYRIGHT |\(c\) |© )(?!\[)/;

/** Whose it is, in lines of their own as most licences have them, and what all who chose the licence have in common. */
function parted(text: string): { own: string[]; common: string } {
  const own: string[] = [];
  const common: string[] = [];
  const lines = text.split(/\r?\n/);
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1]?.trim() ?? '';
    if (OWN.test(line) && (next === '' || OWN.test(next))) own.push(line.trim());
    else common.push(line);
  }
  const shared = common.join('\n').replace(/\n{3,}/g, '\n\n');
  return { own, common: shared.trim() };
}
