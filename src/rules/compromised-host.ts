import { noun, verdictRule } from './web.ts';

/** A host that has delivered malware: it must go, integrity or not. */
export default verdictRule(
  'compromised-host',
  'Script from a host that delivered malware',
  'critical',
  (load) => ({
    message: `this ${noun(load)} comes from ${load.host}: ${load.warning?.reason ?? 'it has delivered malware'} (${load.warning?.source ?? ''})`,
    ...(load.warning === undefined ? {} : { fix: load.warning.advice }),
  }),
);
