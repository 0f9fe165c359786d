/** Nothing secret leaves in a message. */

/**
 * A URL as it may be shown: without user, password and fragment, the values of its query left out (signed
 * links carry their signature there). What is no URL comes back as `an invalid URL`.
 */
export function redact(url: string | URL): string {
  if (typeof url === 'string' && !URL.canParse(url)) return 'an invalid URL';
  const shown = new URL(url);
  const query = shown.search === '' ? '' : '?…';
  return blank(`${shown.protocol}//${shown.host}${shown.pathname}${query}`);
}

/** A text with each of the secrets, and whatever has an npm token's shape, left out. */
export function redactText(text: string, secrets: Iterable<string>): string {
  let shown = text;
  for (const secret of secrets) {
    // What is shorter would blank out half of a message, and protects nothing.
    if (secret.length >= 4) shown = shown.replaceAll(secret, '***');
  }
  return blank(shown).replace(/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,500}@/gi, '$1***@');
}

/** Percent signs that encode nothing stay as they are. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function blank(text: string): string {
  return text.replace(/\bnpm_[A-Za-z0-9]{20,}/g, 'npm_***');
}
