/** Hosts that have delivered malware. */
import { isHost } from './identify.ts';

/** Why a host must not be loaded from. */
export interface Warning {
  reason: string;
  advice: string;
  source: string;
}

const POLYFILL =
  'https://sansec.io/research/polyfill-supply-chain-attack; one operator: k1995/github-i18n-plugin#79, uBlockOrigin/uAssets#24292';

const LIST: (Warning & { hosts: string[] })[] = [
  {
    hosts: ['polyfill.io', '*.polyfill.io'],
    reason: 'polyfill.io was sold in 2024 and served malware to visitors',
    advice: 'drop it: browsers of today need none of it',
    source: POLYFILL,
  },
  {
    hosts: [
      ...['bootcdn.net', '*.bootcdn.net', 'bootcss.com', '*.bootcss.com'],
      ...['staticfile.net', '*.staticfile.net', 'staticfile.org', '*.staticfile.org'],
      ...['unionadjs.com', '*.unionadjs.com', 'xhsbpza.com', '*.xhsbpza.com', 'union.macoms.la'],
      ...['newcrbpc.com', '*.newcrbpc.com'],
    ],
    reason: 'it belongs to the operator who served malware through polyfill.io',
    advice: 'load the same file from a CDN you trust, or serve it yourself',
    source: POLYFILL,
  },
];

/** The warning about a URL's host, or undefined. */
export function warningFor(url: URL): Warning | undefined {
  return LIST.find(({ hosts }) => isHost(url.hostname, hosts));
}
