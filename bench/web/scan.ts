/** Scans a generated site and prints how many findings there are: one process, as a person would start it. */
import { readdirSync } from 'node:fs';
import { realIo } from '../../src/io.ts';
import { verdictRules } from '../../src/rules/web-index.ts';
import { readSite } from '../../src/site.ts';

const folder = process.argv[2] ?? 'bench/.cache/site';
const files = readdirSync(folder).map((file) => `${folder}/${file}`);
const site = await readSite(realIo(), files, { site: 'https://site.test' });
let places = 0;
for (const rule of verdictRules)
  for (const issue of rule.check({ loads: site.loads })) places += issue.places().length;
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`${files.length} pages, ${places} places, ${memory} MB`);
