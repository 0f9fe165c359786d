/** What sri-fix would write without asking anybody, for reports that carry edits. */
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Location } from '../model.ts';
import { decoderOf } from '../readers/html/encoding.ts';
import type { Page } from '../readers/html/page.ts';
import { readPage } from '../readers/html/read.ts';
import { originsOf } from '../readers/html/urls.ts';
import { type LazyAnalyse, lazyAnalyser } from '../readers/script/analyse.ts';
import { importReader } from '../readers/script/imports.ts';
import { addScriptLoads } from '../readers/script/loads.ts';
import type { Offer, Replacement } from '../report/report.ts';
import { addressOf, NOWHERE } from '../site-address.ts';
import { judgeOf, type WebLoad } from '../web.ts';
import { FIXABLE } from './assess.ts';
import type { Edit } from './edits.ts';
import { learner } from './learn.ts';
import { LOCK_FILE, readLock } from './lock.ts';
import { pinner } from './pin.ts';
import { type PlanOptions, placesOf, planPage } from './plan.ts';

interface OfferRequest {
  /** What the files of loads are relative to. */
  root: string;
  site?: string | undefined;
  /** A folder of bodies. */
  mirror?: string | undefined;
  ownOrigins: readonly string[];
}

/** The edits of tags whose hash the SRI lock or the mirror knows; no request is made. A page that has changed
 * meanwhile or cannot be read has none. */
export async function offersFor(
  io: Io,
  loads: readonly WebLoad[],
  { root, site = NOWHERE, mirror, ownOrigins }: OfferRequest,
): Promise<Offer[]> {
  const lock = readLock(io, resolve(root, LOCK_FILE));
  if (lock === undefined && mirror === undefined) return [];
  const learn = learner({
    io,
    lock,
    lockName: LOCK_FILE,
    mirror: mirror === undefined ? undefined : resolve(io.cwd, mirror),
    network: undefined,
    algorithm: 'sha384',
    origin: 'null',
    update: false,
    progress: () => {},
  });
  const origins = originsOf(site, ownOrigins);
  const analyse = lazyAnalyser();
  const pin = pinner({ lock, network: undefined, update: false, pin: false });
  const imports = await importReader();
  const judge = judgeOf(undefined);
  const options = { learn, judge, origins, imports, update: false, pin, site: !site.startsWith(NOWHERE) };
  const pages = new Set(
    loads
      .filter(({ tag, verdict }) => tag !== undefined && FIXABLE.has(verdict))
      .map((one) => one.location.file),
  );
  const offers: Offer[] = [];
  for (const file of pages) {
    try {
      offers.push(
        ...(await offersIn(file, io.readFile(resolve(root, file)), addressOf(file, site), options, analyse)),
      );
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return offers;
}

async function offersIn(
  file: string,
  bytes: Buffer,
  url: string,
  options: PlanOptions,
  analyse: LazyAnalyse,
): Promise<Offer[]> {
  const page = await readPage(file, bytes, url, options.origins);
  const scripts = placesOf(page);
  await addScriptLoads(page, options.origins, analyse);
  const { outcomes } = await planPage(page, bytes, scripts, options);
  const placeOf = places(page, bytes);
  return outcomes.flatMap(({ load, edits = [] }) =>
    edits.length === 0
      ? []
      : [
          {
            location: load.location,
            url: load.url,
            replacements: edits.map((one) => textual(one, page, placeOf)),
          },
        ],
  );
}

function textual({ start, end, text }: Edit, page: Page, placeOf: (offset: number) => Location): Replacement {
  return { start: placeOf(start), end: placeOf(end), text: decoderOf(page.encoding)(text) };
}

function places({ file, encoding, bom }: Page, bytes: Buffer): (offset: number) => Location {
  const decode = decoderOf(encoding);
  const starts = lineStarts(bytes, bom, encoding);
  return (offset) => {
    let line = starts.findIndex((start) => start > offset);
    if (line === -1) line = starts.length;
    const column = decode(bytes.subarray(starts[line - 1], offset)).length + 1;
    return { file, line, column, offset };
  };
}

function lineStarts(bytes: Buffer, bom: number, encoding: string): number[] {
  const wide = encoding.startsWith('utf-16');
  const starts = [bom];
  for (let at = bytes.indexOf(LF, bom); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (!wide) starts.push(at + 1);
    else if (encoding === 'utf-16le' && (at - bom) % 2 === 0 && bytes[at + 1] === 0) starts.push(at + 2);
    else if (encoding === 'utf-16be' && (at - bom) % 2 === 1 && bytes[at - 1] === 0) starts.push(at + 1);
  }
  return starts;
}

const LF = 0x0a;
