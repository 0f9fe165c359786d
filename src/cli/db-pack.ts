import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../model.ts';
import { oneLine } from '../plain.ts';
import { packDatabase } from '../sources/advisories/pack.ts';
import type { Values } from './commands.ts';
import { tellProblems } from './db-update.ts';

/** `vakt db pack`: 0, or a UserError. */
export async function run(_operands: readonly string[], values: Values, io: Io): Promise<number> {
  const { from, to, name, repository } = values;
  if (typeof from !== 'string' || typeof to !== 'string') {
    throw new UserError('needs --from and --to', {
      where: 'db pack',
      hint: 'vakt db pack --from all.zip --to package',
    });
  }
  const packed = await packDatabase(io, {
    from: resolve(io.cwd, from),
    folder: resolve(io.cwd, to),
    name: name as string | undefined,
    repository: repository as string | undefined,
    now: io.now(),
  });
  io.out(oneLine(`${packed.name}@${packed.version} is in ${to}: npm publish ${to}`));
  io.out('\n');
  tellProblems(packed.compiled, io);
  return EXIT.pass;
}
