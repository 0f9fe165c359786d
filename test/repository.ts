/** Real git repositories in temporary folders, and the program run in them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../src/cli/main.ts';
import { realIo } from '../src/io.ts';

const HOOK = fileURLToPath(new URL('../dist/hook.cjs', import.meta.url));

export interface Repository {
  folder: string;
  /** Runs git, with a fixed author and clock; throws where git fails. Gives what it prints. */
  git(...args: string[]): string;
  /** Runs git, whatever it comes to. */
  try(...args: string[]): { status: number; out: string };
  /** Makes every commit run the committed hook program with these words. */
  hook(words?: string, env?: string): void;
  write(files: Record<string, string | Buffer>): void;
  /** Writes the files, stages everything and commits; gives the commit. */
  commit(files: Record<string, string | Buffer>, when?: string): string;
  /** Runs vakt in the folder, offline, with a cache folder that is empty. */
  vakt(...args: string[]): Promise<{ code: number; out: string; err: string }>;
}

/** The settings of whoever runs the tests must not matter. */
export function environment(folder: string, over: Record<string, string> = {}): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(
    ([name]) => !/^(?:GIT_|VAKT_(?!CORPUS)|PRE_COMMIT)/.test(name),
  );
  return {
    ...Object.fromEntries(clean),
    HOME: folder,
    XDG_CACHE_HOME: join(folder, '.cache'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.test',
    GIT_COMMITTER_NAME: 'C',
    GIT_COMMITTER_EMAIL: 'c@example.test',
    ...over,
  };
}

/** A repository in `folder`/shop, on the branch main. */
export function repository(home: string, name = 'shop'): Repository {
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  const run = (args: string[], over: Record<string, string> = {}): string =>
    execFileSync('git', args, { cwd: folder, env: environment(home, over), encoding: 'utf8', stdio: 'pipe' });
  run(['init', '--quiet', '--initial-branch=main']);
  const self: Repository = {
    folder,
    git: (...args) => run(args),
    try(...args) {
      const { status, stdout, stderr } = spawnSync('git', args, {
        cwd: folder,
        env: environment(home),
        encoding: 'utf8',
      });
      return { status: status ?? -1, out: stdout + stderr };
    },
    hook(words = '', env = '') {
      const file = join(folder, '.git/hooks/pre-commit');
      writeFileSync(file, `#!/bin/sh\n${env} exec '${process.execPath}' '${HOOK}' ${words}\n`, {
        mode: 0o755,
      });
    },
    write(files) {
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), content);
      }
    },
    commit(files, when) {
      self.write(files);
      run(['add', '--all']);
      const dates = when === undefined ? {} : { GIT_AUTHOR_DATE: when, GIT_COMMITTER_DATE: when };
      run(['commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'change'], dates);
      return run(['rev-parse', 'HEAD']).trim();
    },
    async vakt(...args) {
      let out = '';
      let err = '';
      const io = {
        ...realIo(),
        cwd: folder,
        env: environment(home),
        now: () => new Date('2026-11-22T12:00:00Z'),
        columns: undefined,
        out: (text: string) => {
          out += text;
        },
        err: (text: string) => {
          err += text;
        },
      };
      const code = await main(['hook', 'init'].includes(args[0] ?? '') ? args : [...args, '--offline'], io);
      return { code, out, err };
    },
  };
  return self;
}

/** A package-lock.json (and the package.json that asks for it) with these packages, `name@version`. */
export function lockOf(...specs: (string | [string, object])[]): Record<string, string> {
  const dependencies: Record<string, string> = {};
  const packages: Record<string, object> = {};
  for (const one of specs) {
    const [spec, over] = typeof one === 'string' ? [one, {}] : one;
    const at = spec.lastIndexOf('@');
    const name = spec.slice(0, at);
    const version = spec.slice(at + 1);
    dependencies[name] = version;
    packages[`node_modules/${name}`] = { version, integrity: `sha512-${'A'.repeat(86)}==`, ...over };
  }
  const root = { name: 'shop', version: '1.0.0', dependencies };
  return {
    'package.json': JSON.stringify(root),
    'package-lock.json': JSON.stringify(
      { ...root, lockfileVersion: 3, packages: { '': root, ...packages } },
      null,
      2,
    ),
  };
}
