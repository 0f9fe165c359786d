/** Which files a commit hook looks at. Loaded by every commit: it stands on next to nothing. */
import { LOCK_FILES, PAGES } from '../readers/extensions.ts';

/** What a hook is about: lock files and what they are held against, pages, or both. */
export type Subject = 'deps' | 'web' | undefined;

const RULING = new Set(['vakt.yml', 'sri-lock.json']);

/** Whether a staged file is one that the hook judges, or is judged by. Paths have `/`. */
export function isRelevant(path: string, only: Subject): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return RULING.has(name) || (only !== 'web' && isOfPackages(name)) || (only !== 'deps' && isPage(name));
}

/** Whether a file of this name says which packages are installed. */
export function isOfPackages(name: string): boolean {
  return name === 'package.json' || LOCK_FILES.has(name);
}

/** Whether a file is a page by its name. */
export function isPage(name: string): boolean {
  return PAGES.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
}
