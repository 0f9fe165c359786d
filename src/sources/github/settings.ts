/** Which GitHub to ask, and as whom: by the variables that GitHub Actions and the gh command set. */
import { UserError } from '../../errors.ts';
import type { Network } from '../../http/wire.ts';
import type { Io } from '../../io.ts';
import { parseUrl } from '../../url.ts';

export interface GitHubSettings {
  /** Of the REST API, without a slash at its end. */
  api: string;
  graphql: string;
  /** Where its repositories lie: github.com, or an Enterprise Server's host. */
  host: string;
  /** Never leaves but as the `authorization` of a request to `api` or `graphql`. */
  token?: string;
  /** URLs that the environment names, and that may therefore lead to private addresses. */
  named: readonly string[];
}

const API = 'https://api.github.com';

/**
 * GITHUB_API_URL, GITHUB_GRAPHQL_URL, GITHUB_SERVER_URL, and GITHUB_TOKEN or GH_TOKEN. Throws UserError for addresses
 * that are none, and for two APIs on different hosts: the token belongs to one.
 */
export function githubSettings({ env }: Pick<Io, 'env'>): GitHubSettings {
  const api = address('GITHUB_API_URL', env.GITHUB_API_URL) ?? API;
  const named = address('GITHUB_GRAPHQL_URL', env.GITHUB_GRAPHQL_URL);
  // An Enterprise Server has them side by side: /api/v3 and /api/graphql.
  const graphql = named ?? (/\/api\/v3$/.test(api) ? api.replace(/v3$/, 'graphql') : `${api}/graphql`);
  if (new URL(api).host !== new URL(graphql).host) {
    throw new UserError('is on another host than GITHUB_API_URL', {
      where: 'GITHUB_GRAPHQL_URL',
      hint: 'set both, or neither, for the server that the token is for',
    });
  }
  const server = address('GITHUB_SERVER_URL', env.GITHUB_SERVER_URL);
  const host = server === undefined ? webHost(new URL(api).host) : new URL(server).host;
  const token = [env.GITHUB_TOKEN, env.GH_TOKEN].map((one) => one?.trim() ?? '').find((one) => one !== '');
  return {
    api,
    graphql,
    host: host.toLowerCase(),
    named: api === API ? [] : [api, graphql],
    // What is no header's value would end up in an error's words.
    ...(token !== undefined && /^[!-~]{1,1000}$/.test(token) && { token }),
  };
}

function address(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  const url = parseUrl(value);
  const isPlain = url !== undefined && url.username === '' && url.search === '' && url.hash === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw new UserError('is no address of a GitHub server', {
      where: name,
      hint: 'such as https://github.example.com/api/v3; unset, github.com is asked',
    });
  }
  return url.href.replace(/\/+$/, '');
}

// api.github.com serves github.com, and api.octo.ghe.com serves octo.ghe.com; a server of one's own serves itself.
function webHost(host: string): string {
  return host === 'api.github.com' || /^api\..+\.ghe\.com$/.test(host) ? host.slice(4) : host;
}

/** The project's connections, with the token for GitHub's own addresses in the place of anything .npmrc says. */
export function githubNetwork(network: Network, { api, graphql, token, named }: GitHubSettings): Network {
  const origins = new Set([api, graphql].map((url) => new URL(url).origin));
  const hosts = new Set(named.map((url) => new URL(url).host));
  return {
    ...network,
    authorizationFor: (url) =>
      origins.has(url.origin) && token !== undefined ? `Bearer ${token}` : undefined,
    isConfigured: (host) => hosts.has(host),
    secrets: token === undefined ? network.secrets : [...network.secrets, token],
  };
}
