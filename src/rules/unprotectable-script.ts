import { verdictRule } from './web.ts';

/** What no integrity can protect: SVG scripts and `@import`. */
export default verdictRule(
  'unprotectable-script',
  'Third-party code where integrity does not exist',
  'moderate',
  (load) =>
    load.kind === 'svg-script'
      ? {
          message: `an SVG script has no integrity (Chromium blocks it if it is written), so the browser runs whatever ${load.host} sends`,
          fix: 'load it with an HTML script element, or serve the file yourself',
        }
      : {
          message: `@import has no integrity, so the page takes whatever style ${load.host} sends`,
          fix: 'load it with <link rel="stylesheet"> and integrity, or serve the file yourself',
        },
);
