import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { connection } from '../online.ts';
import { sriVerifyJson, sriVerifyText } from '../report/sri-verify.ts';
import { sriVerify } from '../sri-fix/verify.ts';
import type { Values } from './commands.ts';
import { deliver, lookOf, privateHosts, progressOf, siteOf } from './output.ts';

/** Told after this many URLs. */
const STEP = 25;

/** `vakt sri-verify`: 0; 1 where a URL delivers something else than was pinned; 3 where that could not be learnt. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
  const [path, ...more] = paths;
  if (more.length > 0)
    throw new UserError('sri-verify takes one lock, or one folder', { hint: 'run it once for each' });
  const site = siteOf(values.site as string | undefined);
  const network = connection(io, io.cwd, false, privateHosts(values));
  const say = progressOf(io);
  try {
    const result = await sriVerify(io, {
      path,
      origin: site === undefined ? 'null' : new URL(site).origin,
      http: async () => {
        if (network.open === undefined) throw new Error('the network is closed');
        return (await network.open()).http;
      },
      progress: (done, all) => {
        if (done % STEP === 0) say(`${done} of ${all} fetched`);
      },
    });
    const text =
      values.format === 'json'
        ? sriVerifyJson(result)
        : sriVerifyText(result, lookOf(io, values['output-file'] as string | undefined).width);
    deliver(io, values, text);
    return result.exitCode;
  } finally {
    await network.close();
  }
}
