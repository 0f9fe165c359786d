/** Which version of its package manager a project asks for. */
import type { Manager } from '../model.ts';
import type { ManagerVersion } from '../protection.ts';
import { isObject } from './objects.ts';

/**
 * By `packageManager` (https://nodejs.org/api/packages.html#packagemanager), `devEngines.packageManager`
 * (https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines), or `engines` of package.json, and by the file
 * that `yarnPath` names, which counts before them all. Undefined where none of them names this manager.
 */
export async function managerVersion(
  manifest: Readonly<Record<string, unknown>> | undefined,
  manager: Manager,
  yarnPath: string | undefined,
): Promise<ManagerVersion | undefined> {
  const released = /\/yarn-(\d+\.\d+\.\d+)\.c?js$/.exec(yarnPath ?? '')?.[1];
  if (released !== undefined) return exactly(released);
  if (typeof manifest?.packageManager === 'string') {
    const [, name, version] = /^([a-z]+)@v?(\d{1,9}\.\d{1,9}\.\d{1,9})/.exec(manifest.packageManager) ?? [];
    if (name === manager && version !== undefined) return exactly(version);
  }
  const engines = isObject(manifest?.devEngines) ? manifest.devEngines.packageManager : undefined;
  for (const one of Array.isArray(engines) ? engines : [engines]) {
    if (isObject(one) && one.name === manager && typeof one.version === 'string') return within(one.version);
  }
  const range = isObject(manifest?.engines) ? manifest.engines[manager] : undefined;
  return typeof range === 'string' ? within(range) : undefined;
}

function exactly(version: string): ManagerVersion {
  return { text: version, least: version, below: after(version) };
}

async function within(range: string): Promise<ManagerVersion | undefined> {
  const version = /^[v=\s]*(\d{1,9}\.\d{1,9}\.\d{1,9})$/.exec(range)?.[1];
  if (version !== undefined) return exactly(version);
  const { alternatives } = await import('../semver.ts');
  let least: string | undefined;
  let below: string | undefined = '0.0.0';
  for (const all of alternatives(range) ?? []) {
    let low = '0.0.0';
    let end: string | undefined;
    for (const { operator, version: bound } of all) {
      const plain = bound.replace(/[-+].*$/, '');
      if (operator.startsWith('>') || operator === '') low = plain;
      if (operator === '<') end = plain;
      if (operator === '<=' || operator === '') end = after(plain);
    }
    if (least === undefined || isBelow(low, least)) least = low;
    if (end === undefined || (below !== undefined && isBelow(below, end))) below = end;
  }
  if (least === undefined) return undefined;
  return { text: range.slice(0, 60), least, ...(below !== undefined && { below }) };
}

function after(version: string): string {
  return version.replace(/\d+$/, (patch) => String(Number(patch) + 1));
}

function isBelow(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { numeric: true }) < 0;
}
