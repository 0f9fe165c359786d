/** The names that most projects use: npm-high-impact, packages with a million downloads a week or 500 dependents. */
import { npmHighImpact } from 'npm-high-impact';

/** Among how many most used names a name stands, where that is told. */
const AMONG = [1000, 5000, 8000];

/** Each name, and among how many most used ones it is; the rest among all. */
export function popularNames(): ReadonlyMap<string, number> {
  const among = (rank: number) => AMONG.find((most) => rank < most) ?? npmHighImpact.length;
  return new Map(npmHighImpact.map((name, rank) => [name, among(rank)]));
}
