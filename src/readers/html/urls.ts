/** URLs of a page: the standard's parser, template syntax, and whose server they name. */

/** Template syntax of the common engines: Handlebars, Liquid, Jinja, Twig, ERB, EJS, PHP, template literals. */
const TEMPLATE = /\{\{|\{%|\{!!|<%|<\?|\$\{/;

/** Whether a value is filled in by a template engine before a browser sees it. */
export function isTemplated(text: string): boolean {
  return TEMPLATE.test(text);
}

/** What a URL of a page leads to. */
export interface Target {
  /** Absolute; as written where template syntax stands in it. */
  url: string;
  dynamic: boolean;
  thirdParty: boolean;
}

/** Tells own servers from others. */
export interface Origins {
  /** Whether a URL belongs to the site itself. */
  isOwn(url: URL): boolean;
  /** What has been resolved already: a site's pages load the same things. */
  known: Map<string, Target | undefined>;
  /** Whether the base URL asked for last is the site's own. */
  ownBases: Map<string, boolean>;
}

/** The own origins: that of the pages, and those named (`https://static.example.com`, `static.example.com`,
 * `*.example.com`). This machine is nobody else's. */
export function originsOf(page: string, own: readonly string[]): Origins {
  const pages = new URL(page).origin;
  const names = new Set(own.map((name) => name.toLowerCase().replace(/\/+$/, '')));
  const suffixes = [...names].filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  return {
    known: new Map(),
    ownBases: new Map(),
    isOwn(url) {
      if (url.origin === pages || names.has(url.origin) || names.has(url.host)) return true;
      return isLoopback(url.hostname) || suffixes.some((suffix) => url.hostname.endsWith(suffix));
    },
  };
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
  );
}

/** Resolves a URL as written (references already decoded) against the document's base; undefined where nothing goes
 * over the network (empty, data:, blob:, about:, javascript:, unparsable) and where it is plainly the site's own. */
export function resolveUrl(raw: string, base: string, origins: Origins): Target | undefined {
  const { known } = origins;
  if (/^(?!\/\/)[\w./-]+$/.test(raw) && isOwnBase(base, origins)) return undefined;
  // Own scripts of a million pages are not worth remembering.
  const key = /^https:\/\/[^\\]*$/.test(raw) ? raw : undefined;
  if (key === undefined) return resolve(raw, base, origins);
  if (!known.has(key) && known.size < REMEMBERED) known.set(key, resolve(raw, base, origins));
  return known.has(key) ? known.get(key) : resolve(raw, base, origins);
}

const REMEMBERED = 100_000;

function isOwnBase(base: string, { ownBases, isOwn }: Origins): boolean {
  let own = ownBases.get(base);
  if (own === undefined) {
    const url = parseUrl(base);
    own = url !== undefined && isOwn(url);
    ownBases.clear();
    ownBases.set(base, own);
  }
  return own;
}

function resolve(raw: string, base: string, origins: Origins): Target | undefined {
  const written = raw.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '');
  const dynamic = isTemplated(written);
  if (dynamic && namesUnknownHost(written)) return { url: written, dynamic, thirdParty: true };
  const url = parseUrl(raw, base);
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  const absolute = /^(?:[a-z][a-z0-9+.-]*:|[\\/]{2})/i.test(written);
  return { url: dynamic && absolute ? written : url.href, dynamic, thirdParty: !origins.isOwn(url) };
}

const BLOCK = /\{\{[^}]*\}+|\{%[^%]*%\}|\{!![^}]*\}|<%[\s\S]*?%>|<\?[\s\S]*?\?>|\$\{[^}]*\}/g;

// A template puts in the host or the scheme before it, or chooses one of several whole URLs.
function namesUnknownHost(written: string): boolean {
  if (/^(?:https?:)?[\\/]{2}[^\\/]*(?:\{\{|\{%|\{!!|<%|<\?|\$\{)/i.test(written)) return true;
  if (written.length > LONGEST || !/^(?:\{\{|\{%|\{!!|<%|<\?|\$\{)/.test(written)) return false;
  const rest = written.replace(BLOCK, '');
  // "//" behind a block that prints may be a slash too many; behind one that decides it begins a URL.
  const decides = /^(?:\{\{[#^]|\{%|<%(?![=-])|<\?(?!=|php\s+echo))/.test(written);
  return /^(?:https?)?:[\\/]{2}/i.test(rest) || (decides && /^[\\/]{2}[^\\/]/.test(rest));
}

/** Of a URL with template syntax. */
const LONGEST = 8192;

/** The standard's URL parser without its exception. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
