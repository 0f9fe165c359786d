import { isPrivateAddress, literalAddress } from '../../src/http/addresses.ts';
import { assert, suite } from '../helpers.ts';

const INNER = [
  '127.0.0.1 10.1.2.3 172.31.255.255 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255',
  ':: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 64:ff9b::10.0.0.1 64:ff9b:1::1 2002:7f00:1::1 2002:a00:1::',
  'fc00::1 fd12::1 fe80::1%eth0 fec0::1 ff02::1 2001:db8::1 nonsense',
];
const OUTER = [
  '1.1.1.1 8.8.8.8 172.32.0.1 100.128.0.1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808:: 2606:4700::1111',
];

suite('addresses', (test) => {
  test('inner and outer ones, also where one hides in another', () => {
    for (const address of INNER.join(' ').split(' ')) assert.ok(isPrivateAddress(address), address);
    for (const address of OUTER.join(' ').split(' ')) assert.not.ok(isPrivateAddress(address), address);
  });

  test('hosts of URLs that are addresses, however they are spelt', () => {
    for (const url of ['http://127.1/', 'http://0x7f000001/', 'http://0177.0.0.1/', 'http://[::1]/'])
      assert.ok(isPrivateAddress(literalAddress(new URL(url).hostname) ?? '8.8.8.8'), url);
    assert.is(literalAddress('registry.example.test'), undefined);
  });
});
