import { named, noun, verdictRule } from './web.ts';

/** A URL whose file changes with each release: new code runs unseen, and integrity would block the next release. */
export default verdictRule(
  'unpinned-script',
  'Third-party URL without an exact version',
  'moderate',
  (load) => ({
    message: `this ${noun(load)}${named(load)} is whatever was released last: ${load.resource?.reason ?? 'the URL names no exact version'}${load.integrity === undefined ? '' : ', and its integrity will then block it'}`,
    fix: 'write the exact version into the URL, then vakt sri-fix',
  }),
);
