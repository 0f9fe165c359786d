/** The rules about what pages load, in the order they are documented. */
import compromisedHost from './compromised-host.ts';
import dynamicUrl from './dynamic-url.ts';
import ineffectiveSri from './ineffective-sri.ts';
import injectedScript from './injected-script.ts';
import insecureScript from './insecure-script.ts';
import missingSri from './missing-sri.ts';
import sriWithoutCors from './sri-without-cors.ts';
import unpinnableScript from './unpinnable-script.ts';
import unpinnedScript from './unpinned-script.ts';
import unprotectableScript from './unprotectable-script.ts';
import unprotectedImport from './unprotected-import.ts';
import type { WebRule } from './web.ts';
import wrongSri from './wrong-sri.ts';

export const verdictRules: readonly WebRule[] = [
  missingSri,
  wrongSri,
  ineffectiveSri,
  sriWithoutCors,
  unpinnedScript,
  unpinnableScript,
  dynamicUrl,
  insecureScript,
  compromisedHost,
  injectedScript,
  unprotectedImport,
  unprotectableScript,
];
