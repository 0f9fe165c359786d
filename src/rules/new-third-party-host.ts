import type { WebLoad } from '../web.ts';
import { defineRule } from './rule.ts';
import { noun } from './web.ts';

/** The most places that are told of one host. */
const EXAMPLES = 3;

export default defineRule({
  id: 'new-third-party-host',
  title: 'The change loads scripts from a server that nothing looked at was loaded from before',
  needs: ['base', 'loads'],
  *check({ base, loads }) {
    if (base === undefined) return;
    const known = new Set(base.loads.map(({ host }) => host));
    const hosts = new Map<string, (typeof loads)[number][]>();
    for (const load of loads) {
      if (load.host === '' || known.has(load.host) || isTemplate(load)) continue;
      const group = hosts.get(load.host);
      if (group === undefined) hosts.set(load.host, [load]);
      else group.push(load);
    }
    for (const [host, group] of hosts) {
      const urls = [...new Set(group.map(({ url }) => url))];
      const [first] = group;
      const more = urls.length > EXAMPLES ? ` and ${urls.length - EXAMPLES} more` : '';
      yield {
        severity: 'moderate',
        message: `nothing that was looked at loaded from ${host} before; now it may run code in these pages: ${urls.slice(0, EXAMPLES).join(', ')}${more}`,
        url: first?.url ?? '',
        places: () => group.map(({ location }) => location),
        identity: [host],
        fix:
          first === undefined
            ? ''
            : `serve the ${noun(first)} yourself, or see that this server is one you trust`,
      };
    }
  },
});

// What stands for a host names none; dynamic-url tells it.
function isTemplate({ dynamic, host }: WebLoad): boolean {
  return dynamic && !/^[\w.:[\]-]*$/.test(host);
}
