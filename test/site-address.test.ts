import { addressOf } from '../src/site-address.ts';
import { assert, suite } from './helpers.ts';

suite('the address of a page', (test) => {
  test('is what the parser of URLs makes of its path below the site', () => {
    for (const site of [
      'https://a.test/',
      'https://a.test/b/c',
      'https://a.test/?q',
      'http://a.test:80/x/../y/',
    ]) {
      for (const file of [
        'p.html',
        'a/b-c/d_e.f.html',
        './p.html',
        '../p.html',
        'a/../b.html',
        'ü/%20 ?.html',
        'a//b',
      ])
        assert.is(addressOf(file, site), slow(file, site));
    }
  });
});

function slow(file: string, site: string): string {
  const path = file
    .replace(/^(?:\.{0,2}\/)+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return new URL(path, site.endsWith('/') ? site : `${site}/`).href;
}
