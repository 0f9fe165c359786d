/**
 * Writes the files that are made from others and committed: src/policy/presets.json from policies/*.yml (so
 * that a scan with a preset parses no YAML), the JSON schema and the documentation of policies from their schema, the HTML report's style and script as text.
 * A test compares what is committed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { parse } from 'yaml';
import { policyJsonSchema, policyTable } from './docs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every committed file that is generated, with its content. */
export function generate(): Map<string, string> {
  const presets: Record<string, unknown> = {};
  for (const file of readdirSync(`${root}policies`).sort()) {
    if (file.endsWith('.yml'))
      presets[basename(file, '.yml')] = parse(readFileSync(`${root}policies/${file}`, 'utf8'));
  }
  const sections = readFileSync(`${root}docs/rules.md`, 'utf8').split(/^## /m).slice(1);
  const explanations = Object.fromEntries(
    sections.map((one) => [one.slice(0, one.indexOf('\n')), one.slice(one.indexOf('\n')).trim()]),
  );
  const guide = readFileSync(`${root}docs/policy.md`, 'utf8');
  return new Map([
    ['src/policy/presets.json', `${JSON.stringify(presets, null, 2)}\n`],
    ['src/rules/explanations.json', `${JSON.stringify(explanations, null, 2)}\n`],
    ['policies/policy.schema.json', policyJsonSchema()],
    ['src/report/html/assets.json', pageAssets()],
    [
      'docs/policy.md',
      guide.replace(/(?<=<!-- keys -->\n)[\s\S]*(?=<!-- \/keys -->)/, () => `${policyTable()}\n`),
    ],
  ]);
}

/** Style and script of the HTML report, small, and without what would end their elements. */
function pageAssets(): string {
  const made = (file: string): string => {
    const { outputFiles } = buildSync({
      entryPoints: [`${root}src/report/html/client/${file}`],
      bundle: true,
      minify: true,
      write: false,
      charset: 'utf8',
      format: 'iife',
      // light-dark() and color-mix() are as they stand here.
      target: ['chrome123', 'firefox120', 'safari17.5'],
    });
    const text = outputFiles[0]?.text.trim() ?? '';
    if (/<[!/]/.test(text)) throw new Error(`${file} holds what would end its element`);
    return text;
  };
  return `${JSON.stringify({ css: made('style.css'), js: made('client.ts') }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, content] of generate()) writeFileSync(`${root}${file}`, content);
}
