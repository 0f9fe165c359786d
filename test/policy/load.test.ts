import { UserError } from '../../src/errors.ts';
import { judge } from '../../src/judge.ts';
import type { Issue } from '../../src/model.ts';
import { withBar } from '../../src/policy/layers.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { pkg } from '../builders.ts';
import { assert, failure, suite } from '../helpers.ts';
import { world } from '../world.ts';

const none = () => Promise.reject(new Error('no package is asked for'));

function load(
  files: Record<string, string>,
  named?: string,
  packages: Record<string, string> = {},
): Promise<Policy> {
  return loadPolicy(world({ '.git/HEAD': '', ...files }), '/project', named, (spec) =>
    packages[spec] === undefined ? none() : Promise.resolve({ text: packages[spec], from: spec }),
  );
}

async function refused(files: Record<string, string>, named?: string): Promise<UserError> {
  const error = await failure(() => load(files, named));
  assert.instance(error, UserError);
  return error as UserError;
}

function issue(over: Partial<Issue> = {}): Issue {
  return {
    rule: 'exotic-source',
    severity: 'moderate',
    message: '',
    places: () => [],
    identity: ['x'],
    ...over,
  };
}

const levelIn = (policy: Policy, over: Partial<Issue> = {}) =>
  judge([issue(over)], policy)[0]?.level ?? 'off';

suite('policy: where it comes from', (test) => {
  test('recommended where there is none, and it says so', async () => {
    const policy = await load({});
    assert.is(policy.name, 'recommended');
    assert.is(policy.from, 'built in');
  });

  test('the nearest file up to the git root, and .github', async () => {
    const io = world({ '.git/HEAD': '', 'vakt.yml': 'extends: strict\n', 'apps/shop/package.json': '{}' });
    const policy = await loadPolicy(io, '/project/apps/shop', undefined, none);
    assert.is(policy.from, 'vakt.yml (extends strict)');
    assert.is((await load({ '.github/vakt.yml': 'rules: {}' })).name, '.github/vakt.yml');
  });

  test('nothing above the git root counts', async () => {
    const io = world({ '../vakt.yml': 'extends: strict\n', '.git/HEAD': '' });
    assert.is((await loadPolicy(io, '/project', undefined, none)).name, 'recommended');
  });

  test('a file stands on recommended unless it says otherwise', async () => {
    assert.is(levelIn(await load({ 'vakt.yml': 'rules: { malware: block }' })), 'todo');
    assert.is(levelIn(await load({ 'vakt.yml': 'extends: []\nrules: { malware: block }' })), 'off');
  });

  test('extends presets, paths relative to the file, and packages; later ones win', async () => {
    const policy = await load(
      {
        'vakt.yml': 'extends: [strict, ./org/base.yml, "@acme/policy@1.2.0"]',
        'org/base.yml': 'extends: []\nrules: { exotic-source: off }',
      },
      undefined,
      { '@acme/policy@1.2.0': 'extends: []\nrules: { exotic-source: fold }' },
    );
    assert.is(levelIn(policy), 'fold');
    assert.is(policy.from, 'vakt.yml (extends strict, org/base.yml, @acme/policy@1.2.0)');
  });
});

suite('policy: fail-on', (test) => {
  test('blocks from the bar on, leaves off what is off, and less below it', async () => {
    const policy = await load({
      'vakt.yml': 'extends: strict\nfail-on: { production: high, development: never }',
    });
    assert.is(levelIn(policy, { severity: 'high' }), 'block');
    assert.is(levelIn(policy, { severity: 'moderate' }), 'todo');
    assert.is(levelIn(policy, { severity: 'critical', package: pkg('a@1.0.0', { scope: 'dev' }) }), 'todo');
    assert.is(levelIn(policy, { rule: 'malware', package: pkg('a@1.0.0', { scope: 'dev' }) }), 'block');
  });

  test('medium is moderate', async () => {
    const policy = await load({
      'vakt.yml': 'fail-on: medium\nrules: { lock-host: [{ severity: medium, level: block }, fold] }',
    });
    assert.is(levelIn(policy), 'block');
    assert.is(levelIn(policy, { rule: 'lock-host' }), 'block');
    assert.is(levelIn(policy, { rule: 'lock-host', severity: 'low' }), 'fold');
  });

  test('rules that the same file names keep their own levels', async () => {
    const policy = await load({ 'vakt.yml': 'fail-on: low\nrules: { exotic-source: todo }' });
    assert.is(levelIn(policy, { severity: 'critical' }), 'todo');
    assert.is(levelIn(policy, { rule: 'lock-host' }), 'block');
  });

  test('the command line tightens and cannot loosen', async () => {
    const strict = await load({ 'vakt.yml': 'extends: strict' });
    assert.is(levelIn(withBar(strict, 'critical'), { severity: 'low' }), 'block');
    assert.is(levelIn(withBar(strict, 'never'), { severity: 'low' }), 'block');
    const mild = await load({});
    assert.is(levelIn(withBar(mild, 'moderate')), 'block');
    assert.is(levelIn(withBar(mild, 'high')), 'todo');
  });
});

