/** CycloneDX 1.6 as JSON, through the specification's own library. https://cyclonedx.org/docs/1.6/json/ */
import {
  ComponentScope,
  ComponentType,
  ExternalReferenceType,
  HashAlgorithm,
  LicenseAcknowledgement,
  LifecyclePhase,
} from '@cyclonedx/cyclonedx-library/Enums';
import {
  Bom,
  Component,
  ExternalReference,
  HashDictionary,
  LicenseExpression,
  Metadata,
  NamedLicense,
  Property,
  SpdxLicense,
  Tools,
} from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { type Digest, digestsOf } from '../digests.ts';
import { readLicense } from '../license.ts';
import type { Scope } from '../model.ts';
import { VERSION } from '../version.ts';
import type { Bill } from './bill.ts';
import type { Entry } from './entry.ts';

const ALGORITHMS: Readonly<Record<Digest['algorithm'], HashAlgorithm>> = {
  md5: HashAlgorithm.MD5,
  sha1: HashAlgorithm['SHA-1'],
  sha256: HashAlgorithm['SHA-256'],
  sha384: HashAlgorithm['SHA-384'],
  sha512: HashAlgorithm['SHA-512'],
};

const SCOPES: Readonly<Record<Scope, ComponentScope>> = {
  prod: ComponentScope.Required,
  peer: ComponentScope.Required,
  optional: ComponentScope.Optional,
  dev: ComponentScope.Excluded,
};

/** The bill as the text of a CycloneDX 1.6 document. */
export function cyclonedx(bill: Bill): string {
  const components = new Map<Entry, Component>();
  for (const entry of [bill.root, ...bill.entries]) components.set(entry, toComponent(entry, bill.root));
  for (const [{ dependsOn }, component] of components) {
    for (const to of dependsOn) {
      const target = components.get(to);
      if (target !== undefined) component.dependencies.add(target.bomRef);
    }
  }
  const bom = new Bom({ serialNumber: `urn:uuid:${bill.id}`, metadata: metadataOf(bill) });
  const root = components.get(bill.root);
  if (root !== undefined) bom.metadata.component = root;
  for (const [entry, component] of components) if (entry !== bill.root) bom.components.add(component);
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { space: 2 })}\n`;
}

function metadataOf({ created, gaps }: Bill): Metadata {
  const metadata = new Metadata({ timestamp: created, tools: new Tools() });
  metadata.tools.components.add(new Component(ComponentType.Application, 'vakt', { version: VERSION }));
  // Of what the lock file says before anything is installed or built.
  metadata.lifecycles.add(LifecyclePhase.PreBuild);
  for (const gap of gaps) metadata.properties.add(new Property('vakt:gap', gap));
  return metadata;
}

function toComponent(entry: Entry, root: Entry): Component {
  const slash = entry.name.startsWith('@') ? entry.name.indexOf('/') : -1;
  const type = entry === root ? ComponentType.Application : ComponentType.Library;
  const component = new Component(type, entry.name.slice(slash + 1), { bomRef: entry.ref });
  if (slash > 0) component.group = entry.name.slice(0, slash);
  if (entry.version !== '') component.version = entry.version;
  if (entry.purl !== undefined) component.purl = entry.purl;
  if (entry !== root) component.scope = SCOPES[entry.scope];
  const digests = digestsOf(entry.integrity ?? '');
  // One hash for each algorithm: the first; all are in a property where there are more.
  component.hashes = new HashDictionary(
    digests.toReversed().map(({ algorithm, hex }) => [ALGORITHMS[algorithm], hex]),
  );
  addLicense(component, entry);
  addDownload(component, entry);
  addProperties(component, entry, component.hashes.size < digests.length);
  return component;
}

function addLicense(component: Component, { license }: Entry): void {
  if (license === undefined || license.trim() === '') return;
  const { kind, text } = readLicense(license);
  const made =
    kind === 'id'
      ? new SpdxLicense(text)
      : kind === 'name'
        ? new NamedLicense(text)
        : new LicenseExpression(text);
  made.acknowledgement = LicenseAcknowledgement.Declared;
  component.licenses.add(made);
}

function addDownload(component: Component, { download }: Entry): void {
  if (download === undefined) return;
  const { kind, url, revision } = download;
  const type = kind === 'git' ? ExternalReferenceType.VCS : ExternalReferenceType.Distribution;
  const place = revision === undefined ? url : `${url}#${encodeURIComponent(revision)}`;
  component.externalReferences.add(new ExternalReference(place, type));
}

/** Names under `cdx:npm` are registered: https://github.com/CycloneDX/cyclonedx-property-taxonomy/blob/main/cdx/npm.md */
function addProperties(component: Component, entry: Entry, moreHashes: boolean): void {
  const add = (name: string, value: string): void => void component.properties.add(new Property(name, value));
  if (entry.scope === 'dev') add('cdx:npm:package:development', 'true');
  if (entry.source === 'bundled') add('cdx:npm:package:bundled', 'true');
  if (entry.source !== 'registry') add('vakt:source', entry.source);
  if (entry.scope === 'peer') add('vakt:scope', 'peer');
  if (entry.alias !== undefined) add('vakt:alias', entry.alias);
  if (entry.path !== undefined) add('vakt:path', entry.path);
  if (moreHashes && entry.integrity !== undefined) add('vakt:integrity', entry.integrity);
  if (entry.checksum !== undefined) add('vakt:yarn-checksum', entry.checksum);
  for (const file of entry.files) add('vakt:file', file);
}
