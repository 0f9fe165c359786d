/**
 * Credentials, certificates and proxies as npm's own client would use them for a URL (npm-registry-fetch and
 * @npmcli/agent), but stricter in one point: nothing secret goes over http to a host that is configured as https.
 */
import { rootCertificates } from 'node:tls';
import { decoded } from './http/redact.ts';
import type { Network } from './http/wire.ts';
import type { Io } from './io.ts';
import { parseUrl } from './url.ts';

type Flat = Readonly<Record<string, unknown>>;

/** Connections by npm's flat options. `urls` are named by the user and may lead to private addresses, as registries may. */
export function networkOf(
  io: Pick<Io, 'env' | 'readFile'>,
  flat: Flat,
  registries: readonly string[],
  urls: readonly string[],
): Network {
  const configured = new Set([...registries, ...urls].flatMap((url) => parseUrl(url)?.host ?? []));
  const origins = new Set(registries.flatMap((url) => parseUrl(url)?.origin ?? []));
  const ca = [flat.ca ?? []].flat().map(String);
  let all: string[] | undefined;
  // npm's authorities stand in the place of the usual ones for registries alone: public hosts have others.
  const trusted = (url: URL): string[] => {
    if (origins.has(url.origin)) return ca;
    all ??= [...new Set([...rootCertificates, ...ca, ...extraAuthorities(io)].map((one) => one.trim()))];
    return all;
  };
  const keyFor = (url: URL) =>
    url.protocol === 'https:' || origins.has(url.origin) ? authKey(url, flat, registries) : undefined;
  return {
    proxyFor: (url) => proxyFor(url, flat, io.env),
    tlsFor(url) {
      // Who checks no certificate of a registry did not mean everybody else's.
      const base = {
        strict: flat.strictSSL !== false || !configured.has(url.host),
        ...(ca.length > 0 ? { ca: trusted(url) } : {}),
      };
      const key = keyFor(url);
      const files = key === undefined ? {} : clientCertificate(io, flat, key);
      const { cert, key: pem } = flat;
      const common =
        typeof cert === 'string' && typeof pem === 'string' && origins.has(url.origin)
          ? { cert, key: pem }
          : {};
      return { ...base, ...common, ...files };
    },
    authorizationFor(url) {
      const key = keyFor(url);
      return key === undefined ? undefined : authorization(flat, key);
    },
    isConfigured: (host) => configured.has(host),
    secrets: secretsOf(flat, io.env, [...registries, ...urls]),
  };
}

// Node reads it by itself only where no authority is named.
function extraAuthorities({ env, readFile }: Pick<Io, 'env' | 'readFile'>): string[] {
  const file = env.NODE_EXTRA_CA_CERTS;
  if (!file) return [];
  try {
    return (
      readFile(file)
        .toString()
        .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    );
  } catch {
    return [];
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

// The longest part of the URL for which something is configured: `//host/path/`, `//host/path`, `//host/` …
function authKey(url: URL, flat: Flat, registries: readonly string[]): string | undefined {
  const own = longestKey(url, flat);
  if (own !== undefined) return own;
  // Tarballs may lie beside the registry's own path on the same host.
  for (const registry of registries) {
    const parsed = parseUrl(registry);
    if (parsed?.origin === url.origin) {
      const key = longestKey(parsed, flat);
      if (key !== undefined) return key;
    }
  }
  return undefined;
}

function longestKey({ host, pathname }: URL, flat: Flat): string | undefined {
  const path = pathname.slice(0, 2000);
  for (let key = `//${host}${path}`; key.length > 2; key = key.replace(/(?:[^/]+|\/)$/, '')) {
    if (authorization(flat, key) !== undefined || text(flat[`${key}:certfile`]) !== '') return key;
  }
  return undefined;
}

// What stayed `${NAME}` is a variable that is not set: no credential.
function setValue(value: unknown): string {
  return text(value).includes('${') ? '' : text(value);
}

function authorization(flat: Flat, key: string): string | undefined {
  const token = setValue(flat[`${key}:_authToken`]);
  if (token !== '') return `Bearer ${token}`;
  const user = setValue(flat[`${key}:username`]);
  const password = setValue(flat[`${key}:_password`]);
  if (user !== '' && password !== '') {
    const pair = `${user}:${Buffer.from(password, 'base64').toString('utf8')}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const auth = setValue(flat[`${key}:_auth`]);
  return auth === '' ? undefined : `Basic ${auth}`;
}

function clientCertificate(
  io: Pick<Io, 'readFile'>,
  flat: Flat,
  key: string,
): { cert?: string; key?: string } {
  const certfile = text(flat[`${key}:certfile`]);
  const keyfile = text(flat[`${key}:keyfile`]);
  if (certfile === '' || keyfile === '') return {};
  return {
    cert: io.readFile(certfile, 1024 * 1024).toString('utf8'),
    key: io.readFile(keyfile, 1024 * 1024).toString('utf8'),
  };
}

const PROXY_VARIABLES = ['https_proxy', 'http_proxy', 'proxy', 'HTTPS_PROXY', 'HTTP_PROXY', 'PROXY'];

function secretsOf(flat: Flat, env: Io['env'], urls: readonly string[]): string[] {
  const secrets: string[] = [];
  for (const [key, value] of Object.entries(flat)) {
    const secret = setValue(value);
    if (secret === '' || !/^\/\/.*:(?:_authToken|_auth|_password)$/.test(key)) continue;
    secrets.push(secret);
    if (key.endsWith(':_password')) secrets.push(Buffer.from(secret, 'base64').toString('utf8'));
    if (key.endsWith(':_auth'))
      secrets.push(
        Buffer.from(secret, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, ''),
      );
  }
  for (const url of [flat.proxy, flat.httpsProxy, ...PROXY_VARIABLES.map((name) => env[name]), ...urls]) {
    const password = parseUrl(text(url))?.password ?? '';
    if (password !== '') secrets.push(password, decoded(password));
  }
  return secrets;
}

function proxyFor(url: URL, flat: Flat, env: Io['env']): string | undefined {
  const variable = (name: string) => env[name] || env[name.toUpperCase()] || '';
  const https = variable('https_proxy');
  const fromEnv = url.protocol === 'https:' ? https : https || variable('http_proxy') || variable('proxy');
  const proxy = text(flat.httpsProxy) || text(flat.proxy) || fromEnv;
  const none = text(flat.noProxy) || variable('no_proxy');
  if (proxy === '' || isExempt(url.hostname, none)) return undefined;
  return proxy;
}

function isExempt(hostname: string, none: string): boolean {
  for (const entry of none.split(',')) {
    const domain = entry.trim().replace(/^\*?\.+|\.+$/g, '');
    if (domain === '') continue;
    if (domain === '*' || hostname === domain || hostname.endsWith(`.${domain}`)) return true;
  }
  return false;
}
