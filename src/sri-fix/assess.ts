/** What is to be done about one load: keep it, give it a hash, or leave it and say why. */
import { digestOf } from '../integrity.ts';
import { verdictRules } from '../rules/web-index.ts';
import { type Integrity, matchesBody, parseIntegrity } from '../sri.ts';
import type { Verdict, WebLoad } from '../web.ts';
import type { Learn, Learned, Unlearned } from './learn.ts';
import type { Pinned } from './pin.ts';

/**
 * `set`: it gets what was learnt; `keep`: it is right, or nobody can tell; `refused`: it must not or cannot be pinned;
 * `wrong`: what it says is not what it gets, and may be an attack; `unlearned`: it could be pinned, but nobody knows how.
 */
export interface Assessed {
  load: WebLoad;
  action: 'set' | 'keep' | 'refused' | 'wrong' | 'unlearned';
  learned?: Learned;
  /** Of `set`: the hash that stands there is right, only CORS is missing. */
  hashStays?: true;
  /** The site's own. */
  own?: true;
  reason?: string;
  advice?: string;
  /** Of `keep`: why nobody knows its body. */
  unheld?: string;
  /** The load has this exact version in the place of a floating one. */
  pinned?: Pinned;
}

/** Verdicts that a hash can mend. */
export const FIXABLE: ReadonlySet<Verdict | undefined> = new Set<Verdict>([
  'missing-sri',
  'ineffective-sri',
  'sri-without-cors',
  'unprotected-import',
  'wrong-sri',
]);

/** Assesses a load. `update`: a wrong hash is replaced. */
export async function assess(load: WebLoad, learn: Learn, update: boolean): Promise<Assessed> {
  const { verdict, metadata } = load;
  const refusal = refusalOf(load);
  if (refusal !== undefined) return refusal;
  if (verdict === undefined && (metadata === undefined || load.kind === 'injected'))
    return { load, action: 'keep' };
  const answer = await learn(load);
  if (!answer.ok) return unlearned(load, answer);
  const agrees = metadata === undefined ? undefined : agreement(metadata, answer);
  const wrong = verdict === 'wrong-sri' || agrees === false;
  if (wrong && !update) {
    const reason = `its integrity is not that of ${answer.from}: ${answer.integrity}`;
    return { load, action: 'wrong', learned: answer, reason, advice: WRONG };
  }
  if (verdict === undefined && !wrong) return { load, action: 'keep', learned: answer };
  const assessed: Assessed = { load, action: 'set', learned: answer };
  return verdict === 'sri-without-cors' && !wrong ? { ...assessed, hashStays: true } : assessed;
}

const WRONG = 'find out which of both is right; sri-fix --update writes the latter';

/** Whether a load is an `import()` in a page's code, which an import map covers. */
function isImportCall({ verdict, via, dynamic, resource }: WebLoad): boolean {
  const moves = resource?.pin === 'floating' || resource?.pin === 'mutable' || resource?.pin === 'generated';
  return verdict === 'injected-script' && via === 'import()' && !dynamic && !moves;
}

function refusalOf(load: WebLoad): Assessed | undefined {
  const { verdict, url, context, resource } = load;
  if (verdict === undefined) return undefined;
  const [issue] = verdictRules.find(({ id }) => id === verdict)?.check({ loads: [load] }) ?? [];
  const refused = (reason: string, advice = issue?.fix): Assessed => {
    const action = verdict === 'wrong-sri' ? 'wrong' : 'refused';
    return { load, action, reason, ...(advice === undefined ? {} : { advice }) };
  };
  if (!FIXABLE.has(verdict) && !isImportCall(load)) return refused(issue?.message ?? verdict);
  if (context === 'srcdoc')
    return refused(
      'it stands in srcdoc, which is not rewritten',
      'write integrity and crossorigin there by hand',
    );
  if (resource?.pin === 'floating')
    return refused(`${resource.reason}`, 'write the exact version into the URL');
  if (isImport(load) && new URL(url).pathname.endsWith('/'))
    return refused('the import map maps a folder', 'name each file of it in the import map');
  return undefined;
}

/** Whether only an import map can cover a load. */
export function isImport({ kind }: WebLoad): boolean {
  return kind === 'map-entry' || kind === 'import' || kind === 'injected';
}

function unlearned(load: WebLoad, { refused, verified, reason, advice }: Unlearned): Assessed {
  const { verdict } = load;
  const said = { reason, ...(advice === undefined ? {} : { advice }) };
  if (verified === 'differs') return { load, action: 'wrong', ...said };
  if (verified === 'unverified') return { load, action: 'unlearned', ...said };
  if (verdict === undefined) return { load, action: 'keep', unheld: reason };
  if (verdict === 'wrong-sri')
    return { load, action: 'wrong', reason: `no file has the hash that its integrity gives (${reason})` };
  return { load, action: refused ? 'refused' : 'unlearned', ...said };
}

// Undefined where both are of different algorithms and the body is not at hand.
function agreement(metadata: Integrity, { body, integrity }: Learned): boolean | undefined {
  if (!metadata.effective) return undefined;
  if (body !== undefined) return matchesBody(metadata, (algorithm) => digestOf(body, algorithm));
  const [known] = parseIntegrity(integrity).hashes;
  const comparable = metadata.hashes.filter(({ algorithm }) => algorithm === known?.algorithm);
  return comparable.length === 0 ? undefined : comparable.some(({ digest }) => digest === known?.digest);
}
