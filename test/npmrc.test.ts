import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { UserError } from '../src/errors.ts';
import { assert, failure, inTemporaryFolder, suite } from './helpers.ts';
import { settingsIn } from './settings.ts';

const url = (text: string) => new URL(text);
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

suite('npmrc', (test) => {
  test('registries by scope, from project, user, machine and environment', () =>
    inTemporaryFolder(async (folder) => {
      writeFileSync(join(folder, '.npmrc'), '@user:registry=https://user.example.test\n');
      writeFileSync(join(folder, 'global'), '@machine:registry=https://machine.example.test/a/b\n');
      const env = { 'npm_config_@env:registry': 'https://env.example.test/' };
      const settings = await settingsIn(folder, ['registry=https://registry.example.test/npm'], env);
      assert.is(settings.registryFor('lodash'), 'https://registry.example.test/npm/');
      assert.is(settings.registryFor('@user/a'), 'https://user.example.test/');
      assert.is(settings.registryFor('@machine/a'), 'https://machine.example.test/a/b/');
      assert.is(settings.registryFor('@env/a'), 'https://env.example.test/');
      assert.is(settings.registryFor('@other/a'), 'https://registry.example.test/npm/');
      assert.match(settings.publicRegistry, /^https:\/\/.*\/$/);
    }));

  test('a registry that is no URL is an error: npm would ask the public one, or fail later', () =>
    inTemporaryFolder(async (folder) => {
      for (const line of ['registry=registry.example.test', '@acme:registry=ftp://x.example.test/']) {
        const error = await failure(() => settingsIn(folder, [line]));
        assert.instance(error, UserError);
        assert.match(error.message, /no http or https URL: (?:registry|@acme:registry)/);
      }
    }));

  test('credentials by the longest configured part of a URL, and for tarballs beside it', () =>
    inTemporaryFolder(async (folder) => {
      const settings = await settingsIn(
        folder,
        [
          'registry=https://registry.example.test/npm/all/',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's own syntax for variables
          '//registry.example.test/npm/all/:_authToken=${TOKEN}',
          '//registry.example.test/npm/private/:username=me',
          `//registry.example.test/npm/private/:_password=${Buffer.from('s3cret').toString('base64')}`,
          `//other.example.test/:_auth=${Buffer.from('you:pass').toString('base64')}`,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's own syntax for variables
          '//unset.example.test/:_authToken=${NOT_SET}',
        ],
        { TOKEN: 'tok-12345' },
      );
      const network = settings.network();
      const to = (text: string) => network.authorizationFor(url(text));
      assert.is(to('https://registry.example.test/npm/all/x'), 'Bearer tok-12345');
      assert.is(to('https://registry.example.test/npm/private/x/-/x-1.tgz'), basic('me:s3cret'));
      assert.is(to('https://registry.example.test/files/x-1.tgz'), 'Bearer tok-12345');
      assert.is(to('https://other.example.test/deep/x'), basic('you:pass'));
      assert.is(to('https://unset.example.test/'), undefined);
      assert.is(to('https://example.test/'), undefined);
      assert.is(to('https://registry.example.test:8443/npm/all/x'), undefined);
      // Never in the clear to what is configured as https.
      assert.is(to('http://registry.example.test/npm/all/x'), undefined);
      for (const secret of ['tok-12345', 's3cret', 'pass'])
        assert.ok(network.secrets.includes(secret), secret);
      assert.ok(network.isConfigured('registry.example.test'));
      assert.not.ok(network.isConfigured('other.example.test'));
    }));

  test('proxies, exceptions, certificates', () =>
    inTemporaryFolder(async (folder) => {
      const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
      for (const name of ['ca.pem', 'cert.pem', 'key.pem'])
        writeFileSync(join(folder, name), `${pem}\n${pem}\n`);
      const settings = await settingsIn(folder, [
        'https-proxy=http://me:geheim@proxy.example.test:3128',
        'noproxy=inner.example.test,.local.test',
        `cafile=${join(folder, 'ca.pem')}`,
        'registry=https://registry.example.test/',
        `//registry.example.test/:certfile=${join(folder, 'cert.pem')}`,
        `//registry.example.test/:keyfile=${join(folder, 'key.pem')}`,
      ]);
      const network = settings.network(['https://mirror.example.test/all.zip']);
      assert.is(network.proxyFor(url('https://a.example.test/')), 'http://me:geheim@proxy.example.test:3128');
      for (const exempt of [
        'https://inner.example.test/',
        'https://x.inner.example.test/',
        'https://x.local.test/',
      ])
        assert.is(network.proxyFor(url(exempt)), undefined, exempt);
      assert.is(network.proxyFor(url('https://notinner.example.test/'))?.slice(0, 4), 'http');
      assert.ok(network.secrets.includes('geheim'));
      const tls = network.tlsFor(url('https://registry.example.test/x'));
      assert.is(tls.ca?.length, 2);
      // npm's authorities are the registries'; of other servers the usual ones count beside, and Node's extra ones.
      const extra = pem.replace('AAAA', 'BBBB');
      writeFileSync(join(folder, 'extra.pem'), `# a comment\n${extra}\n`);
      const more = await settingsIn(folder, [`cafile=${join(folder, 'ca.pem')}`], {
        NODE_EXTRA_CA_CERTS: join(folder, 'extra.pem'),
      });
      const authorities = more.network().tlsFor(url('https://cdn.example.test/')).ca ?? [];
      for (const one of [pem, extra, rootCertificates[0] ?? '']) assert.ok(authorities.includes(one), one);
      assert.is(more.network().tlsFor(url(more.registryFor('x'))).ca?.length, 2);
      assert.is(tls.strict, true);
      assert.match(tls.cert ?? '', /AAAA/);
      assert.is(network.tlsFor(url('https://other.example.test/')).cert, undefined);
      assert.ok(network.isConfigured('mirror.example.test'));
      const env = { HTTPS_PROXY: 'http://env.example.test:1', NO_PROXY: '*' };
      const open = await settingsIn(folder, ['strict-ssl=false'], env);
      assert.is(open.network().proxyFor(url('https://a.example.test/')), undefined);
      const registry = open.registryFor('x');
      assert.is(open.network().tlsFor(url(registry)).strict, false);
      assert.is(open.network().tlsFor(url('https://a.example.test/')).strict, true);
      assert.is(
        open.network(['https://a.example.test/']).tlsFor(url('https://a.example.test/')).strict,
        false,
      );
    }));

  test('how old a version must be to be installed', () =>
    inTemporaryFolder(async (folder) => {
      const settings = await settingsIn(folder, ['min-release-age=7', 'min-release-age-exclude[]=@acme/*']);
      const days = (Date.now() - (settings.before?.getTime() ?? 0)) / 86_400_000;
      assert.ok(days > 6.99 && days < 7.01, String(days));
      assert.equal(settings.beforeExcept, ['@acme/*']);
      assert.is(settings.minReleaseAge, 7);
      const dated = await settingsIn(folder, ['before=2026-01-02']);
      assert.is(dated.before?.toISOString(), '2026-01-02T00:00:00.000Z');
      assert.is(dated.minReleaseAge, undefined);
      assert.is((await settingsIn(folder, [])).before, undefined);
    }));
});
