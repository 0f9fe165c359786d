import archivedRepository from './archived-repository.ts';
import changedArtifact from './changed-artifact.ts';
import dependencyConfusion from './dependency-confusion.ts';
import deprecated from './deprecated.ts';
import exoticSource from './exotic-source.ts';
import freshRelease from './fresh-release.ts';
import installScript from './install-script.ts';
import knownVulnerability from './known-vulnerability.ts';
import license from './license.ts';
import lockHost from './lock-host.ts';
import lockIntegrity from './lock-integrity.ts';
import lockOutOfSync from './lock-out-of-sync.ts';
import malware from './malware.ts';
import newInstallScript from './new-install-script.ts';
import newSource from './new-source.ts';
import newThirdPartyHost from './new-third-party-host.ts';
import outdated from './outdated.ts';
import policyChange from './policy-change.ts';
import protectionOff from './protection-off.ts';
import provenanceLost from './provenance-lost.ts';
import publisherChanged from './publisher-changed.ts';
import type { Rule } from './rule.ts';
import signatureInvalid from './signature-invalid.ts';
import singleMaintainer from './single-maintainer.ts';
import typosquat from './typosquat.ts';
import unknownHost from './unknown-host.ts';
import unmaintained from './unmaintained.ts';
import unpublished from './unpublished.ts';
import { verdictRules } from './web-index.ts';

/** Every rule; the order is the order of the documentation. */
export const RULES: readonly Rule[] = [
  malware,
  knownVulnerability,
  lockOutOfSync,
  lockHost,
  lockIntegrity,
  exoticSource,
  installScript,
  changedArtifact,
  newSource,
  newInstallScript,
  signatureInvalid,
  unpublished,
  deprecated,
  archivedRepository,
  unmaintained,
  freshRelease,
  publisherChanged,
  provenanceLost,
  outdated,
  singleMaintainer,
  dependencyConfusion,
  typosquat,
  license,
  protectionOff,
  ...verdictRules,
  unknownHost,
  newThirdPartyHost,
  policyChange,
];
