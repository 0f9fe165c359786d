import { noun, verdictRule } from './web.ts';

/** http: to a third party: blocked as mixed content on an https page, open to everybody on the way on an http page. */
export default verdictRule('insecure-script', 'Third-party script over http', 'moderate', (load) => ({
  message: `this ${noun(load)} is asked for over http: an https page blocks it, on an http page anybody on the way can replace it`,
  fix: 'write https: if the host supports it, else serve the file yourself',
}));
