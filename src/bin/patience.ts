/** How soon V8 optimizes what it runs. */

// Ten times as many calls, or rounds of a loop.
const CALLS =
  '--invocation-count-for-maglev=4000 --invocation-count-for-maglev-osr=1000 --invocation-count-for-turbofan=30000 --invocation-count-for-osr=5000';

/** By major version of the engine: others may not know a flag, and print an error for it. */
const LATER: Readonly<Record<string, string>> = {
  // Node 20.
  11: '--interrupt-budget=500000',
  // Node 22, 24 and 26.
  12: CALLS,
  13: CALLS,
  14: CALLS,
};

/**
 * Optimizing takes a fifth to a third of a scan's processor time, and what is optimized is done before it is of use;
 * where the work is long, ten times as many rounds are still a moment. To be called before anything else runs.
 */
export function optimizeLater(): void {
  const flags = LATER[process.versions.v8.split('.', 1)[0] ?? ''];
  // Not imported: a hook with nothing to do waits for it too.
  if (flags !== undefined) process.getBuiltinModule('node:v8').setFlagsFromString(flags);
}
