import explanations from './explanations.json' with { type: 'json' };

/** What docs/rules.md says of each rule, by its id. */
export const EXPLANATIONS: ReadonlyMap<string, string> = new Map(Object.entries(explanations));
