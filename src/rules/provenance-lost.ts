import { arrivals, peers } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'provenance-lost',
  title: 'Earlier versions prove where they come from, this one does not',
  needs: ['histories', 'changed', 'options'],
  *check({ histories, changed, options }) {
    const { releases, except } = options['provenance-lost'];
    for (const { subject, history, release } of arrivals({ histories, changed }, except)) {
      const earlier = peers(history, release).slice(0, releases);
      // A person's approval vouches for more than a workflow does (pnpm's order).
      const vouched = release.attested || release.staged === true;
      const attested = vouched ? undefined : earlier.find((one) => one.attested);
      const signed = release.signed ? undefined : earlier.find((one) => one.signed);
      const before = attested ?? signed;
      if (before === undefined) continue;
      yield {
        severity: 'moderate',
        message:
          attested !== undefined
            ? `${nameAt(subject)} says nothing of how it was built; ${before.version} came with an attestation`
            : `${nameAt(subject)} has no signature of the registry; ${before.version} has one`,
        package: subject,
        places: placesOf(subject),
        identity: [nameAt(subject), subject.tree.file],
        evidence: {
          against: before.version,
          lost: attested !== undefined ? 'attestation' : 'signature',
          ...(release.published !== undefined && { published: release.published.toISOString() }),
        },
        fix: 'stay with the version before until its maintainers say why',
      };
    }
  },
});
