import { named, verdictRule } from './web.ts';

/** A third-party module that only an import map can protect, and does not. */
export default verdictRule(
  'unprotected-import',
  'Third-party module without integrity',
  'moderate',
  (load) => ({
    message:
      load.mapIgnored === true
        ? `the integrity of this module${named(load)} stands in a second or late import map, which Firefox ignores: it runs whatever ${load.host} sends`
        : `the browser runs whatever ${load.host} sends as this module${named(load)}: imports are protected by the import map's "integrity" alone`,
    fix: 'vakt sri-fix (one import map with "integrity", before the first module)',
  }),
);
