/** Tarballs for tests, written entry by entry, so that hostile ones can be made too. */
import { gzipSync } from 'node:zlib';

export interface TarEntry {
  path: string;
  content?: string | Buffer;
  /** `0` a file, `2` a symbolic link, `5` a folder, `x` an extended header. */
  type?: string;
  /** What the header says, where that is not the content's size. */
  size?: number;
}

/** A .tgz of these entries. */
export function tgz(entries: readonly TarEntry[], { end = true } = {}): Buffer {
  return gzipSync(Buffer.concat([...entries.flatMap(blocks), ...(end ? [Buffer.alloc(1024)] : [])]));
}

/** A .tgz as npm packs it. */
export function npmTarball(files: Readonly<Record<string, string | Buffer>>): Buffer {
  return tgz(Object.entries(files).map(([path, content]) => ({ path: `package/${path}`, content })));
}

/** A pax record: its length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length++;
  return `${length}${rest}`;
}

function blocks({ path, content = '', type = '0', size }: TarEntry): Buffer[] {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(path.slice(0, 100), 0);
  header.write('0000644\0', 100);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}
