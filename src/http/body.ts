/** Takes in an answer's body: decoded, counted, watched, and stopped when it is too large or too slow. */
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { CutOff, Failed } from './reasons.ts';

export interface Intake {
  /** Most bytes, decoded as well as on the wire. */
  limit: number;
  /** Called with each decoded piece. */
  take(piece: Buffer): void;
  /** How long `slowest` bytes may take, in milliseconds. */
  windowMs: number;
}

/** What a line must carry in one window; ten times slower than a bad telephone line. */
const SLOWEST = 4096;

/**
 * Reads a body to its end and returns its decoded size in bytes. Rejects with Failed for what is too large, too
 * slow or in an unknown encoding, and with CutOff for what ends early or is broken.
 */
export async function takeIn(body: Readable, encoding: string | undefined, intake: Intake): Promise<number> {
  const { limit, take, windowMs } = intake;
  let onWire = 0;
  let window = 0;
  let decoded = 0;
  const watch = setInterval(() => {
    // What waits for us to read it does not speak against the line.
    if (window < SLOWEST && body.readableLength === 0)
      body.destroy(
        new Failed(`too slow: ${onWire} bytes, the last ${window} of them in ${seconds(windowMs)}`),
      );
    window = 0;
  }, windowMs);
  const count = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      onWire += chunk.length;
      window += chunk.length;
      if (onWire + body.readableLength > limit) throw new Failed(tooLarge(limit));
      yield chunk;
    }
  };
  const keep = async (source: AsyncIterable<Buffer>) => {
    for await (const piece of source) {
      decoded += piece.length;
      if (decoded > limit) throw new Failed(tooLarge(limit));
      take(piece);
    }
  };
  try {
    const decoder = decoderOf(encoding?.trim().toLowerCase() ?? '');
    if (decoder === undefined) await pipeline(body, count, keep);
    else await pipeline(body, count, decoder, keep);
    return decoded;
  } catch (error) {
    throw error instanceof Failed ? error : new CutOff(onWire, error);
  } finally {
    clearInterval(watch);
    discard(body);
  }
}

/** Lets go of a body that nobody wants. */
export function discard(body: Readable): void {
  body.on('error', () => {});
  body.destroy();
}

/** `5 s`, `1.5 s`. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

function tooLarge(limit: number): string {
  return `larger than the ${limit} bytes that are taken`;
}

function decoderOf(encoding: string): Transform | undefined {
  if (encoding === '' || encoding === 'identity') return undefined;
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  if (encoding === 'br') return createBrotliDecompress();
  throw new Failed(`encoded as ${encoding.replace(/[^\w-]/g, '?').slice(0, 20)}, which was not asked for`);
}
