import type { LicenseVerdict } from '../license.ts';
import type { Issue } from '../model.ts';
import { licenseOf } from './past.ts';
import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'license',
  title: 'A licence that the policy does not allow',
  needs: ['packages', 'licenses', 'histories'],
  *check({ packages, licenses, histories }) {
    for (const subject of packages) {
      const license = licenseOf(subject, histories);
      if (license === undefined) continue;
      const found = judged(`${nameAt(subject)} is licensed ${license}`, licenses(license));
      if (found === undefined) continue;
      yield {
        ...found,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, license, subject.tree.file],
        fix: 'replace it, agree another licence with its authors, or accept it in the policy with the reason',
      };
    }
  },
});

function judged(
  what: string,
  verdict: LicenseVerdict | undefined,
): Pick<Issue, 'severity' | 'message'> | undefined {
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
