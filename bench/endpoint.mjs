// A worker that serves bulk advisories; tsx has to be registered in each thread anew.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { unzipSync } from 'fflate';
import { register } from 'tsx/esm/api';

register();
const { serveBulk } = await import('../test/support/bulk-server.ts');
const files = unzipSync(readFileSync(workerData.zip), { filter: ({ name }) => name.startsWith('GHSA-') });
const records = Object.values(files).map((bytes) => JSON.parse(Buffer.from(bytes).toString('utf8')));
const { packages } = JSON.parse(readFileSync(join(workerData.project, 'package-lock.json'), 'utf8'));
const versions = new Map();
for (const [key, { name, version }] of Object.entries(packages)) {
  const real = name ?? key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
  if (key !== '' && version !== undefined)
    versions.set(real, [...new Set([...(versions.get(real) ?? []), version])]);
}
const { url } = await serveBulk(records, (name) => versions.get(name) ?? []);
parentPort.postMessage(url);
