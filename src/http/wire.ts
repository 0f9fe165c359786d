/** One request to one URL, over undici: connections, TLS, proxies, and the check of where a name leads. */
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { createSecureContext } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { parseUrl } from '../url.ts';
import { isPrivateAddress, literalAddress } from './addresses.ts';
import { Failed } from './reasons.ts';
import { decoded } from './redact.ts';

/** What the user's configuration says about connections. */
export interface Network {
  /** URL of the proxy for a URL; undefined: straight. */
  proxyFor(url: URL): string | undefined;
  /** Trust in place of the usual roots, client certificate, and whether certificates are checked at all. */
  tlsFor(url: URL): { ca?: string[]; cert?: string; key?: string; strict: boolean };
  /** What goes into the `authorization` header. */
  authorizationFor(url: URL): string | undefined;
  /** Whether the user named this host (with its port, where it has one), so that it may be private. */
  isConfigured(host: string): boolean;
  /** What no message may show. */
  secrets: readonly string[];
}

interface Exchange {
  url: URL;
  method: 'GET' | 'POST' | 'PATCH';
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | undefined;
  signal: AbortSignal;
}

export interface Wire {
  /** Sends and waits for the headers. Rejects with undici's, node's or this file's errors. */
  send(exchange: Exchange): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

const CONNECT_MS = 5000;
/** Our own deadlines come first; this ends what they might miss. */
const BACKSTOP_MS = 60_000;

/**
 * undici 7 throws where nobody can catch it when a server ends the connection while its parser is paused
 * (nodejs/undici#5360, mended in 8, which wants Node 22). A reader that takes everything never pauses it; what
 * waits to be read is counted in body.ts.
 */
const NEVER_PAUSE = Number.MAX_SAFE_INTEGER;

/** Opens no connection before it is asked to. */
export function createWire(network: Network): Wire {
  const dispatchers = new Map<string, Dispatcher>();
  const dispatcherFor = (url: URL): Dispatcher => {
    const known = dispatchers.get(url.origin);
    if (known !== undefined) return known;
    const made = dispatcher(network, url);
    dispatchers.set(url.origin, made);
    return made;
  };
  return {
    async send({ url, method, headers, body, signal }) {
      refuseInner(network, url);
      return request(url, {
        dispatcher: dispatcherFor(url),
        method,
        headers,
        body: body ?? null,
        signal,
        headersTimeout: BACKSTOP_MS,
        bodyTimeout: BACKSTOP_MS,
        highWaterMark: NEVER_PAUSE,
      });
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((one) => one.destroy()));
    },
  };
}

function dispatcher(network: Network, url: URL): Dispatcher {
  const { strict, ...keys } = network.tlsFor(url);
  // Authorities are parsed once for all connections.
  const secureContext = keys.ca === undefined ? undefined : createSecureContext(keys);
  const tls = {
    ...(secureContext === undefined ? keys : { secureContext }),
    rejectUnauthorized: strict,
    timeout: CONNECT_MS,
  };
  const options = { headersTimeout: BACKSTOP_MS, bodyTimeout: BACKSTOP_MS, connections: 16, pipelining: 1 };
  const proxy = network.proxyFor(url);
  if (proxy === undefined) {
    const free = network.isConfigured(url.host);
    return new Agent({ ...options, connect: free ? tls : { ...tls, lookup: publicLookup } });
  }
  const via = parseUrl(proxy);
  if (via?.protocol !== 'http:' && via?.protocol !== 'https:')
    throw new Failed('its proxy has a URL that is not http or https');
  const { username, password } = via;
  const token = `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
  return new ProxyAgent({
    ...options,
    uri: via.origin,
    ...(username === '' ? {} : { token }),
    requestTls: tls,
    proxyTls: { ...network.tlsFor(via), rejectUnauthorized: strict, timeout: CONNECT_MS },
    // Proxies take a plain request for http; many allow tunnels to port 443 only.
    proxyTunnel: url.protocol === 'https:',
  });
}

// An address written out never passes through a look-up; nor does one that a proxy resolves.
function refuseInner(network: Network, url: URL): void {
  if (network.isConfigured(url.host)) return;
  const literal = literalAddress(url.hostname);
  const inner =
    literal === undefined ? /(?:^|\.)localhost\.?$/.test(url.hostname) : isPrivateAddress(literal);
  if (inner) throw new Failed(`leads to the private address ${url.hostname}`);
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

// The addresses that are checked are the ones that are connected to: a name cannot change its mind in between.
function publicLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    const outer = found.filter(({ address }) => !isPrivateAddress(address));
    const [first] = outer;
    if (first === undefined) callback(new Failed(`${hostname} leads to a private address`), []);
    else if (options.all === true) callback(null, outer);
    else callback(null, first.address, first.family);
  });
}
