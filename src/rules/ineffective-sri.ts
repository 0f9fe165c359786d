import { named, noun, verdictRule } from './web.ts';

/** Integrity that no browser, or not every browser, compares with anything: it looks protected and is not. */
export default verdictRule('ineffective-sri', 'Integrity that browsers ignore', 'moderate', (load) => ({
  message: `the integrity of this ${noun(load)}${named(load)} protects nothing, the browser runs whatever ${load.host} sends: ${load.metadata?.remarks.join('; ') ?? ''}`,
  fix: 'vakt sri-fix',
  identity: [load.integrity ?? ''],
}));
