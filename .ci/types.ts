/** The declarations that are published. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Removes the declarations in `folder` that none of `entries` leads to: most describe what no user of the library can name. */
export function onlyNamed(folder: string, entries: readonly string[]): void {
  const named = new Set<string>();
  const visit = (file: string): void => {
    if (named.has(file)) return;
    named.add(file);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
      /(?:\bfrom |\bimport\()["'](\.[^"']+)\.ts["']/g,
    ))
      visit(resolve(file, '..', `${path}.d.ts`));
  };
  for (const entry of entries) visit(join(folder, entry));
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && !named.has(file)) rmSync(file);
  }
}
