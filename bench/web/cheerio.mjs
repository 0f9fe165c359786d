/** The same site parsed by cheerio, counting what it would have to judge: the peer of vakt's scan. */
import { readdirSync, readFileSync } from 'node:fs';
import * as cheerio from 'cheerio';

const [folder] = process.argv.slice(2);
let found = 0;
for (const file of readdirSync(folder)) {
  const $ = cheerio.load(readFileSync(`${folder}/${file}`), { scriptingEnabled: false });
  found += $('script[src], link[href]').length;
}
console.log(`${found} tags, ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
