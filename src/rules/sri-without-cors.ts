import { noun, verdictRule } from './web.ts';

/** Integrity on a cross-origin request without CORS: browsers block it whether the hash is right or not. */
export default verdictRule('sri-without-cors', 'Integrity without a CORS request', 'high', (load) => {
  if (load.resource?.cors === false) {
    return {
      message: `the browser blocks this ${noun(load)}: it has integrity, but ${load.host} sends no CORS header, so nothing may be compared`,
      fix: 'remove the integrity, or serve the file yourself',
    };
  }
  if (load.cors === 'use-credentials') {
    return {
      message: `the browser blocks this ${noun(load)}: crossorigin="use-credentials" is refused by ${load.host}, which allows every origin (*)`,
      fix: 'write crossorigin="anonymous"',
    };
  }
  return {
    message: `the browser blocks this ${noun(load)}: integrity across origins needs the attribute crossorigin`,
    fix: 'vakt sri-fix',
  };
});
