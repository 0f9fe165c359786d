import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import semver from 'semver';
import { createHttp, type Http } from '../../src/http.ts';
import type { Package } from '../../src/model.ts';
import { YARN_REGISTRY } from '../../src/npmrc.ts';
import { adviseByRegistry, askFurther, type BulkAnswer } from '../../src/sources/advisories/bulk.ts';
import { intervalsOf, readBulk } from '../../src/sources/advisories/npm-advisory.ts';
import { candidate, contains } from '../../src/sources/advisories/record.ts';
import { pkg } from '../builders.ts';
import { assert, inTemporaryFolder, suite } from '../helpers.ts';
import { bodyOf, type Loopback, loopback } from '../loopback.ts';
import { settingsIn } from '../settings.ts';

const ghsa = (id: string, range: string, over: Record<string, unknown> = {}) => ({
  id: 1_091_717,
  url: `https://github.com/advisories/GHSA-${id}`,
  title: 'is bad',
  severity: 'high',
  vulnerable_versions: range,
  cwe: ['CWE-79'],
  cvss: { score: 7.5, vectorString: null },
  ...over,
});

const NAMED = 'https://named.example.test/@acme/ui/-/ui-2.0.0.tgz';

interface Asked {
  body: Record<string, string[]>;
}

/** Runs with a default registry and one of @acme's own, which answer these advisories. */
async function advise(
  packages: readonly Package[],
  answers: { usual?: Record<string, unknown> | number; acme?: Record<string, unknown> | number },
  check: (answer: BulkAnswer, usual: Asked[], acme: Asked[], http: Http) => void | Promise<void>,
  internal: string[] = [],
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const asked: Record<'usual' | 'acme', Asked[]> = { usual: [], acme: [] };
    const serve = (which: 'usual' | 'acme'): Promise<Loopback> =>
      loopback(async (request, response) => {
        assert.is(request.headers['content-encoding'], 'gzip');
        asked[which].push({ body: JSON.parse(gunzipSync(await bodyOf(request)).toString()) });
        const answer = answers[which] ?? {};
        if (typeof answer === 'number') response.writeHead(answer).end();
        else response.end(JSON.stringify(answer));
      });
    const [usual, acme] = [await serve('usual'), await serve('acme')];
    const said = await settingsIn(folder, [
      `registry=${usual.origin}/`,
      `@acme:registry=${acme.origin}/npm/`,
    ]);
    // As a named registry of pnpm's is told by the address.
    const settings: typeof said = {
      ...said,
      registryFor: (name, file, resolved) =>
        resolved === NAMED ? said.registry : said.registryFor(name, file, resolved),
    };
    const http = createHttp({ network: settings.network(), limits: { backoffMs: 1 } });
    const privacy = { privateHosts: new Set(['private.example.test']), internal };
    try {
      await check(
        await adviseByRegistry(packages, { http, settings, privacy, fallback: () => [] }),
        asked.usual,
        asked.acme,
        http,
      );
    } finally {
      await http.close();
      await usual.close();
      await acme.close();
    }
  });
}

const idsOf = ({ matches }: BulkAnswer) =>
  [...matches.advisories]
    .map(([pack, found]) => `${pack.name}@${pack.version} ${found.map(({ id }) => id)}`)
    .sort();

