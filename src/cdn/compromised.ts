/** Hosts that have delivered malware. */
import { isHost } from './identify.ts';

/** Why a host must not be loaded from. */
export interface Warning {
  reason: string;
  advice: string;
  source: string;
}

const SANSEC = 'https://sansec.io/research/polyfill-supply-chain-attack';
const POLYFILL = `${SANSEC}; one operator: https://www.bleepingcomputer.com/news/security/polyfillio-bootcdn-bootcss-staticfile-attack-traced-to-1-operator/, uBlockOrigin/uAssets#25303`;

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
  {
    hosts: ['googie-anaiytics.com', '*.googie-anaiytics.com'],
    reason: 'it poses as Google Analytics and carried the malware of polyfill.io',
    advice: 'drop it, and find out who put it there: this page may have been broken into',
    source: `${SANSEC}; chartingshow/crypto-firewall#515`,
  },
];

/** The warning about a URL's host, or undefined. */
export function warningFor(url: URL): Warning | undefined {
  return LIST.find(({ hosts }) => isHost(url.hostname, hosts));
}
