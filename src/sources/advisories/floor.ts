/**
 * What is known without any database: notorious compromises and critical holes that old lock files still hold.
 * A stopgap, never "all clear": whoever uses it reports a gap. Each row repeats what its record says at `page`;
 * a test compares the rows with the records where the corpus has them.
 */
import type { Severity } from '../../model.ts';
import type { AdvisoryRecord, Interval } from './record.ts';
import { parseBound } from './version.ts';

/** One fact: this record means these versions of this package. */
export interface FloorFact {
  id: string;
  aliases?: readonly string[];
  name: string;
  title: string;
  /** Undefined for malware records, which carry none. */
  severity?: Severity;
  malware: boolean;
  versions?: readonly string[];
  /** From the first affected version (`0`: from the beginning) to the first fixed one (absent: none). */
  ranges?: readonly (readonly [introduced: string, fixed?: string])[];
  page: string;
}

/** A malicious release of September 2025, when the account of the author of chalk and debug was taken over. */
function september(id: string, name: string, version: string, aliases: readonly string[]): FloorFact {
  return {
    id,
    aliases,
    name,
    title: `Malicious code in ${name} (npm)`,
    malware: true,
    versions: [version],
    page: `https://osv.dev/vulnerability/${id}`,
  };
}

function advisory(
  id: string,
  fact: Omit<FloorFact, 'id' | 'page' | 'malware' | 'severity'> & { severity?: Severity; malware?: boolean },
): FloorFact {
  return { malware: false, severity: 'critical', ...fact, id, page: `https://github.com/advisories/${id}` };
}

export const FLOOR: readonly FloorFact[] = [
  september('MAL-2025-46966', 'ansi-regex', '6.2.1', ['GHSA-jvhh-2m83-6w29']),
  september('MAL-2025-46967', 'ansi-styles', '6.2.2', ['GHSA-p5rr-crjh-x7gr']),
  september('MAL-2025-46969', 'chalk', '5.6.1', ['GHSA-2v46-p5h4-248w']),
  september('MAL-2025-46971', 'color-convert', '3.1.1', [
    'CVE-2025-59162',
    'GHSA-ch7m-m9rf-8gvv',
    'GHSA-pxx3-g568-hxr4',
  ]),
  september('MAL-2025-46972', 'color-name', '2.0.1', [
    'CVE-2025-59145',
    'GHSA-5fvm-p68v-5wmh',
    'GHSA-m99c-cfww-cxqx',
  ]),
  september('MAL-2025-46974', 'debug', '4.4.2', [
    'CVE-2025-59144',
    'GHSA-4x49-vf9v-38px',
    'GHSA-8mgj-vmr8-frr6',
  ]),
  september('MAL-2025-46975', 'error-ex', '1.3.3', ['GHSA-5g7q-qh7p-jjvm']),
  september('MAL-2025-46977', 'is-arrayish', '0.3.3', ['GHSA-frh7-2f84-v9mw', 'GHSA-hfm8-9jrf-7g9w']),
  september('MAL-2025-46980', 'strip-ansi', '7.1.1', ['GHSA-vfjc-p7x3-q864']),
  september('MAL-2025-46981', 'supports-color', '10.2.1', ['GHSA-pj3j-3w3f-j752']),
  september('MAL-2025-46983', 'wrap-ansi', '9.0.1', ['GHSA-2rv4-jp6r-xgq7']),
  advisory('GHSA-73qr-pfmq-6rp8', {
    name: 'coa',
    title: 'Embedded malware in coa',
    malware: true,
    versions: ['2.0.3', '2.0.4', '2.1.1', '2.1.3', '3.0.1', '3.1.3'],
  }),
  advisory('GHSA-g2q5-5433-rhrf', {
    name: 'rc',
    title: 'Embedded malware in rc',
    malware: true,
    versions: ['1.2.9', '1.3.9', '2.3.9'],
  }),
  advisory('GHSA-pjwm-rvh2-c87w', {
    name: 'ua-parser-js',
    title: 'Embedded malware in ua-parser-js',
    malware: true,
    ranges: [
      ['0.7.29', '0.7.30'],
      ['0.8.0', '0.8.1'],
      ['1.0.0', '1.0.1'],
    ],
  }),
  advisory('GHSA-mh6f-8j2x-4483', {
    name: 'event-stream',
    title: 'Critical severity vulnerability that affects event-stream and flatmap-stream',
    malware: true,
    ranges: [['3.3.6', '4.0.0']],
  }),
  advisory('GHSA-mh6f-8j2x-4483', {
    name: 'flatmap-stream',
    title: 'Critical severity vulnerability that affects event-stream and flatmap-stream',
    malware: true,
    ranges: [['0']],
  }),
  advisory('GHSA-97m3-w2cp-4xx6', {
    aliases: ['CVE-2022-23812'],
    name: 'node-ipc',
    title: 'Embedded Malicious Code in node-ipc',
    malware: true,
    ranges: [['10.1.1', '10.1.3']],
  }),
  advisory('GHSA-xv2f-5jw4-v95m', {
    aliases: ['MAL-2023-462'],
    name: 'fsevents',
    title: 'Malware in fsevents',
    malware: true,
    ranges: [['1.0.0', '1.2.11']],
  }),
  advisory('GHSA-jf85-cpcp-j695', {
    aliases: ['CVE-2019-10744'],
    name: 'lodash',
    title: 'Prototype Pollution in lodash',
    ranges: [['0', '4.17.12']],
  }),
  advisory('GHSA-xvch-5gv4-984h', {
    aliases: ['CVE-2021-44906'],
    name: 'minimist',
    title: 'Prototype Pollution in minimist',
    ranges: [
      ['0', '0.2.4'],
      ['1.0.0', '1.2.6'],
    ],
  }),
  advisory('GHSA-fjxv-7rqg-78g4', {
    aliases: ['CVE-2025-7783'],
    name: 'form-data',
    title: 'form-data uses unsafe random function in form-data for choosing boundary',
    ranges: [
      ['0', '2.5.4'],
      ['3.0.0', '3.0.4'],
      ['4.0.0', '4.0.4'],
    ],
  }),
  advisory('GHSA-cf4h-3jhx-xvhq', {
    aliases: ['CVE-2021-23358'],
    name: 'underscore',
    title: 'Arbitrary Code Execution in underscore',
    ranges: [['1.3.2', '1.12.1']],
  }),
  advisory('GHSA-67hx-6x53-jw92', {
    aliases: ['CVE-2023-45133'],
    name: '@babel/traverse',
    title: 'Babel vulnerable to arbitrary code execution when compiling specifically crafted malicious code',
    ranges: [
      ['0', '7.23.2'],
      ['8.0.0-alpha.0', '8.0.0-alpha.4'],
    ],
  }),
];

/** What the table says of a package, as a database would. */
export function floorLookup(name: string): AdvisoryRecord[] {
  return FLOOR.filter((fact) => fact.name === name).map(recordOf);
}

function recordOf(fact: FloorFact): AdvisoryRecord {
  return {
    id: fact.id,
    aliases: fact.aliases ?? [],
    withdrawn: false,
    severity: fact.severity,
    malware: fact.malware,
    title: fact.title,
    reference: fact.page,
    versions: fact.versions ?? [],
    intervals: (fact.ranges ?? []).map(intervalOf),
    hashes: [],
  };
}

function intervalOf([introduced, fixed]: readonly [string, string?]): Interval {
  return {
    from: introduced === '0' ? undefined : parseBound(introduced),
    to: fixed === undefined ? undefined : parseBound(fixed),
    fix: fixed !== undefined,
  };
}
