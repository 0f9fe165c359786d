/** The URL, or undefined where the text is none (URL.parse is not in every Node we support). */
export function parseUrl(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

const SECRET = /token|auth|key|sig|secret|password/i;

/** A URL of a private registry or repository may carry a password or a token: the text without any. */
export function withoutSecrets(text: string): string {
  const bare = text.replace(/:\/\/[^/?#\s]*@/g, '://');
  // One pass: a pattern for all of it takes quadratic time on hostile text.
  const parameter = /[?&]([^=&#?]*)=/g;
  let shown = '';
  let done = 0;
  for (let found = parameter.exec(bare); found !== null; found = parameter.exec(bare)) {
    if (!SECRET.test(found[1] ?? '')) continue;
    const rest = bare.slice(parameter.lastIndex).search(/[&#]/);
    shown += `${bare.slice(done, parameter.lastIndex)}***`;
    done = rest < 0 ? bare.length : parameter.lastIndex + rest;
    parameter.lastIndex = done;
  }
  return shown + bare.slice(done);
}

/** The alias of pnpm's `work:name@1.0.0` with its colon: a registry whose address is not at hand, and surely not the
 * usual one. Empty for addresses. */
export function registryAlias(resolved: string): string {
  return /^([\w.-]+:)(?:@[^@/:]+\/)?[^@/:]+@[^/:]+$/.exec(resolved)?.[1] ?? '';
}

/** A host as it is, and an alias (`work:`) as what it is. */
export function shownHost(host: string): string {
  return host.endsWith(':') ? `the registry called "${host.slice(0, -1)}"` : host;
}
