import { named, verdictRule } from './web.ts';

/** Code that adds a third-party script or style, where no attribute of the page can protect it. */
export default verdictRule('injected-script', 'Code that loads a third-party script', 'moderate', (load) => ({
  message: `${load.via ?? 'code'} makes the browser run whatever ${load.host} sends${named(load)}: no tag of the page holds an integrity for it`,
  fix: load.resource?.advice ?? fixFor(load.via ?? ''),
  ...(load.resource?.pin === 'mutable' ? { severity: 'low' as const } : {}),
  identity: [load.via ?? ''],
}));

function fixFor(via: string): string {
  if (via === 'import()' || via === 'import')
    return 'name the URL in the integrity of an import map, or bundle the module';
  if (via === 'importScripts' || via === 'Worker')
    return 'serve the file yourself: workers have no integrity';
  return 'use a tag with integrity, or set integrity and crossOrigin on the element that the code makes';
}
