import { UserError } from '../errors.ts';
import type { Http } from '../http.ts';
import type { Io } from '../io.ts';
import { plain } from '../plain.ts';
import { loadPolicy } from '../policy/load.ts';
import { sriFixJson, sriFixText } from '../report/sri-fix.ts';
import type { Algorithm } from '../sri.ts';
import { type SriFixResult, sriFix } from '../sri-fix/run.ts';
import type { Values } from './commands.ts';
import { deliver, extensionsOf, progressOf, siteOf } from './output.ts';

/** `vakt sri-fix`: 0; 1 where a hash is wrong or --check would change something; 3 where a hash could not be learnt. */
export async function run(paths: readonly string[], values: Values, io: Io): Promise<number> {
  if (paths.length === 0)
    throw new UserError('does not say which pages', { where: 'sri-fix', hint: 'vakt sri-fix dist' });
  const { ownOrigins } = await loadPolicy(io, io.cwd, undefined);
  const { open, close } = networkIn(io);
  const check = values.check === true;
  const dryRun = values['dry-run'] === true;
  try {
    const result = await sriFix(io, {
      paths,
      site: siteOf(values.site as string | undefined),
      ownOrigins,
      mirror: values.mirror as string | undefined,
      update: values.update === true,
      check,
      dryRun,
      lock: values.lock === true,
      algorithm: values.algorithm as Algorithm,
      extensions: extensionsOf(values),
      network: values.offline === true ? undefined : open,
      progress: progressOf(io),
    });
    deliver(io, values, report(result, values, check || dryRun));
    return result.exitCode;
  } finally {
    await close();
  }
}

function report(result: SriFixResult, values: Values, dry: boolean): string {
  if (values.format === 'json') return sriFixJson(result);
  const diffs = result.pages.map(({ diff = '' }) => plain(diff)).join('');
  return `${diffs}${sriFixText(result, { dry })}`;
}

/** The network by the .npmrc of the current folder, opened once and only when it is asked for. */
function networkIn(io: Io) {
  let http: Http | undefined;
  const begin = async () => {
    const [{ readNpmrc }, { createHttp }, { createRegistry }] = await Promise.all([
      import('../npmrc.ts'),
      import('../http.ts'),
      import('../sources/registry.ts'),
    ]);
    const settings = await readNpmrc(io, io.cwd);
    http = createHttp({ network: settings.network() });
    return { http, registry: createRegistry(http, settings) };
  };
  let opened: ReturnType<typeof begin> | undefined;
  return {
    open: () => {
      opened ??= begin();
      return opened;
    },
    close: async () => http?.close(),
  };
}
