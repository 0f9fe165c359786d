/** What SPDX 2.3 asks of a document, as far as vakt writes it: https://spdx.github.io/spdx-spec/v2.3/ */
import parse from 'spdx-expression-parse';

interface Element {
  [key: string]: unknown;
}

/** Section 6, 7, 10, 11: the keys of each element, and whether it must have them. */
const KEYS: Record<string, Record<string, boolean>> = {
  document: {
    spdxVersion: true,
    dataLicense: true,
    SPDXID: true,
    name: true,
    documentNamespace: true,
    creationInfo: true,
    comment: false,
    packages: true,
    hasExtractedLicensingInfos: false,
    relationships: true,
  },
  creationInfo: { created: true, creators: true },
  package: {
    SPDXID: true,
    name: true,
    versionInfo: false,
    downloadLocation: true,
    filesAnalyzed: true,
    licenseConcluded: true,
    licenseDeclared: true,
    copyrightText: true,
    checksums: false,
    externalRefs: false,
    primaryPackagePurpose: false,
    comment: false,
  },
  checksum: { algorithm: true, checksumValue: true },
  reference: { referenceCategory: true, referenceType: true, referenceLocator: true },
  licence: { licenseId: true, extractedText: true, name: true },
  relationship: { spdxElementId: true, relationshipType: true, relatedSpdxElement: true },
};

const HEX: Record<string, number> = { MD5: 32, SHA1: 40, SHA256: 64, SHA384: 96, SHA512: 128 };

/** Section 7.7.3. */
const LOCATION =
  /^(?:NONE|NOASSERTION|(?:https?|git|git\+(?:https?|ssh|git)):\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]+)$/;

/** What is wrong with a document, one line each. */
export function spdxFaults(text: string): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  const document = JSON.parse(text) as Element;
  const list = (owner: Element, key: string): Element[] => (owner[key] as Element[] | undefined) ?? [];
  const shape = (kind: string, element: Element): void => {
    for (const [key, required] of Object.entries(KEYS[kind] ?? {}))
      must(!required || key in element, `${kind} lacks ${key}`);
    for (const key of Object.keys(element)) must(key in (KEYS[kind] ?? {}), `${kind} has ${key}`);
  };
  shape('document', document);
  must(document.spdxVersion === 'SPDX-2.3' && document.dataLicense === 'CC0-1.0', 'version or licence');
  must(document.SPDXID === 'SPDXRef-DOCUMENT' && document.name !== '', 'id or name');
  const namespace = String(document.documentNamespace);
  must(URL.canParse(namespace) && !/[#\s]/.test(namespace), `namespace ${namespace}`);
  const info = document.creationInfo as Element;
  shape('creationInfo', info);
  must(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(info.created)), `created ${info.created}`);
  must(/^Tool: \S+-\d/.test(String((info.creators as string[])[0])), 'creators');
  const own = new Set<unknown>();
  for (const one of list(document, 'hasExtractedLicensingInfos')) {
    shape('licence', one);
    must(/^LicenseRef-[a-zA-Z0-9.-]+$/.test(String(one.licenseId)), `licence ${one.licenseId}`);
    must(!own.has(one.licenseId) && one.extractedText !== '', `licence ${one.licenseId} twice or empty`);
    own.add(one.licenseId);
  }
  const ids = new Set<unknown>(['SPDXRef-DOCUMENT']);
  for (const one of list(document, 'packages')) {
    shape('package', one);
    must(/^SPDXRef-[a-zA-Z0-9.-]+$/.test(String(one.SPDXID)), `id ${one.SPDXID}`);
    must(!ids.has(one.SPDXID), `id ${one.SPDXID} twice`);
    ids.add(one.SPDXID);
    must(one.name !== '' && one.versionInfo !== '', `${one.SPDXID}: name or version`);
    must(LOCATION.test(String(one.downloadLocation)), `location ${one.downloadLocation}`);
    must(isLicense(String(one.licenseDeclared), own), `declares ${one.licenseDeclared}`);
    for (const sum of list(one, 'checksums')) {
      shape('checksum', sum);
      const value = String(sum.checksumValue);
      must(/^[0-9a-f]+$/.test(value) && HEX[String(sum.algorithm)] === value.length, `checksum ${value}`);
    }
    for (const reference of list(one, 'externalRefs')) {
      shape('reference', reference);
      must(
        /^pkg:npm\/[^\s/]\S*$/.test(String(reference.referenceLocator)),
        `purl ${reference.referenceLocator}`,
      );
    }
  }
  const seen = new Set<string>();
  for (const one of list(document, 'relationships')) {
    shape('relationship', one);
    must(ids.has(one.spdxElementId) && ids.has(one.relatedSpdxElement), `dangling ${JSON.stringify(one)}`);
    must(!seen.has(JSON.stringify(one)), `twice ${JSON.stringify(one)}`);
    seen.add(JSON.stringify(one));
  }
  const described = list(document, 'relationships').filter((one) => one.relationshipType === 'DESCRIBES');
  must(
    described.length === 1 && described[0]?.spdxElementId === 'SPDXRef-DOCUMENT',
    'describes no one thing',
  );
  return faults;
}

function isLicense(text: string, own: ReadonlySet<unknown>): boolean {
  if (text === 'NOASSERTION') return true;
  try {
    parse(text);
  } catch {
    return false;
  }
  return (text.match(/LicenseRef-[a-zA-Z0-9.-]+/g) ?? []).every((one) => own.has(one));
}
