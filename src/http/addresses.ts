/** Which addresses lie outside the public internet, where an answer from a stranger must not send us. */
import { BlockList, isIP } from 'node:net';

// https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
const INNER: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const INNER6: readonly (readonly [string, number])[] = [
  // Unspecified, loopback, and IPv4-compatible addresses.
  ['::', 96],
  // IPv4 behind a translator of the own network.
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

let blocks: BlockList | undefined;

/** Whether an IP address (also an IPv4 one inside IPv6) is private, loopback, or otherwise not public. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  const version = isIP(bare);
  if (version === 0) return true;
  blocks ??= build();
  return blocks.check(bare, version === 6 ? 'ipv6' : 'ipv4');
}

/** The IP address that a URL's host is, without brackets; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

function build(): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of INNER) {
    list.addSubnet(net, prefix, 'ipv4');
    // The same inside IPv6: mapped, behind NAT64's known prefix, and 6to4.
    list.addSubnet(`::ffff:${net}`, 96 + prefix, 'ipv6');
    list.addSubnet(`64:ff9b::${net}`, 96 + prefix, 'ipv6');
    list.addSubnet(`2002:${hex(net)}::`, 16 + prefix, 'ipv6');
  }
  for (const [net, prefix] of INNER6) list.addSubnet(net, prefix, 'ipv6');
  return list;
}

function hex(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
