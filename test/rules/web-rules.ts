import type { Load } from '../../src/readers/html/page.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { judgeOf, type WebLoad } from '../../src/web.ts';
import { facts } from '../builders.ts';
import { assert, suite } from '../helpers.ts';

type Given = Load & Pick<WebLoad, 'earlier'>;

/** A load as a reader makes it: a plain script from a CDN, unless said otherwise. */
export function load(more: Partial<Given> = {}): Given {
  return {
    kind: 'script',
    destination: 'script',
    url: 'https://cdn.jsdelivr.net/npm/a@1.0.0/a.js',
    dynamic: false,
    location: { file: 'p.html', line: 1, column: 1, offset: 0 },
    cors: 'no-cors',
    ...more,
  };
}

/** A hash that some file has. */
export const HASH = 'sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC';

/** One suite for a rule: each load with the parts of the messages that are wanted, none for silence. */
export function testWebRule(
  rule: Rule,
  rows: { name: string; load: Given; want: (string | RegExp)[]; allow?: string[]; fix?: string | RegExp }[],
): void {
  suite(rule.id, (test) => {
    for (const { name, load: given, want, allow = [], fix } of rows) {
      test(name, () => {
        const judged = judgeOf((_, integrity) => ({
          matches: integrity.hashes[0]?.value === HASH.slice(7),
          from: 'the mirror',
        }));
        const issues = [...rule.check(facts([], { loads: [judged(given)], allowedHosts: allow }))];
        assert.is(issues.length, want.length, issues.map((issue) => issue.message).join());
        for (const [i, issue] of issues.entries()) {
          assert.match(issue.message, want[i] ?? '');
          assert.is(issue.rule, rule.id);
          assert.is(issue.url, given.url);
          if (fix !== undefined) assert.match(issue.fix ?? '', fix);
        }
      });
    }
  });
}
