/** Where the entries of a table stand in a JSONC text: a walk over its tokens, made only when somebody asks. */

/** Offsets of the keys of the top-level tables: `packages` → key → offset. */
export function keyOffsets(text: string): Map<string, Map<string, number>> {
  const tables = new Map<string, Map<string, number>>();
  let table: Map<string, number> | undefined;
  let depth = 0;
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found, colon] = match;
    const first = found.charCodeAt(0);
    if (first === 123 || first === 91) depth++;
    else if (first === 125 || first === 93) depth--;
    else if (first === 34 && colon !== undefined && depth <= 2) {
      const key = keyOf(found.slice(0, found.length - colon.length));
      if (depth === 1) {
        table = new Map();
        tables.set(key, table);
      } else if (depth === 2) {
        table?.set(key, match.index);
      }
    }
  }
  return tables;
}

function keyOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
