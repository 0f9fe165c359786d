/**
 * SARIF 2.1.0, held to what GitHub code scanning takes and shows.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
 */
import { createHash } from 'node:crypto';
import type { Finding, Gap, Location } from '../../model.ts';
import { count, oneLine, wellFormed } from '../../plain.ts';
import type { Ignore } from '../../policy/policy.ts';
import { VERSION } from '../../version.ts';
import type { Format, Look, Offer, Report } from '../report.ts';
import { adviser, placesOf, sentence, wayTo } from '../say.ts';
import { descriptors, LEVELS, ruleIdOf } from './rules.ts';
import type { ArtifactLocation, Descriptor, Fix, Notification, Region, Result } from './types.ts';

/** GitHub takes no more results of a run. */
const RESULTS = 25_000;
/** Told apart by a number, should its content ever change: `vakt/v1`. */
const FINGERPRINT = 'vakt/v1';
const HOME = 'https://www.npmjs.com/package/vakt';

/** One result for each finding and place, the most pressing first; accepted findings are suppressed results. */
export const sarif: Format = (report, look) => {
  const { findings, accepted } = report;
  const rules = descriptors(report, [...findings, ...accepted.map(({ finding }) => finding)]);
  const { results, left } = resultsOf(report, look, rules);
  const run = {
    tool: {
      driver: { name: 'vakt', version: VERSION, semanticVersion: VERSION, informationUri: HOME, rules },
    },
    automationDetails: { id: `vakt/${category(report)}/` },
    ...(look.revision !== undefined && { versionControlProvenance: [provenance(look.revision)] }),
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
    invocations: [invocation(report, left)],
    columnKind: 'utf16CodeUnits',
    results,
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
};

// Two projects of one repository are two categories: the later upload would replace the earlier one otherwise.
function category({ project }: Report): string {
  return project.replace(/^@/, '').replace(/[^\w.-]+/g, '-') || 'scan';
}

function provenance({ repository, commit, branch }: NonNullable<Look['revision']>): object {
  return {
    repositoryUri: repository,
    revisionId: commit,
    ...(branch !== undefined && { branch: oneLine(branch) }),
    mappedTo: { uriBaseId: '%SRCROOT%' },
  };
}

function invocation({ exitCode, verdict, gaps }: Report, left: number): object {
  const notifications = gaps.map(notification);
  if (left > 0) {
    const text = `${count(left)} more results are not in this file: code scanning takes ${count(RESULTS)}.`;
    notifications.push({ level: 'warning', message: { text }, descriptor: { id: 'results' } });
  }
  return {
    executionSuccessful: !gaps.some(({ required }) => required),
    exitCode,
    exitCodeDescription: verdict,
    toolExecutionNotifications: notifications,
  };
}

function notification({ source, fact, reason, required }: Gap): Notification {
  const text = messageText(`Not checked: ${fact} (${source}): ${reason}`);
  return {
    level: required ? 'error' : 'note',
    message: { text },
    descriptor: { id: wellFormed(oneLine(fact)) },
  };
}

interface Context {
  indexOf: ReadonlyMap<string, number>;
  adviceFor: (finding: Finding) => string | undefined;
  report: Report;
  base: string;
  offers: ReadonlyMap<string, Offer>;
}

function resultsOf(
  report: Report,
  { base }: Look,
  rules: readonly Descriptor[],
): { results: Result[]; left: number } {
  const context: Context = {
    indexOf: new Map(rules.map(({ id }, i) => [id, i])),
    adviceFor: adviser(report),
    report,
    base,
    offers: new Map(report.offers.map((offer) => [offerKey(offer.url, offer.location), offer])),
  };
  const results: Result[] = [];
  let left = 0;
  // One matter may be several findings: in production and in development, say.
  const ordinals = new Map<string, number>();
  const add = (finding: Finding, ignore?: Ignore) => {
    const places = placesOf(finding);
    const room = Math.max(0, RESULTS - results.length);
    const text = room === 0 ? '' : wording(finding, context.adviceFor(finding), report);
    left += Math.max(0, places.length - room);
    for (const place of places.slice(0, room)) {
      const matter = `${finding.fingerprint} ${place.file}`;
      const ordinal = ordinals.get(matter) ?? 0;
      ordinals.set(matter, ordinal + 1);
      results.push(resultOf({ finding, text, place, ordinal, ignore }, context));
    }
  };
  for (const finding of report.findings) add(finding);
  for (const { finding, ignore } of report.accepted) add(finding, ignore);
  return { results, left };
}

interface Occurrence {
  finding: Finding;
  text: string;
  place: Location;
  /** Which of its matter's places in its file, from 0. */
  ordinal: number;
  ignore: Ignore | undefined;
}

function resultOf(
  { finding, text, place, ordinal, ignore }: Occurrence,
  { indexOf, report, base, offers }: Context,
): Result {
  const ruleId = ruleIdOf(finding);
  const offer = ignore === undefined ? offers.get(offerKey(finding.url ?? '', place)) : undefined;
  return {
    ruleId,
    ruleIndex: indexOf.get(ruleId) ?? -1,
    kind: 'fail',
    level: LEVELS[finding.level],
    message: { text },
    locations: [
      { physicalLocation: { artifactLocation: artifact(base, place.file), region: regionOf(place) } },
    ],
    partialFingerprints: { [FINGERPRINT]: fingerprint(finding, place.file, ordinal) },
    properties: propertiesOf(finding),
    ...(report.change !== undefined && {
      baselineState: finding.added === true ? ('new' as const) : ('unchanged' as const),
    }),
    ...(offer !== undefined && { fixes: [fixOf(offer, base)] }),
    ...(ignore !== undefined && { suppressions: [suppression(ignore)] }),
  };
}

function wording(finding: Finding, advice: string | undefined, report: Report): string {
  const way = wayTo(finding, report);
  const parts = [
    sentence(finding).replace(/[.\s]+$/, ''),
    way === '' ? '' : `Comes in by ${way}`,
    advice === undefined ? '' : `What to do: ${advice}`,
  ];
  return messageText(`${parts.filter((part) => part !== '').join('. ')}.`);
}

/** Plain text that holds neither a placeholder nor an embedded link, which SARIF would read in it. §3.11.5, §3.11.6 */
function messageText(text: string): string {
  return wellFormed(oneLine(text))
    .replace(/\]\(/g, '] (')
    .replace(/\{(\d+)\}/g, '{ $1 }');
}

function propertiesOf({
  severity,
  fingerprint: id,
  package: subject,
  advisory,
}: Finding): Record<string, string> {
  return {
    severity,
    fingerprint: id,
    ...(subject !== undefined && { purl: subject.purl }),
    ...(advisory !== undefined && { advisory: wellFormed(oneLine(advisory.id)) }),
  };
}

// Neither line nor column: a result stays itself while lines move.
function fingerprint(finding: Finding, file: string, ordinal: number): string {
  const parts = [finding.fingerprint, wellFormed(file), ordinal];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function suppression({ reason, owner, until, where }: Ignore): NonNullable<Result['suppressions']>[number] {
  const justification = wellFormed(oneLine(`${reason} (${owner}, until ${until}, ${where})`));
  return { kind: 'external', status: 'accepted', justification };
}

function fixOf({ location, replacements }: Offer, base: string): Fix {
  const changes = replacements.map(({ start, end, text }) => ({
    deletedRegion: { ...regionOf(start), endLine: end.line, endColumn: end.column },
    insertedContent: { text },
  }));
  return {
    description: { text: 'Add the integrity that is known for this URL (vakt sri-fix).' },
    artifactChanges: [{ artifactLocation: artifact(base, location.file), replacements: changes }],
  };
}

function regionOf({ line, column }: Location): Region {
  return { startLine: line, startColumn: column };
}

function artifact(base: string, file: string): ArtifactLocation {
  return { uri: relativeUri(`${base}${file}`), uriBaseId: '%SRCROOT%' };
}

/** A path as a relative reference: each segment encoded, so that none is taken for a scheme or a query. RFC 3986 */
function relativeUri(path: string): string {
  return wellFormed(path).split('/').map(encodeURIComponent).join('/');
}

function offerKey(url: string, { file, offset }: Location): string {
  return `${offset} ${file} ${url}`;
}
