/** The names that most projects use: npm-high-impact, packages with a million downloads a week or 500 dependents. */
import { npmHighImpact } from 'npm-high-impact';

/** Each name's rank, the most used first. */
export function popularNames(): ReadonlyMap<string, number> {
  return new Map(npmHighImpact.map((name, rank) => [name, rank]));
}
