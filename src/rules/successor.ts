/** What a deprecation names in its place, read out of the publisher's words. */

/** Either another package, or a version of the same from which on it is not deprecated (or `latest`). */
export interface Successor {
  name?: string;
  version?: string;
}

/** Words stop here: a publisher's message may be 2,000 characters, and its point comes first. */
const LONGEST = 1000;

const NAME = String.raw`(["'\x60]?)((?:@[a-z\d][a-z\d._-]*\/)?[a-z\d][a-z\d._-]*)(?:@[\w.^~<>=-]*)?\1(?=[\s,;:!?)]|$)`;
const LEADS = [
  String.raw`(?:renamed|moved|migrated?|switch(?:ed)?|ported|transferred|changed) (?:over )?to`,
  String.raw`(?:replaced|superseded|succeeded|obsoleted) (?:by|with)`,
  String.raw`in favou?r of`,
  String.raw`(?:available|published|maintained|continued|known) (?:as|at|under)`,
  String.raw`(?<!not )(?<!are )(?<!is )(?<!should )(?:use|using|try|prefer|install|check out|consider|adopt)`,
];
const PATTERNS = LEADS.map(
  (lead) =>
    new RegExp(String.raw`\b${lead}:? (?:the )?(?:package |module |npm package )?${NAME}([^.;]{0,40})`, 'i'),
);
const PAGE =
  /\b(?:npmjs\.com\/package|npmjs\.org\/package|npm\.im)\/((?:@[a-z\d][a-z\d._-]*\/)?[a-z\d][a-z\d._-]*)/;

/** Words that are published names too, and that nobody means as such. */
const WORDS = new Set(
  'a an the this that it its one another other others something some any your our my their native built-in builtin new newer latest current version versions official modern standard plain regular only instead either both at in on with from for as and or node nodejs npm yarn es6 typescript javascript'.split(
    ' ',
  ),
);

const VERSIONS = [
  /\b(?:upgrade|update|move|migrate|switch)\w*(?: \S{1,60}){0,4}? (?:to|with) (?:\S{1,80} )?(?:at least )?(?:version |v\.? ?|>=? ?)?(\d{1,6}(?:\.\d{1,6}){0,2})/i,
  /\b(?:versions? )?(?:prior to|before|below|older than|lower than|less than|under) (?:version )?v?(\d{1,6}(?:\.\d{1,6}){0,2})\b/i,
  /@<(\d{1,6}(?:\.\d{1,6}){0,2})\b/,
];

const LATEST =
  /\b(?:to|use|using|install) (?:the |its )?(?:latest|newest|current)(?: stable)? (?:version|release)\b/i;

/** What the message names instead of the package `name`; undefined where it names nothing that can be installed. */
export function successorOf(message: string, name: string): Successor | undefined {
  const text = message.slice(0, LONGEST).replace(/\s+/g, ' ');
  for (const pattern of PATTERNS) {
    const [, quote = '', raw = '', rest = ''] = pattern.exec(text) ?? [];
    const found = raw.replace(/[._-]+$/, '');
    if (found !== '' && found !== name && isMeant(found, quote, rest)) return { name: found };
  }
  const page = PAGE.exec(text)?.[1]?.replace(/[._-]+$/, '');
  if (page !== undefined && page !== name) return { name: page };
  if (LATEST.test(text)) return { version: 'latest' };
  for (const pattern of VERSIONS) {
    const version = pattern.exec(text)?.[1];
    if (version !== undefined) return { version };
  }
  return undefined;
}

// A lone word is a name only where the sentence can mean nothing else.
function isMeant(found: string, quote: string, rest: string): boolean {
  if (WORDS.has(found.toLowerCase()) || found !== found.toLowerCase() || /^v?\d/.test(found)) return false;
  if (found.startsWith('@') || quote !== '' || found.includes('-')) return true;
  return (
    rest.trim() === '' ||
    /^[\s,)!]*(?:instead|package|module|from npm|or |please |\(|as a replacement)/i.test(rest)
  );
}
