import type { WebRule } from './web.ts';
import { issues, noun } from './web.ts';

/** A host that the policy does not name. Silent without a list. */
const rule: WebRule<{ allow: readonly string[] }> = {
  id: 'unknown-host',
  title: 'Script from a host that the policy does not allow',
  severity: 'moderate',
  needs: ['loads'],
  defaults: { allow: [] },
  check({ loads }, { allow }) {
    if (allow.length === 0) return [];
    const strange = loads.filter((load) => load.host !== '' && !isAllowed(load.host, allow));
    return issues('unknown-host', 'moderate', strange, (load) => ({
      message: `the policy does not name ${load.host}, which this ${noun(load)} comes from`,
      fix: 'remove it, or add the host to the allow list after review',
    }));
  },
};
export default rule;

function isAllowed(host: string, allow: readonly string[]): boolean {
  return allow.some((name) => (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));
}
