/** vakt as a library: what the commands `vakt scan`, `vakt inventory` and `vakt sri-fix` do, as plain data. */
import { UserError } from './errors.ts';
import { dependentsOf, ownInventory, toPackages } from './inventory.ts';
import { realIo } from './io.ts';
import { connection } from './online.ts';
import { fetcher } from './policy/fetcher.ts';
import { loadPolicy } from './policy/load.ts';
import { folderOf, readAll } from './read.ts';
import { toInventoryJson, toReportJson } from './report/json.ts';
import type { InventoryJson, ReportJson } from './report/json-shapes.ts';
import * as pipeline from './scan.ts';

export { UserError } from './errors.ts';
export type { Evidence, Gap, Level, Location, Scope, Severity, Source, Verdict } from './model.ts';
export type {
  FindingJson,
  InventoryJson,
  PackageJson,
  ReportJson,
  StepJson,
  TagJson,
} from './report/json-shapes.ts';
export type { Coverage } from './report/report.ts';
export type { SriFixJson, SriResourceJson } from './report/sri-fix.ts';
export {
  type FixedHtml,
  type FixHtmlOptions,
  type FixSiteOptions,
  fixHtml,
  fixSite,
  type SriOptions,
} from './sri-fix/library.ts';

export interface InventoryOptions {
  /** Directories or lock files; the current directory where none is given. */
  paths?: readonly string[];
  /** Make no network request. Only a project without lock file and node_modules would need one. */
  offline?: boolean;
  /** Include the root and the workspace members. */
  includeWorkspace?: boolean;
}

export interface ScanOptions extends Omit<InventoryOptions, 'includeWorkspace'> {
  /** Name or file of a policy; where none is given the project's vakt.yml, else `recommended`. */
  policy?: string;
  /** Ask each package's own registry: what is published, and about the past of packages that matter. */
  online?: boolean;
  /** Ask about the past of all packages; implies `online`. */
  deep?: boolean;
  /** Ask the registries for advisories even where there is a database, or GitHub beside it. */
  advisories?: 'npm' | 'github';
  /** Advisory database; VAKT_DB or the one in the cache folder where none is given. */
  db?: string;
}

/** Judges projects by a policy. Rejects with UserError where an input, the policy or the database is unusable. */
export async function scan(options: ScanOptions = {}): Promise<ReportJson> {
  checkOptions(options);
  const { paths = [], offline = false, deep = false, online = deep, advisories, db } = options;
  const io = realIo();
  const folder = folderOf(io, paths);
  const network = connection(io, folder, offline);
  try {
    const policy = await loadPolicy(io, folder, options.policy, fetcher(io, network));
    const request = {
      paths,
      offline,
      progress: () => {},
      policy,
      db,
      askRegistry: advisories === 'npm',
      askGitHub: advisories === 'github',
      online: online || deep,
      deep,
      planFolded: true,
      open: network.open,
    };
    return toReportJson(await pipeline.scan(io, request));
  } finally {
    await network.close();
  }
}

/** Lists the packages of projects. Rejects with UserError where an input is unusable. */
export async function inventory(options: InventoryOptions = {}): Promise<InventoryJson> {
  checkOptions(options);
  const { paths = [], offline = false, includeWorkspace = false } = options;
  const { trees, loads, gaps } = await readAll(realIo(), { paths, offline, progress: () => {} });
  const packages = trees.flatMap(toPackages);
  const told = [...trees.flatMap((tree) => tree.gaps), ...gaps];
  return toInventoryJson(ownInventory(packages, includeWorkspace), dependentsOf(packages), loads, told);
}

// What TypeScript refuses, JavaScript passes on: a text's letters would be taken for paths.
function checkOptions(options: unknown): void {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  const { paths }: { paths?: unknown } = isObject ? options : {};
  if (!isObject) throw new UserError('the options are no object', { hint: "such as { paths: ['.'] }" });
  if (paths === undefined || (Array.isArray(paths) && paths.every((one) => typeof one === 'string'))) return;
  throw new UserError('paths are no list of texts', { where: 'paths', hint: "such as { paths: ['.'] }" });
}