suite('policy: what is locked can only be tightened', (test) => {
  const org =
    'extends: []\nrules: { exotic-source: todo }\nfail-on: { production: high }\nrequire: { advisories: 48h }\nlocked: [rules, fail-on, require, ignore, internal, registries]\n';
  const routes: [string, Record<string, string>, string | undefined][] = [
    ['by a rule of its own', { 'vakt.yml': 'extends: ./org.yml\nrules: { exotic-source: off }' }, undefined],
    ['by extending something looser first', { 'vakt.yml': 'extends: [./loose.yml, ./org.yml]' }, undefined],
    ['by extending something looser last', { 'vakt.yml': 'extends: [./org.yml, ./loose.yml]' }, undefined],
    ['by the command line', { 'vakt.yml': 'extends: ./org.yml' }, './loose.yml'],
    ['by a preset on the command line', { 'vakt.yml': 'extends: ./org.yml' }, 'malware'],
  ];
  const loose =
    'extends: []\nrules: { exotic-source: off }\nfail-on: never\nrequire: { advisories: false, files: false }\ninternal: ["*"]\nregistries: [x.test]\nignore: [{ rule: exotic-source, reason: r, owner: o, until: 2099-01-01 }]';
  for (const [name, files, named] of routes) {
    test(`not ${name}`, async () => {
      const policy = await load({ 'org.yml': org, 'loose.yml': loose, ...files }, named);
      assert.is(levelIn(policy, { severity: 'low' }), 'todo');
      assert.is(levelIn(policy, { severity: 'high' }), 'block');
      assert.is(policy.require.advisories, true);
      assert.is(policy.require.maxAgeHours, 48);
      if (!name.includes('first'))
        assert.equal([policy.ignores, policy.internal, policy.registries], [[], [], []]);
    });
  }

  test('nor licences by allowing more', async () => {
    const files = {
      'org.yml': 'licenses: { allow: [MIT], deny: [ISC] }\nlocked: [licenses]',
      'vakt.yml': 'extends: ./org.yml\nlicenses: { allow: [GPL-3.0-only], deny: [Zlib] }',
    };
    assert.equal((await load(files)).licenses, { allow: ['MIT'], deny: ['ISC', 'Zlib'] });
    const open = { ...files, 'org.yml': 'licenses: { allow: [MIT] }' };
    assert.equal((await load(open)).licenses, { allow: ['MIT', 'GPL-3.0-only'], deny: ['Zlib'] });
  });

  test('and can be tightened', async () => {
    const policy = await load({
      'org.yml': org,
      'vakt.yml':
        'extends: ./org.yml\nrules: { exotic-source: block }\nrequire: { advisories: 12h, files: true }',
    });
    assert.is(levelIn(policy, { severity: 'low' }), 'block');
    assert.equal(policy.require, { files: true, advisories: true, histories: false, maxAgeHours: 12 });
  });
});

