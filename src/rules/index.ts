import dependencyConfusion from './dependency-confusion.ts';
import exoticSource from './exotic-source.ts';
import installScript from './install-script.ts';
import knownVulnerability from './known-vulnerability.ts';
import license from './license.ts';
import lockHost from './lock-host.ts';
import lockIntegrity from './lock-integrity.ts';
import lockOutOfSync from './lock-out-of-sync.ts';
import malware from './malware.ts';
import protectionOff from './protection-off.ts';
import type { Rule } from './rule.ts';
import typosquat from './typosquat.ts';
import unknownHost from './unknown-host.ts';
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
  dependencyConfusion,
  typosquat,
  license,
  protectionOff,
  ...verdictRules,
  unknownHost,
];
