/**
 * What a YAML document holds, by the failsafe schema: every scalar is text (`true`, `1.10` and `''` included),
 * which is all that lock files need and the only reading in which a version stays what was written.
 */
export type YamlValue = string | YamlMap | YamlValue[];

export interface YamlMap {
  /** Where it stands in the text, in UTF-16 units: at the key whose value it is, else at its own begin. */
  at: number;
  entries: Map<string, YamlValue>;
}

export interface YamlOptions {
  /** What a repeated key does: `error`, or `last` where the package manager itself lets the last one win. */
  repeated: 'error' | 'last';
}

export function isMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && !Array.isArray(value);
}

/** The text under `key`; undefined when there is none or when it is no text. */
export function textAt(map: YamlMap | undefined, key: string): string | undefined {
  const value = map?.entries.get(key);
  return typeof value === 'string' ? value : undefined;
}

/** The map under `key`; undefined when there is none, also for a key with nothing after its colon. */
export function mapAt(map: YamlMap | undefined, key: string): YamlMap | undefined {
  const value = map?.entries.get(key);
  return isMap(value) ? value : undefined;
}
