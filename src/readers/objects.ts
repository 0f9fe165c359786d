/** What JSON.parse gives, looked at without trust. */

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of an object that are text; none for anything else. */
export function texts(value: unknown): Map<string, string> {
  const out = new Map<string, string>();
  if (!isObject(value)) return out;
  for (const [key, text] of Object.entries(value)) if (typeof text === 'string') out.set(key, text);
  return out;
}
