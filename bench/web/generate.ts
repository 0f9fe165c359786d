/**
 * Writes the site that the HTML measurements use: pages of 50 kB with 10 script, style and link tags, a tenth of each
 * page inline script, a third of that with a loader word and a third-party URL.
 *
 * node --import tsx bench/web/generate.ts [folder] [pages] [distinct]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = 'bench/.cache/site', count = '2000', mode = 'shared'] = process.argv.slice(2);
const PAGE = 50_000;
const WORDS =
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore'.split(
    ' ',
  );

let seed = 1;
function random(below: number): number {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return seed % below;
}

function words(n: number): string {
  return Array.from({ length: n }, () => WORDS[random(WORDS.length)]).join(' ');
}

function tags(page: number): string[] {
  const cdn = 'https://cdn.jsdelivr.net/npm';
  return [
    `<link rel="stylesheet" href="${cdn}/bootstrap@5.3.3/dist/css/bootstrap.min.css">`,
    '<link rel="icon" href="/favicon.ico">',
    `<link rel="preload" as="script" href="${cdn}/vue@3.4.21/dist/vue.global.prod.js">`,
    '<link rel="stylesheet" href="/css/site.css">',
    `<script src="${cdn}/jquery@3.7.1/dist/jquery.min.js" crossorigin="anonymous"></script>`,
    `<script defer src="${cdn}/vue@3.4.21/dist/vue.global.prod.js"></script>`,
    `<script src="/js/page-${page}.js" async></script>`,
    `<script src="https://unpkg.com/htmx.org@1.9.12/dist/htmx.min.js"></script>`,
    '<script src="/js/app.js"></script>',
    `<script src="https://cdn.example.org/widget/${page % 20}.js" type="module"></script>`,
  ];
}

function plainScript(page: number, bytes: number): string {
  let text = `var page = { id: ${page}, items: [] };\n`;
  for (let i = 0; text.length < bytes; i++) {
    text += `page.items.push({ name: "${words(4)}", price: ${random(1000)} / 7, url: "/item/${i}" });\n`;
    text += `if (page.items.length > ${i}) { console.log(page.items[${i}].name); }\n`;
  }
  return text;
}

function loaderScript(page: number, bytes: number): string {
  seed = page + 1;
  const url = `https://static.example.net/tracker/${page % 20}.js`;
  return `${plainScript(page, bytes)}(function (d, t) {
  var s = d.createElement(t); s.async = true; s.src = "${url}";
  d.head.appendChild(s);
})(document, "script");\n`;
}

mkdirSync(folder, { recursive: true });
for (let page = 0; page < Number(count); page++) {
  const variant = mode === 'distinct' ? page : page % 20;
  const own = tags(page);
  let html = `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Page ${page}</title>\n`;
  html += `${own.slice(0, 6).join('\n')}\n</head>\n<body>\n`;
  html += `<script>\n${plainScript(page, 3300)}</script>\n<script>\n${loaderScript(variant, 1500)}</script>\n`;
  const tail = `${own.slice(6).join('\n')}\n</body>\n</html>\n`;
  while (html.length + tail.length < PAGE) {
    html += `<section class="c${random(50)}" id="s${random(1e6)}"><h2>${words(5)}</h2>\n`;
    html += `<p>${words(40)} <a href="/${words(1)}/?a=1&amp;b=2">${words(3)}</a> <em>${words(2)}</em></p>\n`;
    html += `<img src="/i/${random(999)}.jpg" alt="${words(3)}"><ul><li>${words(8)}</li><li>${words(8)}</li></ul></section>\n`;
  }
  writeFileSync(join(folder, `page-${page}.html`), html + tail);
}
