/**
 * What a URL on a known host stands for: which npm package and file, whether its bytes can change, whether the host
 * lets SRI work. Knowledge as data; each entry names where it comes from.
 */
import { toPurl } from '../purl.ts';
import { HOSTS } from './hosts.ts';

/** How far the bytes behind a URL are fixed. */
type Pin =
  /** One immutable file. */
  | 'pinned'
  /** Follows releases: no version, a range, a tag, a branch. */
  | 'floating'
  /** Made by the host on request; may differ tomorrow for the same URL. */
  | 'generated'
  /** The provider changes it at will, or answers each visitor differently. */
  | 'mutable'
  | 'unknown';

/** What is known about a URL. */
export interface Resource {
  pin: Pin;
  /** Why it is not pinned, and what to do instead; for people. */
  reason?: string;
  advice?: string;
  /** The npm package, with its version where the URL names an exact one, and the file within it. */
  package?: { name: string; version: string; purl: string; file?: string };
  /** The packages of a URL that joins files of several. */
  parts?: { name: string; version: string; purl: string; file?: string }[];
  /** The URL's bytes are those of the npm file, as measured; never guessed. */
  npmBytes: boolean;
  /** The URL names no file, and leads to the one that the package.json names as `unpkg`, where it names one. */
  entry?: true;
  /** Whether the host answers with `access-control-allow-origin: *`; undefined when unknown. */
  cors: boolean | undefined;
  /** Where this knowledge comes from. */
  source: string;
}

/** What a host's reader found in a URL's path. */
export interface Shape {
  pin: Pin;
  reason?: string;
  advice?: string;
  name?: string;
  version?: string;
  file?: string;
  npmBytes?: boolean;
  entry?: true;
  /** Of a URL that joins several files. */
  parts?: { name: string; version: string; file: string }[];
}

/** What is known about a URL, or undefined for a host nobody described. */
export function identify(url: URL): Resource | undefined {
  for (const host of HOSTS) {
    if (!isHost(url.hostname, host.hosts)) continue;
    const shape = host.read(url);
    if (shape === undefined) continue;
    const { pin, reason, advice, name, version = '', file, npmBytes = false, entry, parts = [] } = shape;
    const resource: Resource = { pin, npmBytes, cors: host.cors, source: host.source };
    if (entry === true) resource.entry = true;
    if (reason !== undefined) resource.reason = reason;
    if (advice !== undefined) resource.advice = advice;
    if (name !== undefined) {
      resource.package = { name, version, purl: toPurl(name, version) };
      if (file !== undefined && file !== '') resource.package.file = file;
    }
    if (parts.length > 0)
      resource.parts = parts.map((part) => ({ ...part, purl: toPurl(part.name, part.version) }));
    return resource;
  }
  return undefined;
}

/** Whether a host is one of those named; `*.example.com` names all below example.com. */
export function isHost(hostname: string, names: readonly string[]): boolean {
  const plain = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return names.some((name) => (name.startsWith('*.') ? plain.endsWith(name.slice(1)) : plain === name));
}
