import { noun, verdictRule } from './web.ts';

/** A URL whose bytes its provider changes at will: integrity cannot hold, so other means must. */
export default verdictRule(
  'unpinnable-script',
  'Third-party script that integrity cannot hold',
  'low',
  (load) => {
    const { reason = 'its bytes change', advice } = load.resource ?? {};
    const broken = load.integrity === undefined ? '' : '; the integrity it has will block it one day';
    return {
      message: `no integrity can hold this ${noun(load)} of ${load.host}: ${reason}${broken}`,
      ...(advice === undefined ? {} : { fix: advice }),
    };
  },
);
