/** How the hosts' URLs name packages and files: one reader for each host. */
import type { Shape } from './identify.ts';
import { complete, npmName } from './packages.ts';

/** An exact version. */
export const EXACT = /^v?\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;
const VERSIONED = /^v?\d+(?:\.\d+)*(?:[-.][\w.]+)?$/;

/** `@scope/name@version/file` of a decoded path without leading slash. */
export function npmPath(path: string): { name: string; version: string; file: string } | undefined {
  const found = /^((?:@[^/@]+\/)?[^/@]+)(?:@([^/]*))?(?:\/(.*))?$/s.exec(path);
  if (found === null) return undefined;
  const [, name = '', version = '', file = ''] = found;
  return /^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name) ? { name, version, file } : undefined;
}

/** A path without its percent signs; as it is where they are wrong. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What is said about a URL that follows releases. */
export function floating(name: string, version: string, file: string): Shape {
  const what = version === '' ? 'names no version' : `"${version}" is no exact version`;
  return { pin: 'floating', name, file, reason: `${what}: the file changes with each release` };
}

/** A version without its `v`. */
export const bare = (version: string) => version.replace(/^v/, '');

/** JsDelivr: packages, repositories, WordPress plugins, and what it builds itself. */
export function jsdelivr(url: URL): Shape | undefined {
  const path = decoded(url.pathname).replace(/^\/+/, '');
  const [kind = ''] = path.split('/', 1);
  const rest = path.slice(kind.length + 1);
  if (kind === 'combine' || kind === 'g') {
    return {
      pin: 'generated',
      reason: 'jsDelivr joins and minifies the files on request',
      advice: 'load each file by its own URL',
      parts: kind === 'combine' ? combined(rest) : [],
    };
  }
  if (kind === 'npm') return jsdelivrNpm(rest);
  if (kind === 'gh') return jsdelivrGitHub(rest);
  if (kind === 'wp' && !/\/tags\/[^/]+\//.test(rest)) {
    return { pin: 'floating', reason: 'names no tag: the file changes with each commit' };
  }
  // The addresses of its first years: `/jquery/3.1.1/jquery.min.js`.
  const old = /^(\d+\.\d+(?:\.\d+)?)\/(.+)$/.exec(rest);
  const name = old === null ? undefined : npmName(kind, old[1] ?? '');
  if (name !== undefined)
    return { pin: 'pinned', name, version: complete(old?.[1] ?? ''), file: old?.[2] ?? '' };
  return { pin: kind === 'wp' ? 'pinned' : 'unknown' };
}

// `npm/a@1.0.0,npm/b@2.0.0/dist/b.js,gh/…`.
function combined(list: string): NonNullable<Shape['parts']> {
  const parts: NonNullable<Shape['parts']> = [];
  for (const one of list.split(',').slice(0, 100)) {
    const npm = one.startsWith('npm/') ? npmPath(one.slice(4)) : undefined;
    if (npm === undefined) continue;
    const { name, version, file } = npm;
    parts.push({ name, version: EXACT.test(version) ? bare(version) : '', file });
  }
  return parts;
}

function jsdelivrNpm(path: string): Shape | undefined {
  const npm = npmPath(path);
  if (npm === undefined) return { pin: 'unknown' };
  const { name, version, file } = npm;
  if (!EXACT.test(version)) return floating(name, version, file);
  const known = { name, version: bare(version) };
  if (file === '+esm' || file.endsWith('/+esm')) {
    return {
      ...known,
      pin: 'generated',
      reason: 'jsDelivr builds "+esm" files on request',
      advice: OWN_BUILD,
    };
  }
  if (file === '' && !path.endsWith('/')) {
    const reason = 'without a path jsDelivr serves a file that it minifies itself';
    return { ...known, pin: 'generated', reason, advice: 'name the file within the package' };
  }
  return { ...known, pin: 'pinned', file, npmBytes: !path.endsWith('/') };
}

function jsdelivrGitHub(path: string): Shape {
  const [, repository = '', tag = ''] = /^([^/@]+\/[^/@]+)(?:@([^/]*))?/.exec(path) ?? [];
  if (repository === '') return { pin: 'unknown' };
  if (/^[0-9a-f]{40}$/.test(tag) || EXACT.test(tag)) return { pin: 'pinned' };
  const what = tag === '' ? 'names no commit' : `"${tag}" is neither a commit nor an exact version`;
  return { pin: 'floating', reason: `${what}: the file changes with the repository` };
}

