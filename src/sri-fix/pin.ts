/** `--pin`: the exact version in the place of a floating one, as the CDN would choose it today. */
import { identify, isHost } from '../cdn/identify.ts';
import { reasonOf } from '../errors.ts';
import type { Load, Page } from '../readers/html/page.ts';
import { attributeOf } from '../readers/html/semantics.ts';
import { highest, inRange, isRange } from '../semver.ts';
import { parseUrl } from '../url.ts';
import type { WebLoad } from '../web.ts';
import { type Edit, encoded } from './edits.ts';
import type { Sources } from './sources.ts';

/** What is written in the place of a floating URL. `edit`: absent where an import map names the URL. */
export interface Pinned {
  ok: true;
  /** The URL as the page has it, absolute. */
  was: string;
  url: string;
  edit?: Edit;
}

/** Why a floating URL stays. */
interface Floating {
  ok: false;
  refused: boolean;
  reason: string;
  advice?: string;
}

/** Pins one load of a page; undefined for what has no version to pin. */
export type Pin = (load: WebLoad, page: Page, bytes: Buffer) => Promise<Pinned | Floating | undefined>;

type Options = Pick<Sources, 'lock' | 'network' | 'update'> & { pin: boolean };
type Answer = { ok: true; version: string } | Omit<Floating, 'advice'>;

/** A pinner; without `pin` it only says what it would write, as far as the lock knows. */
export function pinner(options: Options): Pin {
  const versions = new Map<string, Promise<Answer>>();
  return async (load, page, bytes) => {
    const parts =
      load.verdict === 'unpinned-script' && load.context !== 'srcdoc' ? partsOf(load.url) : undefined;
    if (parts === undefined) return undefined;
    if (!options.pin) return offer(options, load, parts);
    const key = `${parts.name}@${parts.wanted}`;
    const asked = versions.get(key) ?? versionOf(options, parts);
    versions.set(key, asked);
    const answer = await asked;
    if (!answer.ok) return answer;
    const url = withVersion(load.url, parts, answer.version);
    if (url === undefined) return byHand(load.url, 'is no URL that an exact version fits into');
    return written(load, page, bytes, { ...parts, version: answer.version }, url);
  };
}

function offer({ lock }: Options, load: WebLoad, parts: Parts): Floating {
  const known = lockedVersion(lock, parts);
  const url = known === undefined ? undefined : withVersion(load.url, parts, known);
  const advice =
    url === undefined
      ? 'write the exact version into the URL, or let sri-fix --pin do it'
      : `sri-fix --pin writes ${url}, by the SRI lock`;
  return { ok: false, refused: true, reason: load.resource?.reason ?? 'names no exact version', advice };
}

interface Parts {
  name: string;
  /** What stands for a version: a range, a tag, or nothing. */
  wanted: string;
  /** Matches a URL as written up to the name (1) and the version (2). */
  pattern: RegExp;
}

/** What stands between host and name. */
const PREFIXES: readonly (readonly [readonly string[], string])[] = [
  [['*.jsdelivr.net'], '/npm/'],
  [['unpkg.com', 'www.unpkg.com'], '/'],
  [['esm.sh'], '/(?:v\\d+/|stable/)?\\*?'],
];

function partsOf(text: string): Parts | undefined {
  const url = parseUrl(text);
  const name = url === undefined ? undefined : identify(url)?.package?.name;
  const [, prefix] = PREFIXES.find(([hosts]) => url !== undefined && isHost(url.hostname, hosts)) ?? [];
  if (name === undefined || prefix === undefined) return undefined;
  const spelled = name
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/^@/, '(?:@|%40)')
    .replace('/', '(?:/|%2f)');
  const pattern = new RegExp(`^((?:https:)?//[^/\\\\?#]+${prefix}${spelled})(@[^/\\\\?#]*)?(?=[/?#]|$)`, 'i');
  const found = pattern.exec(text);
  const wanted = found === null ? undefined : wantedBy(found);
  return wanted === undefined ? undefined : { name, wanted, pattern };
}

function wantedBy([, , version = '']: RegExpExecArray): string | undefined {
  try {
    return decodeURIComponent(version).slice(1);
  } catch {
    return undefined;
  }
}

