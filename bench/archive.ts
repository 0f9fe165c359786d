/** A zip of OSV records in the layout and proportions of OSV's npm archive: 97 % malware that names versions only. */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { nameOf, random } from './generate.ts';

/** Writes the archive to `file` unless it is there; the records of `real`, where given, are among them. */
export function archive(file: string, count: number, real?: string): void {
  if (existsSync(file)) return;
  const files: Record<string, Uint8Array> = real === undefined ? {} : unzipSync(readFileSync(real));
  const next = random(2);
  for (let i = Object.keys(files).length; i < count; i++) {
    const id = i % 33 === 0 ? `GHSA-${word(next)}-${word(next)}-${word(next)}` : `MAL-2026-${i}`;
    files[`${id}.json`] = Buffer.from(
      JSON.stringify(i % 33 === 0 ? vulnerability(id, i, next) : malware(id, i, next)),
    );
  }
  writeZip(file, files);
}

function word(next: () => number): string {
  return Array.from({ length: 4 }, () => '23456789cfghjmpqrvwx'[Math.floor(next() * 20)]).join('');
}

function malware(id: string, i: number, next: () => number): object {
  return {
    schema_version: '1.7.4',
    id,
    modified: '2026-10-01T00:00:00Z',
    published: '2026-09-30T00:00:00Z',
    summary: `Malicious code in bad-${word(next)}-${i} (npm)`,
    details: `The package was found to contain code that ${'sends what it finds to a host it should not know, '.repeat(6)}and was taken down.`,
    affected: [
      {
        package: { ecosystem: 'npm', name: `bad-${word(next)}-${i}` },
        versions: [`1.0.${i % 9}`, `9.9.${i % 5}`],
      },
    ],
    references: [{ type: 'WEB', url: `https://example.test/${id}` }],
    credits: [{ name: 'somebody', type: 'FINDER' }],
  };
}

function vulnerability(id: string, i: number, next: () => number): object {
  return {
    schema_version: '1.7.4',
    id,
    modified: '2026-10-01T00:00:00Z',
    aliases: [`CVE-2026-${i}`],
    summary: `Something can be made to go wrong in ${nameOf(i % 4000)}`,
    details: 'A sentence about what happens, to whom, and under which circumstances. '.repeat(20),
    affected: [
      {
        package: { ecosystem: 'npm', name: nameOf(Math.floor(next() * 4000)) },
        ranges: [
          { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: `1.${Math.floor(next() * 6)}.0` }] },
        ],
      },
    ],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
    references: [{ type: 'ADVISORY', url: `https://github.com/advisories/${id}` }],
    database_specific: { severity: 'HIGH', cwe_ids: ['CWE-400'] },
  };
}

/** A zip archive with the 64-bit end records that more than 65,535 files need (APPNOTE.TXT 4.3). */
function writeZip(file: string, files: Record<string, Uint8Array>): void {
  const fd = openSync(`${file}.tmp`, 'w');
  const central: Buffer[] = [];
  let at = 0;
  const put = (bytes: Buffer): void => {
    writeSync(fd, bytes);
    at += bytes.length;
  };
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), fields, rest, Buffer.from(name)]));
    put(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]));
  }
  const start = at;
  for (const entry of central) put(entry);
  const size = at - start;
  const end64 = Buffer.alloc(56);
  end64.write('PK\x06\x06', 'latin1');
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE(45, 12);
  end64.writeUInt16LE(45, 14);
  end64.writeBigUInt64LE(BigInt(central.length), 24);
  end64.writeBigUInt64LE(BigInt(central.length), 32);
  end64.writeBigUInt64LE(BigInt(size), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22, 0xff);
  end.write('PK\x05\x06\0\0\0\0', 'latin1');
  end.writeUInt16LE(0, 20);
  put(Buffer.concat([end64, locator, end]));
  closeSync(fd);
  renameSync(`${file}.tmp`, file);
}