/** Unpkg: the files of packages. */
export function unpkg(url: URL): Shape | undefined {
  const npm = npmPath(decoded(url.pathname).replace(/^\/+/, ''));
  if (npm === undefined) return { pin: 'unknown' };
  const { name, version, file } = npm;
  if (!EXACT.test(version)) return floating(name, version, file);
  const known = { name, version: bare(version), file };
  if (url.searchParams.has('module')) {
    return {
      ...known,
      pin: 'generated',
      reason: 'unpkg rewrites "?module" files on request',
      advice: OWN_BUILD,
    };
  }
  return { ...known, pin: 'pinned', npmBytes: file !== '' && !file.endsWith('/') };
}

/** The advice where a host builds files. */
export const OWN_BUILD = 'install the package and serve the file yourself';

/** `/…/library/version/file` below a prefix. */
export function library(prefix: string): (url: URL) => Shape | undefined {
  return (url) => {
    const path = decoded(url.pathname);
    if (!path.startsWith(prefix)) return { pin: 'unknown' };
    const [name = '', written = '', ...file] = path.slice(prefix.length).split('/');
    const found = npmName(name, written);
    // Releases of three.js bear one number; AngularJS has its parts in one folder.
    const version = found === 'three' ? written.replace(/^r(\d+)$/, '0.$1.0') : written;
    const [, part] = /^(angular-[a-z-]+?)(?:\.min)?\.js$/.exec(file.join('/')) ?? [];
    const npm = found === 'angular' && part !== undefined ? part : found;
    const named = npm === undefined ? {} : { name: npm };
    // Two numbers suffice for these hosts' oldest libraries; one is a moving alias.
    if (!/^v?\d+\.\d+/.test(version) || !VERSIONED.test(version)) {
      const { pin, reason } = floating(name, version, '');
      return { pin, ...(reason === undefined ? {} : { reason }), ...named };
    }
    return { pin: 'pinned', ...named, version: complete(bare(version)), file: file.join('/') };
  };
}

/** JQuery and its relatives on their own CDN. */
export function jqueryCdn(url: URL): Shape | undefined {
  const path = decoded(url.pathname);
  const ui = /^\/ui\/(\d+\.\d+\.\d+)\/(.+)$/.exec(path);
  if (ui !== null) return { pin: 'pinned', name: 'jquery-ui', version: ui[1] ?? '', file: ui[2] ?? '' };
  const file =
    /^\/(jquery|jquery-migrate)-(\d+\.\d+(?:\.\d+)?(?:-[\w.]+?)?)((?:\.slim)?(?:\.min)?(?:\.(?:js|map))?)$/.exec(
      path,
    );
  if (file !== null) {
    const [, name = '', version = '', tail = ''] = file;
    const core =
      name === 'jquery' &&
      /\.(?:js|map)$/.test(tail) &&
      EXACT.test(version) &&
      Number.parseInt(version, 10) >= 2;
    return { pin: 'pinned', name, version: complete(version), file: `dist/${name}${tail}`, npmBytes: core };
  }
  const other =
    /^\/(mobile|color|qunit|pep)\/(?:[\w.]+-)?(\d+\.\d+(?:\.\d+)?(?:-(?:alpha|beta|rc)[\w.]*?)?)(?:\/|(?:\.min)?\.)/.exec(
      path,
    );
  if (other !== null) {
    const [, kind = '', version = ''] = other;
    const early = kind === 'qunit' && version.startsWith('1.');
    return { pin: 'pinned', name: early ? 'qunitjs' : (RELATIVES[kind] ?? kind), version: complete(version) };
  }
  return { pin: 'floating', name: 'jquery', reason: 'names no version of jQuery' };
}

const RELATIVES: Record<string, string> = { mobile: 'jquery-mobile', color: 'jquery-color', pep: 'pepjs' };

