/** CVSS vectors of all versions through a library; loaded only where records are compiled. */
import calculator from 'ae-cvss-calculator';

/** The overall score of a v2, v3.0, v3.1 or v4.0 vector; undefined when it is incomplete or no vector. */
export function cvssScore(vector: string): number | undefined {
  try {
    const parsed = calculator.fromVector(vector);
    if (!parsed?.isBaseFullyDefined()) return undefined;
    const { overall } = parsed.calculateScores();
    return typeof overall === 'number' && overall >= 0 && overall <= 10 ? overall : undefined;
  } catch {
    return undefined;
  }
}
