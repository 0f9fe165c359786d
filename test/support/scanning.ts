/** vakt in a project of given files whose registry is on loopback. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { realIo } from '../../src/io.ts';
import type { ReportJson } from '../../src/report/json-shapes.ts';
import { inTemporaryFolder } from '../helpers.ts';
import { loopback } from '../loopback.ts';

export interface Run {
  code: number;
  out: string;
  err: string;
  json: ReportJson;
}

/** What the project's .npmrc has for the registry. */
export const TOKEN = 'npm_0123456789abcdefghijklmnopqrstuvwxyz';

/** Runs vakt in a project of these files whose registry is `origin`. */
export async function vakt(
  folder: string,
  origin: string,
  files: Record<string, string>,
  ...argv: string[]
): Promise<Run> {
  const project = join(folder, 'project');
  mkdirSync(join(folder, 'home'), { recursive: true });
  mkdirSync(project, { recursive: true });
  const npmrc = `registry=${origin}/\n//${new URL(origin).host}/:_authToken=${TOKEN}\n`;
  for (const [name, text] of Object.entries({ '.npmrc': npmrc, ...files }))
    writeFileSync(join(project, name), text);
  let out = '';
  let err = '';
  const io = {
    ...realIo(),
    cwd: project,
    env: { HOME: join(folder, 'home'), npm_config_globalconfig: join(folder, 'none') },
    now: () => new Date('2026-11-22T12:00:00Z'),
    columns: undefined,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const code = await main(['scan', ...argv], io);
  return {
    code,
    out,
    err,
    json: argv.includes('json') ? (JSON.parse(out) as ReportJson) : ({} as ReportJson),
  };
}

/** A registry of these documents by name; everything else is not found. */
export async function withRegistry(
  packages: Record<string, unknown>,
  body: (
    run: (files: Record<string, string>, ...argv: string[]) => Promise<Run>,
    requests: string[],
  ) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const server = await loopback((request, response) => {
      const found = packages[decodeURIComponent((request.url ?? '').slice(1))];
      if (found === undefined) return void response.writeHead(404).end('{}');
      response.end(JSON.stringify(found));
    });
    try {
      await body((files, ...argv) => vakt(folder, server.origin, files, ...argv), server.requests);
    } finally {
      await server.close();
    }
  });
}
