/** `npm run demo`: scans the example shop, offline, as a user would; ends with 0 whatever vakt says of it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vakt-demo-'));
const db = join(folder, 'advisories.vdb');

function vakt(...args: string[]): number {
  console.log(`$ vakt ${args.join(' ').replaceAll(db, 'demo.vdb')}`);
  const { status } = spawnSync(process.execPath, [join(root, 'dist/bin/vakt.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 70;
}

const built = vakt('db', 'update', '--from', 'examples/advisories', '--db', db);
console.log();
const code = built === 0 ? vakt('scan', 'examples/shop', '--offline', '--db', db) : built;
console.log(`\nvakt ended with exit code ${code} (0 pass, 1 the policy is violated, 2 usage, 3 incomplete)`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = built === 0 && (code === 0 || code === 1) ? 0 : 1;