suite('bulk advisories', (test) => {
  test('of a package in a page the registry of its name is asked, not the CDN', () => {
    const jquery = pkg('jquery@3.4.1', {
      resolved: 'https://cdn.jsdelivr.net/npm/jquery@3.4.1/dist/jquery.js',
    });
    return advise(
      [{ ...jquery, tree: { ...jquery.tree, manager: 'cdn' } }],
      { usual: { jquery: [ghsa('aaaa-bbbb-cccc', '<3.5.0')] } },
      (answer, usual) => {
        assert.equal(usual, [{ body: { jquery: ['3.4.1'] } }]);
        assert.equal(idsOf(answer), ['jquery@3.4.1 GHSA-aaaa-bbbb-cccc']);
      },
    );
  });

  test('one advisory for each GHSA, however many ranges and numbers it comes with', () =>
    advise(
      [pkg('lodash@4.17.20'), pkg('lodash@3.0.0'), pkg('left-pad@1.0.0')],
      {
        usual: {
          lodash: [
            ghsa('aaaa-bbbb-cccc', '>=3.0.0 <3.10.2'),
            ghsa('aaaa-bbbb-cccc', '>=4.0.0 <4.17.21', { id: 2 }),
            ghsa('dddd-eeee-ffff', '<=4.17.20', { title: 'Malware in lodash', severity: 'critical' }),
          ],
          'not-asked': [ghsa('gggg-hhhh-jjjj', '*')],
        },
      },
      (answer, usual) => {
        assert.equal(idsOf(answer), [
          'lodash@3.0.0 GHSA-aaaa-bbbb-cccc,GHSA-dddd-eeee-ffff',
          'lodash@4.17.20 GHSA-aaaa-bbbb-cccc,GHSA-dddd-eeee-ffff',
        ]);
        assert.is(answer.matches.checked, 3);
        assert.equal(answer.gaps, []);
        assert.equal(usual[0]?.body, { 'left-pad': ['1.0.0'], lodash: ['3.0.0', '4.17.20'] });
        const [first, second] = [...answer.matches.advisories.values()][0] ?? [];
        assert.equal([first?.severity, first?.malware, first?.fixed], ['high', false, ['3.10.2', '4.17.21']]);
        assert.equal([second?.severity, second?.malware], ['critical', true]);
      },
    ));

  test('two registries that answer for one name are both heard, and both asked further', () =>
    advise(
      [pkg('@acme/ui@1.0.0'), pkg('@acme/ui@2.0.0', { resolved: NAMED })],
      {
        usual: { '@acme/ui': [ghsa('aaaa-bbbb-cccc', '<3.0.0')] },
        acme: { '@acme/ui': [ghsa('dddd-eeee-ffff', '<2.0.0')] },
      },
      async (answer, usual, acme, http) => {
        const heard = answer.records.get('@acme/ui')?.map(({ id }) => id);
        assert.equal(heard?.sort(), ['GHSA-aaaa-bbbb-cccc', 'GHSA-dddd-eeee-ffff']);
        assert.equal(idsOf(answer), [
          '@acme/ui@1.0.0 GHSA-dddd-eeee-ffff',
          '@acme/ui@2.0.0 GHSA-aaaa-bbbb-cccc',
        ]);
        await askFurther(answer, new Map([['@acme/ui', new Set(['4.0.0'])]]), { http });
        assert.equal([usual.length, acme.length], [2, 2]);
      },
    ));

  test('no name goes where it does not belong', () =>
    advise(
      [
        pkg('lodash@4.17.20'),
        pkg('@acme/ui@1.0.0'),
        pkg('acme-tools@1.0.0'),
        pkg('@secret/x@1.0.0'),
        pkg('mirror@1.0.0', { resolved: 'https://elsewhere.example.test/mirror/-/mirror-1.0.0.tgz' }),
        pkg('named@1.0.0', { resolved: 'work:named@1.0.0' }),
        pkg('yarned@1.0.0', { resolved: `${YARN_REGISTRY}yarned/-/yarned-1.0.0.tgz` }),
        pkg('hosted@1.0.0', { resolved: 'https://private.example.test/hosted/-/hosted-1.0.0.tgz' }),
        pkg('fork@1.0.0', { source: 'git' }),
        pkg('linked@1.0.0', { source: 'link' }),
        pkg('member@1.0.0', { source: 'workspace', importer: true }),
        pkg('local@file:../secret/path'),
      ],
      {},
      (answer, usual, acme) => {
        assert.equal(
          usual.map(({ body }) => body),
          [{ lodash: ['4.17.20'], yarned: ['1.0.0'] }],
        );
        assert.equal(
          acme.map(({ body }) => body),
          [{ '@acme/ui': ['1.0.0'] }],
        );
        assert.is(answer.matches.checked, 3);
        assert.equal(
          answer.gaps.map(({ reason }) => reason),
          ['elsewhere.example.test', 'work:'].map(
            (who) => `${who} is no registry of this project, and was not asked; 1 package not checked`,
          ),
        );
        const left = Object.fromEntries(
          answer.matches.notChecked.map(({ reason, count }) => [reason, count]),
        );
        assert.equal(left, { private: 3, git: 1, link: 1, workspace: 1, 'invalid version': 1 });
      },
      ['acme-*', '@secret', '@acme'],
    ));

  test("a scope's own registry that does not answer leaves its packages private, not the scan incomplete", () =>
    advise([pkg('lodash@4.17.20'), pkg('@acme/ui@1.0.0')], { acme: 404 }, (answer) => {
      assert.is(answer.matches.checked, 1);
      assert.equal(
        answer.gaps.map(({ fact }) => fact),
        ['advisories of private packages'],
      );
      assert.match(answer.gaps[0]?.reason ?? '', /HTTP 404 \(not found\); 1 package not checked/);
      assert.equal(
        answer.matches.notChecked.map(({ reason }) => reason),
        ['private'],
      );
    }));

  test('a large project is asked about in parts, each name once', () => {
    const packages = Array.from({ length: 4500 }, (_, i) => pkg(`p${i}@1.0.0`));
    return advise(packages, { usual: { p4000: [ghsa('aaaa-bbbb-cccc', '*')] } }, (answer, usual) => {
      assert.equal(
        usual.map(({ body }) => Object.keys(body).length),
        [2000, 2000, 500],
      );
      assert.is(new Set(usual.flatMap(({ body }) => Object.keys(body))).size, 4500);
      assert.equal(idsOf(answer), ['p4000@1.0.0 GHSA-aaaa-bbbb-cccc']);
    });
  });

  test('answers of another shape are no answers', () => {
    const asked = new Set(['a']);
    for (const answer of [[], null, { a: {} }, { a: [1] }, { a: [{}] }, { a: [ghsa('aaaa-bbbb-cccc', '')] }])
      assert.throws(() => readBulk(answer, asked), undefined, JSON.stringify(answer));
    assert.is(readBulk(JSON.parse('{"__proto__":[1],"constructor":[1]}'), asked).size, 0);
    const odd = readBulk(
      { a: [ghsa('x', 'no range at all', { url: 'javascript:alert(1)', id: 7 })] },
      asked,
    ).get('a')?.[0];
    assert.equal([odd?.id, odd?.reference], ['NPM-7', '']);
    assert.equal(odd?.intervals, [{ from: undefined, to: undefined, fix: false }]);
  });

  test('further versions are asked about where the name was, in one request, and add what is new', () => {
    const [old, young] = [ghsa('aaaa-bbbb-cccc', '<1.2.0'), ghsa('dddd-eeee-ffff', '>=1.2.0 <1.3.0')];
    const usual: Record<string, unknown> = { a: [old] };
    const answers = { usual, acme: { '@acme/ui': [] } };
    return advise([pkg('a@1.0.0'), pkg('@acme/ui@1.0.0')], answers, async (answer, asked, acme, http) => {
      const known = () => answer.records.get('a')?.map(({ id }) => id);
      assert.equal(known(), ['GHSA-aaaa-bbbb-cccc']);
      usual.a = [old, young];
      const versions = new Map([
        ['a', new Set(['1.2.0', '1.3.0'])],
        ['@acme/ui', new Set(['2.0.0'])],
        ['never-asked-about', new Set(['1.0.0'])],
      ]);
      assert.is(await askFurther(answer, versions, { http }), true);
      assert.equal(known(), ['GHSA-aaaa-bbbb-cccc', 'GHSA-dddd-eeee-ffff']);
      assert.equal(asked[1]?.body, { a: ['1.2.0', '1.3.0'] });
      assert.equal(acme[1]?.body, { '@acme/ui': ['2.0.0'] });
      assert.is(await askFurther(answer, versions, { http }), false);
    });
  });

  test("ranges hold what npm's semver says, prereleases included", () => {
    const number = fc.integer({ min: 0, max: 3 });
    const version = fc
      .tuple(number, number, number, fc.constantFrom('', '', '-rc.1', '-0', '-alpha'))
      .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre}`);
    const simple = fc
      .tuple(fc.constantFrom('<', '<=', '>', '>=', '=', '', '^', '~'), version)
      .map((parts) => parts.join(''));
    const x = fc.constantFrom('*', '1.x', '2', '1.2.x', '1.0.0 - 2.1.0', '<2', '>=1 <3');
    const range = fc
      .array(
        fc.array(fc.oneof(simple, x), { minLength: 1, maxLength: 2 }).map((all) => all.join(' ')),
        {
          minLength: 1,
          maxLength: 3,
        },
      )
      .map((some) => some.join(' || '));
    fc.assert(
      fc.property(range, version, (text, one) => {
        // A hyphen range beside another comparator is no range.
        if (semver.validRange(text, { loose: true }) === null) return;
        const parsed = candidate(one).version;
        if (parsed === undefined) throw new Error(one);
        const held = intervalsOf(text).some((interval) => contains(interval, parsed));
        assert.is(
          held,
          semver.satisfies(one, text, { includePrerelease: true, loose: true }),
          `${one} in ${text}`,
        );
      }),
      { numRuns: 3000 },
    );
  });
});
