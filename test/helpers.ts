/**
 * The one way to write a test. It closes uvu's traps: a suite always runs, a text thrown is a failure, a
 * rejection can be asserted, a test that lacks its system part is skipped aloud (and fails under CI).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite as uvuSuite } from 'uvu';
import * as assert from 'uvu/assert';

export { assert };

type Handler = () => void | Promise<void>;
type Test = (name: string, handler: Handler) => void;

/** Longer than any honest test; a hang becomes a failure with a name. */
const TEST_LIMIT_MS = process.env.VAKT_REAL_REGISTRY === '1' ? 1_800_000 : 120_000;

/** Registers a suite and runs it. */
export function suite(name: string, define: (test: Test) => void): void {
  const uvu = uvuSuite(name);
  let count = 0;
  define((title, handler) => {
    count++;
    uvu(title, () => guarded(handler));
  });
  if (count === 0) throw new Error(`suite "${name}" defines no test`);
  uvu.run();
}

/** Registers the test when `missing` is undefined; otherwise skips it aloud, or fails it under CI. */
export function testWith(missing: string | undefined, test: Test, name: string, handler: Handler): void {
  if (missing === undefined) {
    test(name, handler);
    return;
  }
  test(`${name} (skipped: needs ${missing})`, () => {
    if (process.env.CI === 'true' && !missing.startsWith('VAKT_')) throw new Error(`CI must have ${missing}`);
    process.stderr.write(`SKIPPED: "${name}" needs ${missing}\n`);
  });
}

/** Runs `body` with a fresh folder that is gone afterwards. */
export async function inTemporaryFolder(body: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vakt-test-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asserts that `body` rejects or throws an Error, and returns it. */
export async function failure(body: () => unknown): Promise<Error> {
  try {
    await body();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`threw something that is no Error: ${String(error)}`);
  }
  throw new Error('expected a failure, but it succeeded');
}

async function guarded(handler: Handler): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took more than ${TEST_LIMIT_MS} ms`)), TEST_LIMIT_MS);
  });
  try {
    await Promise.race([handler(), limit]);
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : new Error(`threw something that is no Error: ${String(thrown)}`);
  } finally {
    clearTimeout(timer);
  }
}
