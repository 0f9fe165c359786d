import { noun, verdictRule } from './web.ts';

/** A third-party URL that a template fills in: what is loaded cannot be known from the file. */
export default verdictRule('dynamic-url', 'Third-party URL that a template fills in', 'low', (load) => ({
  message: `a template decides which ${noun(load)} the browser loads here, so neither the file nor its integrity can be checked`,
  fix: 'write the URL out, or scan the pages that the template makes',
}));
