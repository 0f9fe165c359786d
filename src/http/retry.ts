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

/**
 * How each service has been failing, so that all requests together spend a bounded time and number of tries on it.
 * A service is a host, or one of its endpoints that may be broken where the others are not.
 */
export interface Patience {
  /** Milliseconds that may still be spent on a service. */
  left(service: string, now: number): number;
  /** An attempt that began at `since` failed. */
  failed(service: string, since: number, now: number, reason: string): void;
  /** A request was given up. */
  gaveUp(service: string): void;
  answered(service: string, now: number): void;
  /** The last failure's. */
  reason(service: string): string;
}

/** So many requests in a row, each repeated, that came to nothing say enough about a service that never answered. */
const ENOUGH = 3;
/** One that answers others is broken for some names alone; but it cannot take for ever to say so. */
const ENOUGH_OF_SOME = 12;
/** All failed attempts of a run together, as a multiple of what one silent service is given. */
const IN_ALL = 12;

interface Failing {
  /** The start of its first failure since it last answered; undefined while it answers. */
  since: number | undefined;
  /** When it last answered. */
  answered: number | undefined;
  /** Given up in a row. */
  requests: number;
  /** Milliseconds of all failed attempts. */
  spent: number;
  reason: string;
}

/** Gives every service `budgetMs` from the start of its first failure, or its last answer, to its next answer. */
export function patience(budgetMs: number): Patience {
  const services = new Map<string, Failing>();
  const of = (service: string): Failing => {
    const known = services.get(service);
    if (known !== undefined) return known;
    const made = { since: undefined, answered: undefined, requests: 0, spent: 0, reason: '' };
    services.set(service, made);
    return made;
  };
  return {
    left(service, now) {
      const { since, requests, answered, spent } = of(service);
      const enough = answered === undefined ? ENOUGH : ENOUGH_OF_SOME;
      if (requests >= enough || spent >= IN_ALL * budgetMs) return 0;
      return since === undefined ? budgetMs : budgetMs - (now - since);
    },
    failed(service, since, now, reason) {
      const state = of(service);
      // What it answered meanwhile shows that it was there.
      state.since ??= Math.max(since, state.answered ?? since);
      state.spent += now - since;
      state.reason = reason;
    },
    gaveUp(service) {
      of(service).requests++;
    },
    reason: (service) => of(service).reason,
    answered(service, now) {
      Object.assign(of(service), { since: undefined, answered: now, requests: 0 });
    },
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
