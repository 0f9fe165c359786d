/**
 * Package URLs for npm: `pkg:npm/%40scope/name@1.0.0`.
 * https://github.com/package-url/purl-spec/blob/main/types/npm-definition.json and
 * https://github.com/package-url/purl-spec/blob/main/docs/how-to-build.md
 */

/** The purl of an npm package; without a version where the version is unknown (empty). */
export function toPurl(name: string, version: string): string {
  const path = name.includes('/') ? name.split('/').map(encode).join('/') : encode(name);
  return version === '' ? `pkg:npm/${path}` : `pkg:npm/${path}@${encode(version)}`;
}

/** The purl with one qualifier more: `?vcs_url=git%2Bhttps:%2F%2F…`. */
export function qualified(purl: string, key: 'download_url' | 'vcs_url', value: string): string {
  return `${purl}?${key}=${encode(value)}`;
}

/** Name and version of an npm purl (qualifiers and subpath are dropped), or undefined for anything else. */
export function fromPurl(purl: string): { name: string; version: string } | undefined {
  if (!purl.startsWith('pkg:npm/')) return undefined;
  const path = purl.slice('pkg:npm/'.length).replace(/[?#].*$/s, '');
  const at = path.lastIndexOf('@');
  const [name, version] = at > 0 ? [path.slice(0, at), path.slice(at + 1)] : [path, ''];
  try {
    return name === '' ? undefined : { name: decodeURIComponent(name), version: decodeURIComponent(version) };
  } catch {
    return undefined;
  }
}

const PLAIN = /^[\w.~:-]*$/;

// Half a surrogate pair, which JSON may hold, has no encoding. The spec leaves letters, digits and ".-_~:" as they are.
function encode(part: string): string {
  if (PLAIN.test(part)) return part;
  if (part.startsWith('@') && PLAIN.test(part.slice(1))) return `%40${part.slice(1)}`;
  return encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd'))
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}
