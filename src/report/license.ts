/** What a package says of its licence, held against SPDX. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
import parse from 'spdx-expression-parse';

export interface License {
  /** `id`: one licence of SPDX's list; `expression`: several, or one of its own naming; `name`: anything else. */
  kind: 'id' | 'expression' | 'name';
  text: string;
}

/** Longer than any expression that people write; the parser recurses. */
const LIMIT = 1000;

/** Sorts a licence text as package.json files have it into what SPDX knows. */
export function readLicense(text: string): License {
  const wanted = text.trim();
  // A DocumentRef names another document, which no lock file brings along.
  if (wanted.length > LIMIT || wanted.includes('DocumentRef-')) return { kind: 'name', text: wanted };
  try {
    const read = parse(wanted);
    const isPlain = 'license' in read && read.license === wanted && !wanted.startsWith('LicenseRef-');
    return { kind: isPlain ? 'id' : 'expression', text: wanted };
  } catch {
    return { kind: 'name', text: wanted };
  }
}
