import { defineRule } from './rule.ts';

export default defineRule({
  id: 'policy-change',
  title: 'The change touches what judges it',
  needs: ['ruling'],
  *check({ ruling }) {
    for (const { message, severity, place, identity } of ruling) {
      yield {
        severity,
        message,
        places: () => [place],
        identity,
        fix: 'it judges nothing before it is merged: let those answer for it who answer for the policy',
      };
    }
  },
});
