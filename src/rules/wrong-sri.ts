import { isImpossible, isPlaceholder } from '../sri.ts';
import type { WebLoad } from '../web.ts';
import { noun, verdictRule } from './web.ts';

/** Integrity that the body does not have: the browser blocks it, or somebody changed the body. */
export default verdictRule('wrong-sri', 'Integrity does not belong to the file', 'high', (load) => ({
  message: `${blocks(load)}: ${why(load)}`,
  fix: 'find out why before you accept new bytes; then vakt sri-fix --update',
  identity: [load.integrity ?? ''],
}));

function blocks(load: WebLoad): string {
  if (load.earlier === 'unprotected')
    return `the browser does not compare this module, since the page asks for it earlier without integrity, and runs whatever ${load.host} sends`;
  if (load.earlier === 'protected')
    return 'the browser does not compare this module, since an earlier tag or import of the page asks for it with another integrity, which decides';
  if (load.mapIgnored !== true) return `the browser blocks this ${noun(load)}`;
  return `Chromium blocks this module, and Firefox, which ignores a second or late import map, runs whatever ${load.host} sends`;
}

function why({ metadata, differsFrom }: WebLoad): string {
  const [hash] = metadata?.hashes ?? [];
  if (metadata !== undefined && isImpossible(metadata) && hash !== undefined) {
    return `its ${hash.algorithm} value has ${hash.value.length} characters and can be no digest of any file in every browser`;
  }
  if (metadata !== undefined && isPlaceholder(metadata))
    return 'its integrity is a placeholder, no digest of a file';
  return `its integrity is not that of the file in ${differsFrom ?? 'the mirror'}; the file may have been tampered with`;
}
