/** The URL, or undefined where the text is none (URL.parse is not in every Node we support). */
export function parseUrl(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}
