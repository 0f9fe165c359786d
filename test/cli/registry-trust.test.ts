/** Trust rules against registries that are odd, hostile or private, through the command line. */
import { assert, suite } from '../helpers.ts';
import { integrityOf, lockOf, PUBLIC_REGISTRY, packument, registryKey } from '../support/packuments.ts';
import { type Run, withRegistry } from '../support/scanning.ts';

type Document = Record<string, unknown> & { versions: Record<string, Record<string, unknown>> };

function changed(document: object, change: (document: Document) => void): object {
  const copy: Document = JSON.parse(JSON.stringify(document));
  change(copy);
  return copy;
}

const told = ({ json }: Run, rule: string) =>
  json.findings.filter((one) => one.rule === rule).map(({ severity, message }) => `${severity} ${message}`);
const gaps = ({ json }: Run, fact: string) =>
  json.gaps.filter((one) => one.fact === fact).map(({ reason }) => reason.replace(/^\S+ /, ''));
const ARGV = ['--format', 'json', '--deep'];

suite('trust, through the command line', (test) => {
  test('a release that names no publisher among others that do is told as not judged', () => {
    const two = { '1.0.0': { day: '2020-01-01' }, '1.0.1': { day: '2021-01-01' } };
    const world = {
      absent: changed(packument('absent', two), ({ versions }) => delete versions['1.0.1']?._npmUser),
      text: changed(packument('text', two), ({ versions }) => {
        Object.assign(versions['1.0.1'] ?? {}, { _npmUser: 'ann <ann@example.test>' });
      }),
      named: packument('named', two),
    };
    return withRegistry(world, async (run) => {
      const files = lockOf(['absent@1.0.1', 'text@1.0.1', 'named@1.0.1']);
      const one = await run({ ...files, 'vakt.yml': 'rules: { publisher-changed: todo }\n' }, ...ARGV);
      assert.equal(told(one, 'publisher-changed'), []);
      assert.equal(gaps(one, 'publishers'), [
        'names no publisher of these releases (publisher-changed); 2 packages not judged (absent, text)',
      ]);
    });
  });

  test('what a publisher writes reaches no terminal, workflow command or page as it is', () => {
    const evil = 'eve\u001b[31m\n::error::FAKE\n# FAKE <script>alert(1)</script>\u202e';
    const world = {
      a: packument('a', { '1.0.0': { day: '2020-01-01' }, '1.0.1': { day: '2021-01-01', publisher: evil } }),
      b: packument(
        'b',
        { '1.0.0': { day: '2020-01-01', deprecated: evil } },
        { maintainers: [{ name: evil }] },
      ),
      c: changed(packument('c', { '1.0.0': { day: '2020-01-01' } }), ({ versions }) => {
        Object.assign(versions['1.0.0'] ?? {}, { license: evil });
      }),
    };
    return withRegistry(world, async (run) => {
      const policy =
        'rules: { publisher-changed: todo, single-maintainer: todo, deprecated: todo }\nlicenses: { allow: [MIT] }\n';
      const files = { ...lockOf(['a@1.0.1', 'b@1.0.0', 'c@1.0.0']), 'vakt.yml': policy };
      for (const format of ['text', 'github', 'markdown', 'junit', 'html']) {
        const { out } = await run(files, '--format', format, '--online', '--all');
        assert.match(out, 'eve');
        for (const raw of ['\u001b[31m', '\u202e', '\n::error::FAKE', '\n# FAKE'])
          assert.not.ok(out.includes(raw), `${format}: ${JSON.stringify(raw)}`);
        if (format === 'html' || format === 'markdown') assert.not.match(out, /<script>alert/, format);
      }
    });
  });

  test('an alias is judged by the package behind it', () => {
    const key = registryKey('SHA256:one');
    const world = {
      real: packument('real', { '2.0.0': { day: '2020-01-01', key } }),
      good: packument('good', { '1.0.0': { day: '2020-01-01', key } }),
      '-/npm/v1/keys': { keys: [key.public] },
    };
    const root = {
      name: 'shop',
      version: '1.0.0',
      dependencies: { al: 'npm:real@1.0.0', be: 'npm:good@1.0.0' },
    };
    const entry = (name: string) => ({
      name,
      version: '1.0.0',
      resolved: `${PUBLIC_REGISTRY}${name}/-/${name}-1.0.0.tgz`,
      integrity: integrityOf(name, '1.0.0'),
    });
    const lock = {
      name: 'shop',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: { '': root, 'node_modules/al': entry('real'), 'node_modules/be': entry('good') },
    };
    return withRegistry(world, async (run) => {
      const files = { 'package.json': JSON.stringify(root), 'package-lock.json': JSON.stringify(lock) };
      const one = await run(files, ...ARGV);
      assert.match(told(one, 'unpublished').join(), /^moderate 127\.0\.0\.1:\d+ does not know real@1\.0\.0/);
      assert.equal([told(one, 'signature-invalid'), gaps(one, 'signatures')], [[], []]);
    });
  });

  test('internal names: a host that the policy names counts with any port, and nobody is asked', () =>
    withRegistry({}, async (run, requests) => {
      const files = lockOf(['@acme/ui@1.0.0']);
      const from = (url: string) => files['package-lock.json'].replaceAll(PUBLIC_REGISTRY, url);
      const policy = (host: string) => `internal: ['@acme']\nregistries: [${host}]\n`;
      const cases: [url: string, host: string, want: number][] = [
        ['https://npm.example.test:8443/', 'npm.example.test', 0],
        ['https://npm.example.test/', 'npm.example.test', 0],
        ['https://npm.example.test:8443/', 'npm.example.test:8443', 0],
        ['https://npm.example.test:8443/', 'npm.example.test:8444', 1],
        [PUBLIC_REGISTRY, new URL(PUBLIC_REGISTRY).host, 1],
        [PUBLIC_REGISTRY, 'npm.example.test', 1],
      ];
      for (const [url, host, want] of cases) {
        const one = await run(
          { ...files, 'package-lock.json': from(url), 'vakt.yml': policy(host) },
          ...ARGV,
        );
        assert.is(told(one, 'dependency-confusion').length, want, `${url} ${host}`);
      }
      assert.equal(requests, []);
    }));
});
