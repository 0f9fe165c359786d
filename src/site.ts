/** Reads the pages and sources of a site: what they load from other people's servers, and what could not be read. */
import { reasonOf } from './errors.ts';
import type { Io } from './io.ts';
import type { Gap } from './model.ts';
import { addCovered } from './readers/html/importmap.ts';
import { ROOM, readPage } from './readers/html/read.ts';
import { originsOf } from './readers/html/urls.ts';
import { lazyAnalyser } from './readers/script/analyse.ts';
import { addScriptLoads } from './readers/script/loads.ts';
import { type Parse, parser } from './readers/script/parse.ts';
import { sourceLoads, suspectSource, TEST_FILE, TYPES_FILE } from './readers/script/source.ts';
import { addressOf, NOWHERE } from './site-address.ts';
import { type Expectation, judgeOf, noteEarlier, type WebLoad } from './web.ts';

/** How to read a site. */
export interface SiteOptions {
  /** Where the scanned folder is served, as an absolute URL. Without it, whatever is absolute is somebody else's. */
  site?: string;
  /** Further origins or hosts of the site's owner. */
  ownOrigins?: readonly string[];
  /** A folder of bodies to compare integrity with; see mirror.ts. */
  mirror?: string;
  /** Knows bodies otherwise (an SRI lock); asked before the mirror. */
  expect?: Expectation;
}

/** A site as read. */
export interface Site {
  /** How many were read. */
  pages: number;
  /** What all pages load from third parties, in the order of the files. */
  loads: WebLoad[];
  gaps: Gap[];
}

/** Reads these pages (relative to `io.cwd` or absolute; reported as given, with `/`). */
export async function readSite(io: Io, files: readonly string[], options: SiteOptions): Promise<Site> {
  const { site = NOWHERE, ownOrigins = [], mirror } = options;
  const result: Site = { pages: 0, loads: [], gaps: [] };
  const bodies =
    mirror === undefined ? undefined : (await import('./mirror.ts')).mirrorOf(io, mirror, result.gaps);
  const expect: Expectation = (url, integrity) =>
    options.expect?.(url, integrity) ?? bodies?.(url, integrity);
  const origins = originsOf(site, ownOrigins);
  const judge = judgeOf(expect);
  const analyse = lazyAnalyser();
  const room = Buffer.allocUnsafeSlow(ROOM);
  for (const file of files) {
    const bytes = read(io, file, result.gaps, room);
    if (bytes === undefined) continue;
    const name = file.replaceAll('\\', '/');
    const page = await readPage(name, bytes, addressOf(name, site), origins);
    await addScriptLoads(page, origins, analyse);
    addCovered(page);
    const loads = page.loads.map(judge);
    noteEarlier(loads);
    // Nothing else of a page is kept, or all of them would be in memory.
    result.pages++;
    for (const gap of page.gaps) result.gaps.push(gap);
    for (const load of loads) result.loads.push(load);
  }
  return result;
}

/** What source files (js, ts, jsx, vue …) load from literal third-party URLs. Paths as for readSite. */
export async function readSources(
  io: Io,
  files: readonly string[],
  options: Pick<SiteOptions, 'site' | 'ownOrigins'>,
): Promise<{ loads: WebLoad[]; gaps: Gap[] }> {
  const { site = NOWHERE, ownOrigins = [] } = options;
  const origins = originsOf(site, ownOrigins);
  const loads: WebLoad[] = [];
  const gaps: Gap[] = [];
  const judge = judgeOf(undefined);
  let parse: Parse | undefined;
  for (const file of files) {
    const name = file.replaceAll('\\', '/');
    if (TYPES_FILE.test(name)) continue;
    const bytes = read(io, file, gaps) ?? Buffer.alloc(0);
    if (bytes.length > SOURCE_LIMIT) {
      gaps.push(
        sourceGap(`${name} has ${bytes.length} bytes; sources are looked into up to ${SOURCE_LIMIT}`),
      );
      continue;
    }
    const suspect = suspectSource(bytes);
    if (suspect === undefined) continue;
    parse ??= await parser(true);
    const { loads: found, parsed } = sourceLoads(name, suspect, site, origins, parse);
    if (!parsed)
      gaps.push(sourceGap(`${name} is in no syntax that vakt parses; only its words were looked at`));
    if (TEST_FILE.test(name)) {
      const reason = `${name} is a test: its ${found.length} third-party URLs are not judged`;
      if (found.length > 0) gaps.push(sourceGap(reason));
      continue;
    }
    for (const load of found) loads.push(judge(load));
  }
  return { loads, gaps };
}

function sourceGap(reason: string): Gap {
  return { source: 'html', fact: 'scripts', reason, required: false };
}

/** No source file that people write comes near this; bundles do. */
const SOURCE_LIMIT = 8 * 1024 * 1024;

function read(io: Io, file: string, gaps: Gap[], room?: Buffer): Buffer | undefined {
  try {
    return io.readFile(file, undefined, room);
  } catch (error) {
    gaps.push({ source: 'html', fact: 'pages', reason: `${file} ${reasonOf(error)}`, required: false });
    return undefined;
  }
}
