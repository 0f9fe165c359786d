/** Files by name, and by extension: lower case and without the dot. */

/** Pages, and templates of pages. */
export const PAGES: ReadonlySet<string> = new Set(
  'html htm xhtml php ejs hbs njk liquid erb twig'.split(' '),
);

/** Code that may add scripts to a page. */
export const SOURCES: ReadonlySet<string> = new Set(
  'js mjs cjs ts mts cts jsx tsx vue svelte astro'.split(' '),
);

/** Lock files of every manager. */
export const LOCK_FILES: ReadonlySet<string> = new Set(
  'npm-shrinkwrap.json package-lock.json pnpm-lock.yaml yarn.lock bun.lock bun.lockb'.split(' '),
);