/** Bootstrap and Font Awesome 4 on their old CDN. */
export function bootstrapCdn(url: URL): Shape | undefined {
  const found = /^\/([\w-]+)\/(\d+\.\d+\.\d+[\w.-]*)\/(.+)$/.exec(decoded(url.pathname));
  if (found === null) return { pin: 'unknown' };
  const [, name = '', version = '', file = ''] = found;
  if (name === 'twitter-bootstrap') return { pin: 'pinned', name: 'bootstrap', version };
  if (name === 'bootstrap') return { pin: 'pinned', name, version, file: `dist/${file}`, npmBytes: true };
  const known = ['font-awesome', 'bootswatch'].includes(name);
  return known
    ? { pin: 'pinned', name, version, file, npmBytes: name === 'font-awesome' }
    : { pin: 'pinned' };
}

/** Microsoft's CDN. */
export function aspnet(url: URL): Shape | undefined {
  const path = decoded(url.pathname);
  const folder = /^\/ajax\/(bootstrap|jquery\.ui|jquery\.validate)\/(\d+\.\d+(?:\.\d+)?)\/(.+)$/i.exec(path);
  if (folder !== null) {
    const [, library = '', version = '', file = ''] = folder;
    if (library.toLowerCase() === 'bootstrap') {
      const [, kind = ''] = /^[^/]+\.(js|css)$/.exec(file) ?? [];
      const inPackage = kind === '' ? `dist/${file}` : `dist/${kind}/${file}`;
      return { pin: 'pinned', name: 'bootstrap', version, file: inPackage, npmBytes: true };
    }
    return { pin: 'pinned', name: /ui$/i.test(library) ? 'jquery-ui' : 'jquery-validation', version, file };
  }
  const file =
    /^\/ajax\/[\w.]+\/(?:[\d.]+\/)?(jquery|knockout|modernizr|jquery-migrate|jquery\.mobile|jquery\.signalr|globalize|jquery\.cycle\.all|respond|react|hammer|jquery\.dataTables)(?:-(\d+\.\d+(?:\.\d+)?))?(?:\.min)?\.(?:js|css)$/i.exec(
      path,
    );
  if (file !== null) {
    const library = file[1]?.toLowerCase() ?? '';
    const version = file[2] ?? /^\/ajax\/[\w.]+\/(\d+\.\d+(?:\.\d+)?)\//.exec(path)?.[1] ?? '';
    const name = ASPNET[library] ?? library;
    return version === '' ? floating(name, '', '') : { pin: 'pinned', name, version: complete(version) };
  }
  return { pin: 'unknown' };
}

const ASPNET: Record<string, string> = {
  'jquery.mobile': 'jquery-mobile',
  'jquery.signalr': 'signalr',
  'jquery.cycle.all': 'jquery-cycle',
  'jquery.datatables': 'datatables.net',
  respond: 'respond.js',
  hammer: 'hammerjs',
};

/** Files of repositories: `/user/repository/ref/file`, `/gh/user/repository@ref/file`. */
export function repositoryFile(url: URL): Shape | undefined {
  const [, ref = ''] =
    /^\/(?:gh\/[^/@]+\/[^/@]+[@/]|(?!gh\/)[^/]+\/[^/]+\/)([^/]+)\/./.exec(decoded(url.pathname)) ?? [];
  if (/^[0-9a-f]{40}$/.test(ref) || EXACT.test(ref)) return { pin: 'pinned' };
  const what = ref === '' ? 'names no commit' : `"${ref}" is neither a commit nor an exact version`;
  return { pin: 'floating', reason: `${what}: the file changes with the repository` };
}

/** Releases of Font Awesome. */
export function fontAwesome(url: URL): Shape | undefined {
  const found = /^\/releases\/v(\d+\.\d+\.\d+)\/(.+)$/.exec(decoded(url.pathname));
  // Its paid edition is in no public registry.
  if (url.hostname === 'pro.fontawesome.com' && found !== null) return { pin: 'pinned' };
  if (found === null)
    return { pin: 'mutable', reason: 'is no release of Font Awesome with its version in the URL' };
  return {
    pin: 'pinned',
    name: /^[0-4]\./.test(found[1] ?? '') ? 'font-awesome' : '@fortawesome/fontawesome-free',
    version: found[1] ?? '',
    file: found[2] ?? '',
  };
}