suite('policy: what is written wrong', (test) => {
  const table: [string, string, string, string][] = [
    ['a misspelt key', 'rules:\n  malwear: block\n', 'vakt.yml:2:3', 'did you mean "malware"?'],
    ['a misspelt top key', 'rule:\n  malware: block\n', 'vakt.yml:1:1', 'did you mean "rules"?'],
    ['an unknown level', 'rules:\n  malware: blok\n', 'vakt.yml:2:12', 'block, todo, fold, off'],
    [
      'an ignore without an end',
      'ignore:\n  - id: GHSA-x\n    reason: r\n    owner: o\n',
      'vakt.yml:2:5',
      'YYYY-MM-DD',
    ],
    [
      'a date that does not exist',
      'ignore:\n  - { id: G, reason: r, owner: o, until: 2026-02-30 }\n',
      'vakt.yml:2:42',
      'YYYY-MM-DD',
    ],
    ['broken YAML', 'rules: [\n', 'vakt.yml:2:1', ''],
    ['a list', '- rules\n', 'vakt.yml:1:1', 'extends: recommended'],
    ['a word', 'strict\n', 'vakt.yml:1:1', 'extends: recommended'],
    ['two documents', 'rules: {}\n---\nrules: {}\n', 'vakt.yml:2:1', ''],
    ['a tag', 'rules: !!js/function "x"\n', 'vakt.yml:1:8', ''],
    ['a key twice', 'rules: {}\nrules: {}\n', 'vakt.yml:2:1', ''],
    ['a list', '- a\n', 'vakt.yml:1:1', ''],
    ['an unknown preset', 'extends: recomended\n', 'vakt.yml:1:10', 'did you mean "recommended"?'],
    ['one of several', 'extends:\n  - strict\n  - webb\n', 'vakt.yml:3:5', 'did you mean "web"?'],
    ['a circle of one', 'extends: [strict, ./vakt.yml]\n', 'vakt.yml:1:19', 'out of "extends"'],
    [
      'an ignore of nothing',
      'ignore:\n  - { reason: r, owner: o, until: 2026-12-30 }\n',
      'vakt.yml:2:5',
      'name its id, package, path, rule, url or fingerprint',
    ],
    ['a tab', 'rules:\n\tmalware: block\n', 'vakt.yml:2:1', 'indent with spaces'],
    ['a key twice', 'rules: {}\nrules: {}\n', 'vakt.yml:2:1', 'twice'],
    ['a merge key', 'rules: &r {}\n<<: *r\n', 'vakt.yml:2:1', 'merge keys are not taken'],
    [
      'a key of a case',
      'rules: { malware: [{ severty: high, level: block }] }',
      'vakt.yml:1:22',
      'did you mean "severity"?',
    ],
    ['a short key', 'fail-on: { prod: high }', 'vakt.yml:1:12', 'did you mean "production"?'],
    [
      'a key that nothing is like',
      'require: { everything: true }',
      'vakt.yml:1:12',
      'there are: files, advisories, histories',
    ],
    ['a word for a list', 'exclude: dist', 'vakt.yml:1:10', 'a list: [a, b]'],
    ['a word for a flag', 'require: { files: yes }', 'vakt.yml:1:19', 'true or false'],
    ['a word for a number', 'options: { outdated: { majors: two } }', 'vakt.yml:1:32', 'a number'],
    ['a number that is too small', 'options: { outdated: { majors: 0 } }', 'vakt.yml:1:32', 'at least 1'],
    ['a word for keys', 'rules: strict', 'vakt.yml:1:8', 'keys stand below it'],
    [
      'a rule that is none, among many',
      'ignore: [{ rule: nope, reason: r, owner: o, until: 2026-12-30 }]',
      'vakt.yml:1:18',
      'vakt explain lists them',
    ],
    [
      'a registry with its path',
      'registries: ["https://npm.acme.example/"]',
      'vakt.yml:1:14',
      'a host alone',
    ],
    ['an origin that is none', 'own-origins: ["https://"]', 'vakt.yml:1:15', 'https://static.acme.example'],
    ['an allowed host with a path', 'allowed-hosts: [cdn.acme.example/js]', 'vakt.yml:1:17', 'a host alone'],
    [
      'an ignore of a range that is none',
      'ignore:\n  - { package: a@newest, reason: r, owner: o, until: 2026-12-30 }\n',
      'vakt.yml:2:16',
      'braces@<3.0.3',
    ],
    [
      'an ignore of a range that is missing',
      'ignore:\n  - { package: "@a/b@", reason: r, owner: o, until: 2026-12-30 }\n',
      'vakt.yml:2:16',
      'braces@<3.0.3',
    ],
  ];
  for (const [name, text, where, hint] of table) {
    test(name, async () => {
      const error = await refused({ 'vakt.yml': text });
      assert.is(error.where ?? '', where, error.message);
      assert.ok((error.hint ?? '').includes(hint), error.hint);
    });
  }

  test('aliases that unfold without end', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : Array(9).fill(`*a${i - 1}`)}]`,
    );
    const error = await refused({ 'vakt.yml': levels.join('\n') });
    assert.match(error.message, 'YAML aliases');
    assert.is(error.where, 'vakt.yml:2:10');
  });

  test('a circle names its members', async () => {
    const error = await refused({ 'vakt.yml': 'extends: ./a.yml', 'a.yml': 'extends: ./vakt.yml' });
    assert.match(error.message, 'vakt.yml -> a.yml -> vakt.yml');
  });

  test('a path that is not there', async () => {
    const gone = await refused({ 'vakt.yml': 'extends: ./gone.yml' });
    assert.equal([gone.message, gone.where], ['does not exist', 'vakt.yml:1:10: ./gone.yml']);
    const yaml = await refused({ 'vakt.yaml': 'extends: strict' });
    assert.equal([yaml.message, yaml.hint], ['is not read under this name', 'rename it to vakt.yml']);
  });

  test('a folder where the policy is looked for', async () => {
    for (const name of ['vakt.yml', '.github/vakt.yml']) {
      const error = await refused({ [`${name}/base.yml`]: 'extends: strict' });
      assert.equal([error.where, error.message], [name, 'is a folder, and no policy']);
    }
  });

  test('capitals in hosts are small letters, as in URLs', async () => {
    const policy = await load({
      'vakt.yml':
        'registries: [NPM.Acme.example:8443]\nown-origins: [https://Static.acme.example, "*.ACME.example"]\nallowed-hosts: ["*.CDN.example"]\n',
    });
    assert.equal(policy.registries, ['npm.acme.example:8443']);
    assert.equal(policy.ownOrigins, ['https://static.acme.example', '*.acme.example']);
    assert.equal(policy.allowedHosts, ['*.cdn.example']);
  });
});
