import { defineRule } from './rule.ts';
import { issues, noun } from './web.ts';

/** A host that the policy does not name. Silent without a list. */
export default defineRule({
  id: 'unknown-host',
  title: 'Script from a host that the policy does not allow',
  needs: ['loads', 'allowedHosts'],
  check({ loads, allowedHosts }) {
    if (allowedHosts.length === 0) return [];
    const strange = loads.filter((load) => load.host !== '' && !isAllowed(load.host, allowedHosts));
    return issues('unknown-host', 'moderate', strange, (load) => ({
      message: `the policy does not name ${load.host}, which this ${noun(load)} comes from`,
      fix: 'remove it, or add the host to allowed-hosts after review',
    }));
  },
});

function isAllowed(host: string, allow: readonly string[]): boolean {
  return allow.some((name) => (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));
}
