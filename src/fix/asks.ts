/** What a published version asks for, in one table. */
import type { EdgeType } from '../model.ts';
import type { PublishedVersion } from './types.ts';

type Asked = ReadonlyMap<string, { spec: string; type: EdgeType }>;

const asks = new WeakMap<PublishedVersion, Asked>();

/** What a published version asks for; peers that are optional only bind what is there. */
export function asksFor(facts: PublishedVersion): Asked {
  let asked = asks.get(facts);
  if (asked === undefined) {
    asked = readAsked(facts);
    asks.set(facts, asked);
  }
  return asked;
}

function readAsked(facts: PublishedVersion): Asked {
  const asked = new Map<string, { spec: string; type: EdgeType }>();
  const meta = facts.peerDependenciesMeta ?? {};
  for (const [name, spec] of Object.entries(facts.peerDependencies ?? {})) {
    const optional = Object.hasOwn(meta, name) && meta[name]?.optional === true;
    asked.set(name, { spec, type: optional ? 'peerOptional' : 'peer' });
  }
  for (const [name, spec] of Object.entries(facts.dependencies ?? {}))
    asked.set(name, { spec, type: 'prod' });
  for (const [name, spec] of Object.entries(facts.optionalDependencies ?? {})) {
    asked.set(name, { spec, type: 'optional' });
  }
  return asked;
}
