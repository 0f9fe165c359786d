/** Files by extension, lower case and without the dot. */

/** Pages, and templates of pages. */
export const PAGES: ReadonlySet<string> = new Set(
  'html htm xhtml php ejs hbs njk liquid erb twig'.split(' '),
);

/** Code that may add scripts to a page. */
export const SOURCES: ReadonlySet<string> = new Set(
  'js mjs cjs ts mts cts jsx tsx vue svelte astro'.split(' '),
);
