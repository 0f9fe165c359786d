/** npm's settings for tests: from an .npmrc text alone, whatever the machine is set to. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realIo } from '../src/io.ts';
import { type NpmSettings, readNpmrc } from '../src/npmrc.ts';

/** The settings of a project in `folder` whose .npmrc has these lines. */
export async function settingsIn(
  folder: string,
  npmrc: readonly string[],
  env: Record<string, string> = {},
): Promise<NpmSettings> {
  const project = join(folder, 'project');
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{}');
  writeFileSync(join(project, '.npmrc'), `${npmrc.join('\n')}\n`);
  const clean = { HOME: folder, npm_config_globalconfig: join(folder, 'global'), ...env };
  return readNpmrc({ ...realIo(), env: clean }, project);
}
