import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realIo } from '../src/io.ts';
import { verdictRules } from '../src/rules/web-index.ts';
import { readSite } from '../src/site.ts';
import { assert, suite, testWith } from './helpers.ts';

const corpus = process.env.VAKT_CORPUS;

interface Expected {
  findings: { rule: string; url: string; offset: number; line: number; column: number }[];
  mustNotFlag: string[];
  softFindings?: string[];
}

async function findingsOf(folder: string, file: string): Promise<string[]> {
  const io = { ...realIo(), readFile: (path: string) => readFileSync(join(folder, path)) };
  const files = {
    ...io,
    kind: realIo().kind,
    readFile: (path: string) => readFileSync(path.startsWith('/') ? path : join(folder, path)),
  };
  const site = await readSite(files, [file], { site: 'https://site.test', mirror: join(folder, 'mirror') });
  const found: string[] = [];
  for (const rule of verdictRules) {
    for (const issue of rule.check({ loads: site.loads })) {
      for (const at of issue.places())
        found.push(`${at.offset} ${at.line}:${at.column} ${issue.rule} ${issue.url}`);
    }
  }
  assert.equal(site.gaps, []);
  return found;
}

suite('site', (test) => {
  const folder = join(corpus ?? '', 'html-cases');
  const names =
    corpus === undefined ? ['html-cases'] : readdirSync(folder).filter((name) => name.endsWith('.html'));
  const expected: Record<string, Expected> =
    corpus === undefined ? {} : JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  for (const file of names) {
    testWith(corpus ? undefined : 'VAKT_CORPUS', test, `finds in ${file} what browsers load`, async () => {
      const {
        findings = [],
        mustNotFlag = [],
        softFindings = [],
      } = expected[file.replace('.html', '')] ?? {};
      const got = await findingsOf(folder, file);
      const soft = (line: string) => softFindings.some((url) => line.endsWith(` ${url}`));
      const wanted = findings.map((f) => `${f.offset} ${f.line}:${f.column} ${f.rule} ${f.url}`);
      assert.equal(got.filter((line) => !soft(line)).sort(), wanted.sort());
      for (const url of mustNotFlag)
        assert.not.ok(
          got.some((line) => line.endsWith(` ${url}`)),
          url,
        );
    });
  }
});
