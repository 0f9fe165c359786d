/**
 * A registry on loopback that answers what `npm audit` asks: the bulk advisory endpoint, from OSV records, and
 * packuments that hold the versions of a lock file. Our own reading of the records, apart from src/.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import semver from 'semver';

export interface OsvEntry {
  id: string;
  summary?: string;
  withdrawn?: string;
  affected?: {
    package?: { name?: string; ecosystem?: string };
    ranges?: { type: string; events: Record<string, string>[] }[];
    versions?: string[];
    database_specific?: { last_known_affected_version_range?: string };
  }[];
  database_specific?: { severity?: string };
}

interface BulkAdvisory {
  id: number;
  url: string;
  title: string;
  severity: string;
  vulnerable_versions: string;
}

/** The records of each package, as npm's bulk endpoint words them. */
export function toBulk(records: readonly OsvEntry[]): Map<string, BulkAdvisory[]> {
  const byName = new Map<string, BulkAdvisory[]>();
  let last = 0;
  for (const record of records) {
    if (record.withdrawn !== undefined) continue;
    for (const affected of record.affected ?? []) {
      const name = affected.package?.name;
      if (name === undefined || affected.package?.ecosystem !== 'npm') continue;
      const parts = [
        ...(affected.versions ?? []).map((version) => `=${version}`),
        ...(affected.ranges ?? []).flatMap(({ type, events }) =>
          type === 'GIT'
            ? []
            : intervals(events, affected.database_specific?.last_known_affected_version_range),
        ),
      ];
      if (parts.length === 0) continue;
      const list = byName.get(name) ?? [];
      byName.set(name, list);
      list.push({
        // npm keeps one advisory for each id, and the registry gives each range its own.
        id: ++last,
        url: `https://osv.example.test/${record.id}`,
        title: record.summary ?? record.id,
        severity: record.database_specific?.severity?.toLowerCase().replace('medium', 'moderate') ?? 'high',
        vulnerable_versions: parts.join(' || '),
      });
    }
  }
  return byName;
}

/** `>=a <b` for each stretch that the events describe. */
function intervals(events: readonly Record<string, string>[], bound: string | undefined): string[] {
  const order = [...events].sort((a, b) =>
    compareEvents(Object.values(a)[0] ?? '0', Object.values(b)[0] ?? '0'),
  );
  const closed = events.some((event) => 'fixed' in event || 'last_affected' in event || 'limit' in event);
  const found: string[] = [];
  let from: string | undefined;
  for (const event of order) {
    if (event.introduced !== undefined) from ??= event.introduced;
    const end = event.fixed ?? event.limit;
    if (from !== undefined && (end !== undefined || event.last_affected !== undefined)) {
      found.push(`>=${start(from)} ${end === undefined ? `<=${event.last_affected}` : `<${end}`}`);
      from = undefined;
    }
  }
  if (from !== undefined) found.push(`>=${start(from)} ${closed ? '' : (bound ?? '')}`.trim());
  return found;
}

// Everything comes after it, prereleases of 0.0.0 included.
function start(version: string): string {
  return version === '0' ? '0.0.0-0' : version;
}

function compareEvents(a: string, b: string): number {
  if (a === '0' || b === '0') return Number(b === '0') - Number(a === '0');
  return semver.compare(
    semver.coerce(a, { includePrerelease: true }) ?? a,
    semver.coerce(b, { includePrerelease: true }) ?? b,
  );
}

export interface Running {
  url: string;
  requests: string[];
  close(): Promise<void>;
}

/** Serves the records; `versions` are those that the packument of a name shall hold. */
export async function serveBulk(
  records: readonly OsvEntry[],
  versions: (name: string) => string[],
): Promise<Running> {
  const advisories = toBulk(records);
  const requests: string[] = [];
  const server: Server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    if (request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk') {
      response.end(JSON.stringify(answer(advisories, await bodyOf(request))));
      return;
    }
    const name = decodeURIComponent((request.url ?? '/').slice(1));
    const list = versions(name);
    response.statusCode = list.length > 0 ? 200 : 404;
    response.end(JSON.stringify(packument(name, list)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function answer(advisories: ReadonlyMap<string, BulkAdvisory[]>, asked: Record<string, string[]>): object {
  const found = Object.create(null) as Record<string, BulkAdvisory[]>;
  for (const [name, list] of Object.entries(asked)) {
    const hits = (advisories.get(name) ?? []).filter(({ vulnerable_versions }) =>
      list.some((version) =>
        semver.satisfies(version, vulnerable_versions, { includePrerelease: true, loose: true }),
      ),
    );
    if (hits.length > 0) found[name] = hits;
  }
  return found;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string[]>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return JSON.parse((body[0] === 0x1f ? gunzipSync(body) : body).toString('utf8') || '{}');
}

function packument(name: string, list: readonly string[]): object {
  const versions = Object.fromEntries(list.map((version) => [version, { name, version, dist: {} }]));
  return { name, 'dist-tags': { latest: list.at(-1) ?? '0.0.0' }, versions };
}
