/** One package or project as an SBOM has it. */
import { registryOf } from '../inventory.ts';
import type { Package, Scope, Source } from '../model.ts';
import { wellFormed } from '../plain.ts';
import { qualified, toPurl } from '../purl.ts';
import { strongerScope } from '../scopes.ts';
import { withoutSecrets } from '../url.ts';
import { type Download, downloadOf, vcsUrl } from './download.ts';

export interface Entry {
  /** Unique in the bill: the purl, with a number behind it where several entries share one. */
  ref: string;
  name: string;
  version: string;
  /** Absent where the project gives itself no name. */
  purl?: string;
  source: Source;
  scope: Scope;
  /** The project's own code. */
  importer: boolean;
  alias?: string;
  integrity?: string;
  checksum?: string;
  license?: string;
  download?: Download;
  /** Of a folder or a file of the project, as the lock file has it. */
  path?: string;
  /** The lock files that have it, or the pages that load it. */
  files: string[];
  dependsOn: Entry[];
}

/** The same package in two lock files is one; folders are told apart by where they lie. */
export function idOf(one: Package): string {
  const { purl, source, integrity, checksum, resolved, importer, version, tree, nodes } = one;
  const folder = tree.file.replace(/[^/]*$/, '');
  if (importer) {
    const path = `${folder}${resolved ?? nodes[0]?.key ?? ''}`.replace(/(^|\/)(?:\.\/)*\.?$/, '$1');
    return `own ${purl} ${path.replace(/\/$/, '')}`;
  }
  const place = version === '' || resolved?.includes(':') === false ? `${folder}${resolved ?? ''}` : '';
  const git = source === 'git' || source === 'tarball' ? (resolved ?? '') : '';
  // As the inventory tells them apart: without a hash two registries may serve two packages.
  const isBare = integrity === undefined && checksum === undefined && source === 'registry';
  const pin = isBare && resolved !== undefined ? registryOf(resolved) : (integrity ?? '');
  return `${source} ${purl} ${pin} ${place} ${git}`;
}

/** The package alone, without a ref and without what it depends on. */
export function newEntry(one: Package): Entry {
  const { name, version, source, scope, importer, alias, integrity, checksum, license, resolved } = one;
  const download = importer ? undefined : downloadOf(source, resolved);
  const path = download === undefined ? pathOf(one) : undefined;
  return {
    ref: '',
    name: wellFormed(name || (alias ?? '')),
    version,
    ...(name !== '' && { purl: purlOf(one, download) }),
    source,
    scope,
    importer,
    ...(alias !== undefined && { alias }),
    ...(integrity !== undefined && { integrity }),
    ...(checksum !== undefined && { checksum }),
    ...(license !== undefined && { license }),
    ...(download !== undefined && { download }),
    ...(path !== undefined && { path }),
    files: filesOf(one),
    dependsOn: [],
  };
}

/** Adds what another lock file says of the same package; the first has its say on what both know. */
export function merge(known: Entry, one: Package): void {
  const { scope, importer } = known;
  Object.assign(known, { ...newEntry(one), ...known });
  known.scope = strongerScope(scope, one.scope);
  known.importer = importer || one.importer;
  for (const file of filesOf(one)) if (!known.files.includes(file)) known.files.push(file);
}

/** A repository's or an archive's package is not the registry's of that name: the purl says where it is from. */
function purlOf({ name, version, source }: Package, download: Download | undefined): string {
  const purl = toPurl(name, version);
  if (download?.kind === 'git') return qualified(purl, 'vcs_url', vcsUrl(download));
  const isForeign = source === 'git' || source === 'tarball';
  return isForeign && download !== undefined ? qualified(purl, 'download_url', download.url) : purl;
}

function pathOf({ resolved, nodes, importer, source }: Package): string | undefined {
  if (!importer && source === 'registry') return undefined;
  const path = resolved ?? (importer ? nodes[0]?.key : undefined);
  return path === undefined || path === '' || path === '.' ? undefined : withoutSecrets(path);
}

function filesOf({ tree, nodes }: Package): string[] {
  if (tree.manager !== 'cdn') return [tree.file];
  return [...new Set(nodes.map((node) => tree.locate(node).file))];
}
