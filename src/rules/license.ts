import type { LicenseVerdict } from '../license.ts';
import type { Issue, Package } from '../model.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'license',
  title: 'A licence that the policy does not allow',
  needs: ['packages', 'licenses'],
  *check({ packages, licenses }) {
    for (const subject of packages) {
      const found = judged(subject, licenses.get(subject.license ?? ''));
      if (found === undefined) continue;
      yield {
        ...found,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, subject.license ?? '', subject.tree.file],
        fix: 'replace it, agree another licence with its authors, or accept it in the policy with the reason',
      };
    }
  },
});

function judged(
  subject: Package,
  verdict: LicenseVerdict | undefined,
): Pick<Issue, 'severity' | 'message'> | undefined {
  const what = `${nameAt(subject)} is licensed ${subject.license}`;
  if (verdict === 'denied') return { severity: 'high', message: `${what}, which the policy denies` };
  if (verdict === 'not-allowed')
    return { severity: 'moderate', message: `${what}, which is not on the policy's list` };
  if (verdict === 'unreadable')
    return {
      severity: 'low',
      message: `${what}: no SPDX expression, so that nobody can tell what it allows`,
    };
  return undefined;
}
