/** Whether a content security policy in a page lets an inline import map work. https://w3c.github.io/webappsec-csp/#allow-all-inline */
import { createHash } from 'node:crypto';

const ALGORITHMS = ['sha256', 'sha384', 'sha512'];

/** How a policy takes an inline script with this text. `nonce`: it depends on the nonce of the tag. */
export function inlineAllowed(policy: string, text: string): boolean | 'nonce' {
  let verdict: boolean | 'nonce' = true;
  // Several policies in one value are separated by commas, and all must agree.
  for (const one of policy.split(',')) {
    const answer = allowedByOne(one, text);
    if (answer === false) return false;
    if (answer === 'nonce') verdict = 'nonce';
  }
  return verdict;
}

/** The source expression that allows an inline script with this text: `'sha256-…'`. */
export function hashToAllow(text: string): string {
  return sourceOf(text, 'sha256');
}

// Browsers hash the text of the element, in which the parser has made every line end a line feed.
function sourceOf(text: string, algorithm: string): string {
  const digest = createHash(algorithm).update(text.replace(/\r\n?/g, '\n')).digest('base64');
  return `'${algorithm}-${digest}'`;
}

function allowedByOne(policy: string, text: string): boolean | 'nonce' {
  const directives = new Map<string, string[]>();
  for (const directive of policy.split(';')) {
    const [name = '', ...values] = directive.split(/[\t\n\f\r ]+/).filter((word) => word !== '');
    if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), values);
  }
  const sources =
    directives.get('script-src-elem') ?? directives.get('script-src') ?? directives.get('default-src');
  if (sources === undefined) return true;
  if (ALGORITHMS.some((algorithm) => sources.includes(sourceOf(text, algorithm)))) return true;
  const lower = sources.map((source) => source.toLowerCase());
  if (lower.some((source) => source.startsWith("'nonce-"))) return 'nonce';
  const strict = lower.some(
    (source) => source === "'strict-dynamic'" || /^'sha(?:256|384|512)-/.test(source),
  );
  return lower.includes("'unsafe-inline'") && !strict;
}
