import { otherPackage } from '../../src/rules/tarball-url.ts';
import { assert, suite } from '../helpers.ts';

const R = 'https://registry.example.test';

suite('tarball-url', (test) => {
  const own: [string, string, string][] = [
    [`${R}/lodash/-/lodash-4.17.21.tgz`, 'lodash', '4.17.21'],
    [`${R}/lodash/-/lodash-4.17.21.tgz?cache=0#abc`, 'lodash', '4.17.21'],
    [`${R}/api/npm/npm/lodash/-/lodash-4.17.21.tgz`, 'lodash', '4.17.21'],
    [`${R}/@acme/pay/-/pay-1.0.0-rc.1.tgz`, '@acme/pay', '1.0.0-rc.1'],
    [`${R}/@acme%2fpay/-/pay-1.0.0.tgz`, '@acme/pay', '1.0.0'],
    [`${R}/@acme/pay/-/@acme/pay-1.0.0.tgz`, '@acme/pay', '1.0.0'],
    [`${R}/a/-/a-1.0.0.tgz`, 'a', '1.0.0+build.5'],
    [`${R}/a/-/a-v1.0.0.tgz`, 'a', '1.0.0'],
    [`${R}/download/@acme/pay/1.0.0/0123abcd`, '@acme/pay', '1.0.0'],
    ['https://files.example.test/whatever.tgz', 'a', '1.0.0'],
    ['file:b/-/b-1.0.0.tgz', 'a', '1.0.0'],
    ['', 'a', '1.0.0'],
  ];
  for (const [address, name, version] of own) {
    test(`says nothing of ${address || 'an empty address'} for ${name}@${version}`, () => {
      assert.is(otherPackage(address, name, version), undefined);
    });
  }

  const others: [string, string, string, string][] = [
    [`${R}/evil/-/evil-4.17.21.tgz`, 'lodash', '4.17.21', 'evil@4.17.21'],
    [`${R}/lodash/-/lodash-4.17.15.tgz`, 'lodash', '4.17.21', 'lodash@4.17.15'],
    [`${R}/lodash/-/lodash-4.17.15.tgz?x`, 'lodash', '4.17.21', 'lodash@4.17.15'],
    [`${R}/@evil/pay/-/pay-1.0.0.tgz`, '@acme/pay', '1.0.0', '@evil/pay@1.0.0'],
    [`${R}/@evil%2Fpay/-/pay-1.0.0.tgz`, '@acme/pay', '1.0.0', '@evil/pay@1.0.0'],
    [`${R}/pay/-/pay-1.0.0.tgz`, '@acme/pay', '1.0.0', 'pay@1.0.0'],
    [`${R}/lodash/-/evil-4.17.21.tgz`, 'lodash', '4.17.21', 'lodash (evil-4.17.21)'],
    [`${R}/download/@acme/pay/1.0.0/0123abcd`, '@acme/pay', '2.0.0', '@acme/pay@1.0.0'],
    [`${R}/%E0%A4%A/-/a-1.0.0.tgz`, 'a', '1.0.0', '%E0%A4%A (a-1.0.0)'],
    [`${R}/a/-/a-1.0.0.tgz/../../../b/-/b-1.0.0.tgz`, 'a', '1.0.0', 'b@1.0.0'],
    [`${R}/b/a/%2e%2e/-/b-1.0.0.tgz`, 'a', '1.0.0', 'b@1.0.0'],
    [`${R}/b\\-\\b-1.0.0.tgz`, 'a', '1.0.0', 'b@1.0.0'],
    [`${R}/@evil/a/-/a-1.0.0.tgz`, 'a', '1.0.0', '@evil/a@1.0.0'],
    [`${R}/%40evil/a/-/a-1.0.0.tgz`, 'a', '1.0.0', '@evil/a@1.0.0'],
    [`${R}/\t@evil/a/-/a-1.0.0.tgz`, 'a', '1.0.0', '@evil/a@1.0.0'],
    [`${R}/a/-/a-1.tgz/../../../b/-/b-1.tgz`, 'a', '1.tgz/../../../b/-/b-1', 'b@1'],
    [`HTTPS://REGISTRY.EXAMPLE.TEST/evil/-/evil-1.0.0.tgz`, 'a', '1.0.0', 'evil@1.0.0'],
  ];
  for (const [address, name, version, want] of others) {
    test(`sees ${want} behind ${address}`, () => assert.is(otherPackage(address, name, version), want));
  }
});
