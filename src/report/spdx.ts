/** SPDX 2.3 as JSON. https://spdx.github.io/spdx-spec/v2.3/ */
import { digestsOf } from '../digests.ts';
import { readLicense } from '../license.ts';
import { VERSION } from '../version.ts';
import type { Bill } from './bill.ts';
import { vcsUrl } from './download.ts';
import type { Entry } from './entry.ts';

interface Package {
  SPDXID: string;
  name: string;
  versionInfo?: string;
  downloadLocation: string;
  filesAnalyzed: false;
  licenseConcluded: 'NOASSERTION';
  licenseDeclared: string;
  copyrightText: 'NOASSERTION';
  checksums?: { algorithm: string; checksumValue: string }[];
  externalRefs?: { referenceCategory: 'PACKAGE-MANAGER'; referenceType: 'purl'; referenceLocator: string }[];
  primaryPackagePurpose: 'APPLICATION' | 'LIBRARY';
  comment?: string;
}

interface Relationship {
  spdxElementId: string;
  relationshipType: 'DESCRIBES' | 'DEPENDS_ON';
  relatedSpdxElement: string;
}

const DOCUMENT = 'SPDXRef-DOCUMENT';

/** The bill as the text of an SPDX 2.3 document. */
export function spdx(bill: Bill): string {
  const all = [bill.root, ...bill.entries];
  const ids = idsOf(all);
  const idOf = (entry: Entry): string => ids.get(entry) ?? DOCUMENT;
  const licenses = new Licenses();
  const packages = all.map((entry) => toPackage(entry, idOf(entry), entry === bill.root, licenses));
  const relationships: Relationship[] = [relationship(DOCUMENT, 'DESCRIBES', idOf(bill.root))];
  for (const entry of all) {
    for (const to of entry.dependsOn) relationships.push(relationship(idOf(entry), 'DEPENDS_ON', idOf(to)));
  }
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT,
    name: bill.name,
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(bill.name)}-${bill.id}`,
    creationInfo: {
      // Section 6.9 allows no fractions of a second.
      created: bill.created.toISOString().replace(/\.\d+Z$/, 'Z'),
      creators: [`Tool: vakt-${VERSION}`],
    },
    ...(bill.gaps.length > 0 && { comment: `Not known:\n${bill.gaps.join('\n')}` }),
    packages,
    ...(licenses.extracted.size > 0 && { hasExtractedLicensingInfos: [...licenses.extracted.values()] }),
    relationships,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function relationship(from: string, type: Relationship['relationshipType'], to: string): Relationship {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

/** Section 7.2: letters, digits, `.` and `-`; unique in the document. */
function idsOf(entries: readonly Entry[]): Map<Entry, string> {
  const unique = namer();
  const ids = new Map<Entry, string>();
  for (const entry of entries) {
    const label = [entry.name, entry.version].filter((part) => part !== '').join('-');
    ids.set(entry, unique(`SPDXRef-Package-${slug(label)}`));
  }
  return ids;
}

/** A function that gives each name once: a second time with a number behind it. */
function namer(): (wanted: string) => string {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return (wanted) => {
    let count = counts.get(wanted) ?? 1;
    let name = count === 1 ? wanted : `${wanted}-${count}`;
    while (taken.has(name)) name = `${wanted}-${++count}`;
    counts.set(wanted, count + 1);
    taken.add(name);
    return name;
  };
}

function slug(text: string): string {
  return text.replace(/[^a-zA-Z0-9.-]+/g, '-').replace(/^-/, '');
}

function toPackage(entry: Entry, id: string, isRoot: boolean, licenses: Licenses): Package {
  const { name, version, purl, download, license, integrity, dependsOn: _, ...facts } = entry;
  const checksums = digestsOf(integrity ?? '').map(({ algorithm, hex }) => {
    return { algorithm: algorithm.toUpperCase(), checksumValue: hex };
  });
  const location =
    download === undefined ? 'NOASSERTION' : download.kind === 'git' ? vcsUrl(download) : download.url;
  const comment = commentOn(facts);
  return {
    SPDXID: id,
    name,
    ...(version !== '' && { versionInfo: version }),
    downloadLocation: location,
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licenses.declare(license),
    copyrightText: 'NOASSERTION',
    ...(checksums.length > 0 && { checksums }),
    ...(purl !== undefined && {
      externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
    }),
    primaryPackagePurpose: isRoot ? 'APPLICATION' : 'LIBRARY',
    ...(comment !== '' && { comment }),
  };
}

function commentOn({
  scope,
  source,
  alias,
  path,
  files,
}: Pick<Entry, 'scope' | 'source' | 'alias' | 'path' | 'files'>): string {
  const facts: string[] = [];
  if (scope !== 'prod') facts.push(`scope: ${scope}`);
  if (source !== 'registry') facts.push(`source: ${source}`);
  if (alias !== undefined) facts.push(`installed as: ${alias}`);
  if (path !== undefined) facts.push(`path: ${path}`);
  facts.push(`found in: ${files.join(', ')}`);
  return facts.join('; ');
}

/** Declared licences, and what section 10 wants to be told of those that are not on SPDX's list. */
class Licenses {
  /** By id. */
  readonly extracted = new Map<string, { licenseId: string; extractedText: string; name: string }>();
  readonly #idByText = new Map<string, string>();
  readonly #unique = namer();

  /** An expression, or NOASSERTION where nothing is known. */
  declare(license: string | undefined): string {
    if (license === undefined || license.trim() === '') return 'NOASSERTION';
    const { kind, text } = readLicense(license);
    if (kind !== 'name') {
      for (const [id] of text.matchAll(/LicenseRef-[a-zA-Z0-9.-]+/g)) {
        if (!this.extracted.has(id)) this.#tell(this.#unique(id), id);
      }
      return text;
    }
    const known = this.#idByText.get(text);
    if (known !== undefined) return known;
    // The word keeps these apart from the ids that packages choose themselves.
    const id = this.#unique(`LicenseRef-declared-${slug(text).slice(0, 60)}`);
    this.#idByText.set(text, id);
    this.#tell(id, text);
    return id;
  }

  #tell(licenseId: string, name: string): void {
    const extractedText = `The package declares "${name}"; its text is not part of the lock file.`;
    this.extracted.set(licenseId, { licenseId, extractedText, name });
  }
}
