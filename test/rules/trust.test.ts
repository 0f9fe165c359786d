/** How trust in what publishes a package can get less, on documents as registries send them (pnpm's cases, and more). */
import type { Http } from '../../src/http.ts';
import { DEFAULT_OPTIONS } from '../../src/rules/options.ts';
import provenanceLost from '../../src/rules/provenance-lost.ts';
import publisherChanged from '../../src/rules/publisher-changed.ts';
import { createHistories } from '../../src/sources/history.ts';
import { pkg, withHistory } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

/** T: a trusted workflow. P: provenance. A: approved by a person. S: the registry's signature. -: nothing of these. */
type Marks = string;

function manifest(marks: Marks, who: string | undefined): object {
  const user = {
    name: marks.includes('T') ? 'GitHub Actions' : who,
    ...(marks.includes('T') && { trustedPublisher: { id: 'github', oidcConfigId: 'oidc:1' } }),
    ...(marks.includes('A') && { approver: { name: who, email: 'ann@example.test' } }),
  };
  return {
    ...(who !== undefined && { _npmUser: user }),
    dist: {
      shasum: 'a'.repeat(40),
      ...(marks.includes('P') && {
        attestations: { url: 'https://x.test', provenance: { predicateType: 'p' } },
      }),
      ...(marks.includes('S') && { signatures: [{ keyid: 'k', sig: 's' }] }),
    },
  };
}

const SENT = { ok: true, status: 200, contentType: '', etag: '', body: Buffer.alloc(0) } as const;

/** Versions in the order of their publishing, a month apart: `1.0.0 TP`, `1.0.1 - eve`, `1.0.2 - ?` (nobody named). */
async function judged(locked: string, lines: string[], without: 'time' | undefined): Promise<string[]> {
  const versions: Record<string, object> = {};
  const time: Record<string, string> = {};
  lines.forEach((line, month) => {
    const [version = '', marks = '-', who = 'ann'] = line.split(' ');
    versions[version] = manifest(marks, who === '?' ? undefined : who);
    time[version] = new Date(Date.UTC(2025, month, 1)).toISOString();
  });
  if (without === 'time') delete time[locked];
  const http: Pick<Http, 'json'> = {
    json: async (_, read) => ({ ok: true, value: read({ name: 'a', versions, time }, SENT) }),
  };
  const registry = 'https://registry.example.test/';
  const answer = await createHistories(http as Http).ask(registry, 'a', new Set([locked]));
  assert.ok(answer.ok);
  if (!answer.ok) return [];
  const facts = withHistory(pkg(`a@${locked}`), answer.value, { options: DEFAULT_OPTIONS });
  return [publisherChanged, provenanceLost]
    .flatMap((rule) => [...rule.check(facts)])
    .map(({ rule, severity, evidence }) => `${rule} ${severity} ${evidence?.against ?? ''}`.trim());
}

const LOST = 'provenance-lost moderate 1.1.0';
const TABLE: [name: string, locked: string, lines: string[], want: string[], without?: 'time'][] = [
  ['nothing was ever attested', '2.0.0', ['1.0.0', '2.0.0'], []],
  ['published before the first attested one', '1.0.0', ['1.0.0', '2.0.0 P'], []],
  ['provenance, then none', '1.2.0', ['1.0.0', '1.1.0 P', '1.2.0'], [LOST]],
  ['provenance in the major before', '2.0.0', ['1.1.0 P', '2.0.0'], [LOST]],
  ['only a prerelease had it', '3.0.0', ['1.0.0', '2.0.0-0 P', '3.0.0'], []],
  [
    'a prerelease after a prerelease that had it',
    '2.0.0-1',
    ['1.0.0', '2.0.0-0 P', '2.0.0-1'],
    ['provenance-lost moderate 2.0.0-0'],
  ],
  [
    'a trusted workflow, then provenance by a token',
    '1.2.0',
    ['1.0.0', '1.1.0 TP', '1.2.0 P'],
    ['publisher-changed high 1.1.0'],
  ],
  [
    'a trusted workflow, then nothing',
    '1.2.0',
    ['1.0.0', '1.1.0 TP', '1.2.0'],
    ['publisher-changed high 1.1.0', LOST],
  ],
  [
    'a trusted workflow, then nobody named',
    '1.2.0',
    ['1.0.0', '1.1.0 TP', '1.2.0 - ?'],
    ['publisher-changed high 1.1.0', LOST],
  ],
  [
    'approved by a person, then by nobody',
    '1.2.0',
    ['1.0.0 P', '1.1.0 AP', '1.2.0 TP'],
    ['publisher-changed moderate 1.1.0'],
  ],
  [
    'approved by a person, then published with a token',
    '1.2.0',
    ['1.1.0 AP', '1.2.0 P'],
    ['publisher-changed high 1.1.0'],
  ],
  ['a trusted workflow, then approved by a person', '1.2.0', ['1.0.0', '1.1.0 TP', '1.2.0 ATP'], []],
  ['approved by a person, without provenance', '1.2.0', ['1.0.0', '1.1.0 TP', '1.2.0 A'], []],
  ['provenance, then approved by a person', '1.2.0', ['1.0.0', '1.1.0 P', '1.2.0 A'], []],
  ['the same all along', '1.2.0', ['1.0.0', '1.1.0 TP', '1.2.0 TP'], []],
  [
    'trusted, without provenance, then with a token',
    '1.2.0',
    ['1.1.0 T', '1.2.0'],
    ['publisher-changed high 1.1.0'],
  ],
  ['no time of what is locked', '1.2.0', ['1.1.0 TP', '1.2.0'], [], 'time'],
  ['an old major by hand (semver 6.3.1)', '6.3.1', ['6.3.0', '7.5.4 TP', '6.3.1'], []],
  [
    'an old minor by hand, within the major that is attested',
    '1.1.1',
    ['1.1.0 P', '1.2.0 P', '1.1.1'],
    ['provenance-lost moderate 1.2.0'],
  ],
  [
    'an old minor whose own line never had it, but its major has',
    '1.0.1',
    ['1.0.0', '1.1.0 P', '1.0.1'],
    [LOST],
  ],
  ['a mirror that leaves all of it out', '1.2.0', ['1.0.0 - ?', '1.1.0 - ?', '1.2.0 - ?'], []],
  ['a signature that only later releases have', '1.0.0', ['1.0.0', '1.1.0 S'], []],
  ['a signature that is gone', '1.2.0', ['1.1.0 S', '1.2.0'], [LOST]],
  ['very old releases name nobody', '1.2.0', ['1.0.0 - ?', '1.1.0 - ?', '1.2.0 - eve'], []],
];

suite('trust in what publishes', (test) => {
  for (const [name, locked, lines, want, without] of TABLE)
    test(name, async () => assert.equal(await judged(locked, lines, without), want));
});
