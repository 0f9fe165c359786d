/** Who can be asked about third-party resources; each is opened when it is first needed. */
import type { Http } from '../http.ts';
import type { Io } from '../io.ts';
import type { Registry } from '../sources/registry.ts';
import type { Algorithm } from '../sri.ts';
import { cdnjsHashes, type Published } from './cdnjs.ts';
import type { SriLock } from './lock.ts';
import { type NpmFile, npmFiles } from './npm-file.ts';
import { type ContentKind, type Fetched, fetchResource } from './resource.ts';

export interface Sources {
  io: Pick<Io, 'kind' | 'readFile'>;
  lock: SriLock | undefined;
  /** The lock's name, for people. */
  lockName: string;
  /** A folder of bodies. */
  mirror: string | undefined;
  /** Opened when first needed; undefined: offline. */
  network: (() => Promise<{ http: Http; registry: Registry }>) | undefined;
  algorithm: Algorithm;
  /** What browsers send as Origin from the site's pages. */
  origin: string;
  update: boolean;
  /** Compares what is known with what each server delivers. */
  verify?: boolean;
  /** Asks each server twice. */
  paranoid?: boolean;
  /** Waits; in milliseconds. Only tests have one of their own. */
  wait?: (ms: number) => Promise<void>;
  progress(what: string): void;
}

/** What sources can be asked for. */
export interface Ports {
  offline: boolean;
  npm(name: string, version: string, file: string): Promise<NpmFile>;
  published(url: string): Promise<Published | undefined>;
  /** Each URL is fetched once. */
  fetched(url: string, kind: ContentKind): Promise<Fetched>;
}

/** The ports of one run. */
export function portsOf({ network, origin, paranoid = false, wait = sleep }: Sources): Ports {
  let files: ReturnType<typeof npmFiles> | undefined;
  let hashes: ReturnType<typeof cdnjsHashes> | undefined;
  const bodies = new Map<string, Promise<Fetched>>();
  const closed = { ok: false, reason: 'offline' } as const;
  return {
    offline: network === undefined,
    async npm(...wanted) {
      if (network === undefined) return { ...closed, absent: false };
      const { registry } = await network();
      files ??= npmFiles(registry);
      return files(...wanted);
    },
    async published(url) {
      if (network === undefined) return undefined;
      const { http } = await network();
      hashes ??= cdnjsHashes(http);
      return hashes(url);
    },
    async fetched(url, kind) {
      if (network === undefined) return closed;
      const key = `${kind} ${url}`;
      const { http } = await network();
      const known = bodies.get(key) ?? fetchResource({ http, origin, paranoid, wait }, url, kind);
      bodies.set(key, known);
      return known;
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
