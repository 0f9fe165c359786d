/** Policies in packages, with the code for them loaded only when a policy extends one. */
import { join } from 'node:path';
import type { Io } from '../io.ts';
import { type Connection, cacheFolder } from '../online.ts';
import type { FetchPackage } from './load.ts';

/** Gets policies out of npm packages over a connection; from copies alone where it may not be used. */
export function fetcher(io: Io, { open }: Pick<Connection, 'open'>): FetchPackage {
  return async (spec) => {
    const { policyPackages } = await import('./package.ts');
    const registry = open === undefined ? undefined : async () => (await open()).registry;
    return policyPackages({ io, folder: join(cacheFolder(io), 'policies'), registry })(spec);
  };
}
