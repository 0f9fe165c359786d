import { named, noun, onlyWhere, verdictRule } from './web.ts';

/** A third-party script, style or preload without integrity: whoever controls the host controls the page. */
export default verdictRule(
  'missing-sri',
  'Third-party script or style without integrity',
  'moderate',
  (load) => {
    const what =
      load.kind === 'preload' || load.kind === 'modulepreload' ? `preloaded ${noun(load)}` : noun(load);
    return {
      message: `the browser runs whatever ${load.host} sends as this ${what}${named(load)}${onlyWhere(load)}: it has no integrity${harm(load.kind)}`,
      fix: load.context === 'srcdoc' ? 'add integrity and crossorigin within srcdoc' : 'vakt sri-fix',
      ...(load.condition === 'disabled' ? { severity: 'low' as const } : {}),
    };
  },
);

function harm(kind: string): string {
  if (kind === 'modulepreload')
    return ', and a module preloaded without one is not checked again by its script tag';
  return kind === 'preload' ? ', so Chromium fetches it a second time for a tag that has one' : '';
}
