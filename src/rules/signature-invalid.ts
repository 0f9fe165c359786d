import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'signature-invalid',
  title: "The registry's signature is wrong",
  needs: ['badSignatures'],
  *check({ badSignatures }) {
    for (const [subject, why] of badSignatures) {
      yield {
        severity: 'critical',
        message: `the registry's signature of ${nameAt(subject)} is wrong: ${why}`,
        package: subject,
        places: placesOf(subject),
        identity: [nameAt(subject), subject.tree.file],
        fix: 'do not install it; ask the operator of the registry',
      };
    }
  },
});
