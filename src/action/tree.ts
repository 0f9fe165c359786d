/** A commit's files through GitHub's API, where git cannot fetch it: those alone that readers may want and that differ. */
import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { reasonOf, UserError } from '../errors.ts';
import { kindOf } from '../git/base.ts';
import { fileIn, type Snapshot, type SnapshotFile } from '../git/snapshot.ts';
import type { Io } from '../io.ts';
import { LOCK_FILES, PAGES, SOURCES } from '../readers/extensions.ts';
import { at, list, Misshapen, text } from '../sources/advisories/shape.ts';
import type { GitHub } from '../sources/github.ts';

interface TreeRequest {
  owner: string;
  repo: string;
  /** A commit's id, or `refs/heads/…`. */
  ref: string;
  /** The repository's folder. */
  root: string;
}

interface Listed {
  path: string;
  mode: string;
  oid: string;
}

/** A token has 1,000 requests an hour in each repository; a change of so many files is none that people look at. */
const FILES = 300;
/** GitHub cuts a tree off at 100,000 entries; its folders are then asked for one by one. */
const TREES = 100;

/** The commit's files beside those on the disk; or why GitHub did not tell them. */
export async function snapshotFromApi(
  io: Io,
  github: GitHub,
  request: TreeRequest,
): Promise<{ snapshot: Snapshot } | { missing: string }> {
  const { owner, repo, ref, root } = request;
  const told = await github.rest('GET /repos/{owner}/{repo}/commits/{ref}', { owner, repo, ref }, (answer) =>
    text(at(answer, 'commit', 'tree', 'sha'), 'commit.tree.sha'),
  );
  if (!told.ok) return { missing: told.reason };
  const listing = await listed(github, request, told.value);
  if ('missing' in listing) return listing;
  const files = new Map<string, SnapshotFile>();
  const wanted: Listed[] = [];
  for (const entry of listing) {
    const kind = kindOf(entry.mode);
    if (kind === undefined) continue;
    const same = kind === 'file' && (!isLikely(entry.path) || idOnDisk(io, root, entry.path) === entry.oid);
    files.set(entry.path, { kind, same });
    if (kind === 'file' && !same) wanted.push(entry);
  }
  if (wanted.length > FILES) return { missing: `${wanted.length} files differ, more than are asked for` };
  const contents = new Map<string, Buffer>();
  const reasons = await Promise.all(wanted.map((entry) => fetchInto(contents, github, request, entry)));
  const missing = reasons.find((reason) => reason !== undefined);
  if (missing !== undefined) return { missing };
  const read = (path: string): Buffer => {
    const content = contents.get(path);
    if (content !== undefined) return content;
    throw new UserError('was not asked for', { where: path, hint: 'git fetch the base before vakt runs' });
  };
  return { snapshot: { root, files, read } };
}

/** All files below a tree; where GitHub cuts it off, folder by folder. */
async function listed(
  github: GitHub,
  { owner, repo }: TreeRequest,
  tree: string,
): Promise<Listed[] | { missing: string }> {
  const found: Listed[] = [];
  const open: { tree_sha: string; folder: string }[] = [{ tree_sha: tree, folder: '' }];
  for (let asked = 0; ; asked++) {
    const next = open.pop();
    if (next === undefined) return found;
    if (asked >= TREES) return { missing: 'its tree is too large to be listed' };
    const { tree_sha, folder } = next;
    const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
    const whole = await github.rest(route, { owner, repo, tree_sha, recursive: '1' }, readTree);
    if (!whole.ok) return { missing: whole.reason };
    const part = whole.value.cut ? await github.rest(route, { owner, repo, tree_sha }, readTree) : whole;
    if (!part.ok) return { missing: part.reason };
    if (part.value.cut) return { missing: 'its tree is too large to be listed' };
    for (const { path, mode, oid } of part.value.entries) {
      if (mode === '040000' && whole.value.cut) open.push({ tree_sha: oid, folder: `${folder}${path}/` });
      else found.push({ path: `${folder}${path}`, mode, oid });
    }
  }
}

function readTree(answer: unknown): { cut: boolean; entries: Listed[] } {
  const entries = list(at(answer, 'tree'), 'tree').map((one, i) => ({
    path: text(at(one, 'path'), `tree[${i}].path`),
    mode: text(at(one, 'mode'), `tree[${i}].mode`),
    oid: text(at(one, 'sha'), `tree[${i}].sha`),
  }));
  return { cut: at(answer, 'truncated') === true, entries };
}

async function fetchInto(
  contents: Map<string, Buffer>,
  github: GitHub,
  { owner, repo }: TreeRequest,
  { path, oid }: Listed,
): Promise<string | undefined> {
  const route = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';
  const told = await github.rest(route, { owner, repo, file_sha: oid }, (answer) => {
    const coded = at(answer, 'content');
    if (typeof coded !== 'string') throw new Misshapen('content is no text');
    const content = Buffer.from(coded, 'base64');
    if (idOf(content) !== oid) throw new Misshapen('content has another hash than the blob');
    return content;
  });
  if (!told.ok) return `${path}: ${told.reason}`;
  contents.set(path, told.value);
  return undefined;
}

/** What readers of packages and pages, and of what judges them, may open. */
function isLikely(path: string): boolean {
  if (/(?:^|\/)node_modules\//.test(path)) return false;
  const name = basename(path);
  const extension = extname(name).slice(1).toLowerCase();
  const isSetting = /^\.(?:gitignore|npmrc|yarnrc)$|^(?:bunfig\.toml)$|\.(?:json|ya?ml)$/.test(name);
  return LOCK_FILES.has(name) || isSetting || PAGES.has(extension) || SOURCES.has(extension);
}

/** The id that git would give a file; undefined for what is no file, or cannot be read. */
function idOnDisk(io: Io, root: string, path: string): string | undefined {
  const file = fileIn(root, path);
  if (io.kind(file) !== 'file') return undefined;
  try {
    return idOf(io.readFile(file));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw new Error(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
function idOf(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
