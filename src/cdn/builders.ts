/** Hosts that build modules of packages: what their URLs name. */
import type { Shape } from './identify.ts';
import { bare, decoded, EXACT, floating, npmPath, OWN_BUILD } from './shapes.ts';

/** Esm.sh: packages built for the browser that asks. */
export function esmSh(url: URL): Shape | undefined {
  // Behind `&` stand options, as behind `?`: https://esm.sh/#docs
  const path = decoded(url.pathname).replace(/^\/+(?:v\d+\/|stable\/)?/, '');
  const options = path.replace(/&[^/]*/, '');
  const npm = /^(?:gh|jsr|pr|tsx)\//.test(path) ? undefined : npmPath(options.replace(/^\*/, ''));
  if (npm === undefined) return { pin: 'unknown' };
  const { name, version, file } = npm;
  if (!EXACT.test(version)) return floating(name, version, file);
  return {
    pin: 'generated',
    name,
    version: bare(version),
    file,
    reason: 'esm.sh builds the file for the browser that asks, and it imports further ones',
    advice: OWN_BUILD,
  };
}

/** JSPM: packages built once. */
export function jspm(url: URL): Shape | undefined {
  const npm = npmPath(decoded(url.pathname).replace(/^\/+npm:/, ''));
  if (npm === undefined || !decoded(url.pathname).startsWith('/npm:')) return { pin: 'unknown' };
  const { name, version, file } = npm;
  if (!EXACT.test(version)) return floating(name, version, file);
  return { pin: 'pinned', name, version, file };
}

/** Skypack, which is no longer maintained. */
export function skypack(url: URL): Shape | undefined {
  const npm = npmPath(decoded(url.pathname).replace(/^\/+(?:pin\/|-\/|new\/)?/, ''));
  // A pinned address ends its version with a hash of the build.
  const hashed = /^\/+(?:pin|-|new)\//.test(url.pathname);
  const version = bare(hashed ? (npm?.version.replace(/-[A-Za-z0-9]+$/, '') ?? '') : (npm?.version ?? ''));
  const named = npm === undefined ? {} : { name: npm.name, version: EXACT.test(version) ? version : '' };
  return { pin: 'generated', ...named, reason: 'Skypack is no longer maintained', advice: OWN_BUILD };
}

/** JSPM's development host, which sends browsers to ga.jspm.io or builds for them. */
export function jspmDev(url: URL): Shape | undefined {
  const npm = npmPath(decoded(url.pathname).replace(/^\/+(?:npm:)?/, ''));
  if (npm === undefined) return { pin: 'unknown' };
  const { name, version, file } = npm;
  if (!EXACT.test(version)) return floating(name, version, file);
  const reason = 'this host is for development: it leads to builds that change';
  return { pin: 'generated', name, version: bare(version), reason, advice: 'load the file from ga.jspm.io' };
}
