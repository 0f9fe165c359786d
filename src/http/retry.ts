/** When to ask again, and when to leave a service alone. */

/** HTTP's statuses for "later". */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether a status may be another one a moment later. */
export function isTransient(status: number): boolean {
  return TRANSIENT.has(status);
}

/** Milliseconds that a Retry-After header asks for (RFC 9110, section 10.2.3); undefined when it says nothing. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Milliseconds to wait before repetition `count` (from 1 on): doubles, and differs between those who wait. */
export function backoff(baseMs: number, count: number): number {
  return baseMs * 2 ** (count - 1) * (0.5 + Math.random());
}

/** How each host has been failing, so that all requests together spend a bounded time and number of tries on it. */
export interface Patience {
  /** Milliseconds that may still be spent on a host. */
  left(host: string, now: number): number;
  /** An attempt that began at `since` failed. */
  failed(host: string, since: number, reason: string): void;
  /** A request was given up. */
  gaveUp(host: string): void;
  answered(host: string): void;
  /** The last failure's. */
  reason(host: string): string;
}

/** So many requests in a row, each repeated, that came to nothing say enough about a host. */
const ENOUGH = 3;

/** Gives every host `budgetMs` from the start of its first failure to its next answer. */
export function patience(budgetMs: number): Patience {
  const failing = new Map<string, { since: number; reason: string; requests: number }>();
  return {
    left(host, now) {
      const state = failing.get(host);
      if (state === undefined) return budgetMs;
      return state.requests >= ENOUGH ? 0 : budgetMs - (now - state.since);
    },
    failed(host, since, reason) {
      const state = failing.get(host);
      if (state === undefined) failing.set(host, { since, reason, requests: 0 });
      else state.reason = reason;
    },
    gaveUp(host) {
      const state = failing.get(host);
      if (state !== undefined) state.requests++;
    },
    reason: (host) => failing.get(host)?.reason ?? '',
    answered: (host) => void failing.delete(host),
  };
}

/** Lets at most `most` run at a time; the others wait in line. */
export function limiter(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      // The place is handed on, not given back, so that nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