// The lock's choice comes first, so that all pages of a site get the same, and get it without asking.
async function versionOf({ lock, network, update }: Options, parts: Parts): Promise<Answer> {
  const { name, wanted } = parts;
  const locked = update ? undefined : lockedVersion(lock, parts);
  if (locked !== undefined) return { ok: true, version: locked };
  const what = wanted === '' ? name : `${name}@${wanted}`;
  const unknown = (why: string): Answer => ({
    ok: false,
    refused: false,
    reason: `which version ${what} stands for could not be learnt: ${why}`,
  });
  if (network === undefined) return unknown('the SRI lock has none, and --offline asks nobody');
  try {
    const { registry } = await network();
    const releases = await registry.releases(name);
    if (!releases.ok) return unknown(`${releases.host}: ${releases.reason}`);
    const { tags, versions } = releases.value;
    // Tags before ranges, then the newest that fits, whatever is tagged latest: jsdelivr/jsdelivr#18274.
    const tagged = tags.get(wanted === '' ? 'latest' : wanted);
    const version = tagged ?? (isRange(wanted) ? highest([...versions.keys()], wanted) : undefined);
    if (version !== undefined && versions.has(version)) return { ok: true, version };
    return { ok: false, refused: true, reason: `the registry has no version that ${what} stands for` };
  } catch (error) {
    return unknown(reasonOf(error));
  }
}

function lockedVersion(lock: Options['lock'], { name, wanted }: Parts): string | undefined {
  const versions: string[] = [];
  for (const url of lock?.keys() ?? []) {
    const found = identify(new URL(url))?.package;
    if (found?.name === name && found.version !== '') versions.push(found.version);
  }
  const any = wanted === '' || wanted === 'latest';
  return highest(
    any ? versions : versions.filter((version) => isRange(wanted) && inRange(version, wanted)),
    '*',
  );
}

/** The URL with an exact version; undefined unless it then names just that. */
function withVersion(text: string, { name, pattern }: Parts, version: string): string | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const [all, head = ''] = found;
  const made = parseUrl(`${head}@${version}${text.slice(all.length)}`);
  const named = made === undefined ? undefined : identify(made)?.package;
  return named?.name === name && named.version === version ? made?.href : undefined;
}

function written(
  load: WebLoad,
  page: Page,
  bytes: Buffer,
  { pattern, wanted, version }: Parts & { version: string },
  url: string,
): Pinned | Floating {
  const { encoding, policies, importMaps, loads } = page;
  const place = placeOf(load, bytes, encoding);
  const found = place === undefined ? null : pattern.exec(place.text);
  // References and escapes cut the text short: what is left must name the same.
  if (place === undefined || found === null || wantedBy(found) !== wanted) {
    const mapped =
      load.kind === 'import' && loads.some((one) => one.kind === 'map-entry' && one.url === load.url);
    if (mapped && importMaps.length > 0) return { ok: true, was: load.url, url };
    return byHand(url, 'its URL is written in a way that --pin leaves alone');
  }
  // A hash of the script in a content security policy would no longer fit.
  if (load.tag === undefined && policies.length > 0)
    return byHand(url, 'the page has a content security policy, which may name the hash of the script');
  const [all, head = ''] = found;
  const unit = encoding.startsWith('utf-16') ? 2 : 1;
  const start = place.start + head.length * unit;
  const end = place.start + all.length * unit;
  return { ok: true, was: load.url, url, edit: { start, end, text: encoded(`@${version}`, encoding) } };
}

function byHand(url: string, reason: string): Floating {
  return { ok: false, refused: true, reason, advice: `write ${url} by hand` };
}

/** The URL as written, as far as it is plain: without character references, escapes, and white space in it. */
function placeOf(load: Load, bytes: Buffer, encoding: string): { start: number; text: string } | undefined {
  const { tag, kind, location } = load;
  if (tag === undefined) {
    if (kind !== 'map-entry' && kind !== 'import') return undefined;
    return { start: location.offset, text: plainText(bytes, location.offset, bytes.length, encoding) };
  }
  const attribute = attributeOf(tag, tag.name === 'link' ? 'href' : 'src');
  if (attribute === undefined || attribute.valueStart === -1) return undefined;
  const unit = encoding.startsWith('utf-16') ? 2 : 1;
  let start = attribute.valueStart;
  while (
    start < attribute.valueEnd &&
    /^[\t\n\f\r ]/.test(plainText(bytes, start, start + unit, encoding, /./s))
  )
    start += unit;
  return { start, text: plainText(bytes, start, attribute.valueEnd, encoding) };
}

/** Longer than any URL that names a package. */
const LONGEST = 2048;

function plainText(
  bytes: Buffer,
  start: number,
  end: number,
  encoding: string,
  plain = /^[^\0-\x20"'&\\<>`\x7f-\uffff]*/,
): string {
  const piece = bytes.subarray(start, Math.min(end, start + LONGEST));
  const wide = encoding.startsWith('utf-16');
  const swapped =
    encoding === 'utf-16be' ? Buffer.from(piece.subarray(0, piece.length & ~1)).swap16() : piece;
  return plain.exec(swapped.toString(wide ? 'utf16le' : 'latin1'))?.[0] ?? '';
}
