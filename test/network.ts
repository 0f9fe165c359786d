/** Connections for tests: straight, to loopback ports that were named, and to nothing else. */
import type { Network } from '../src/http/wire.ts';

/** A network in which only these hosts may be private. */
export function network(hosts: readonly string[], over: Partial<Network> = {}): Network {
  return {
    proxyFor: () => undefined,
    tlsFor: () => ({ strict: true }),
    authorizationFor: () => undefined,
    isConfigured: (host) => hosts.includes(host),
    secrets: [],
    ...over,
  };
}

/** Limits under which no fault lasts. */
export const IMPATIENT = { failingMs: 600, headersMs: 600, windowMs: 200, totalMs: 700, backoffMs: 10 };
