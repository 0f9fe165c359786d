/** Deterministic input of a given size, shaped like the real thing. */

/** Numbers that look random and are the same every time (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random text of that length as base64 has it. */
export const base64 = (next: () => number, length: number): string =>
  Array.from(
    { length },
    () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(next() * 62)],
  ).join('');

/** A name of a generated package. */
export const nameOf = (i: number): string => (i % 5 === 0 ? `@scope-${i % 40}/pkg-${i}` : `pkg-${i}`);

/** package.json and package-lock.json (v3) of a project with that many packages. */
export function lockFile(count: number): Record<string, string> {
  const next = random(1);
  const names = Array.from({ length: count }, (_, i) => nameOf(i));
  const direct = Object.fromEntries(names.slice(0, 60).map((name) => [name, '^1.0.0']));
  const manifest = { name: 'generated', version: '1.0.0', private: true, dependencies: direct };
  const packages: Record<string, unknown> = { '': manifest };
  for (const [i, name] of names.entries()) {
    const dependencies = Object.fromEntries(
      Array.from({ length: Math.floor(next() * 6) }, () => [
        names[Math.floor(next() * count)] ?? '',
        '^1.0.0',
      ]),
    );
    packages[`node_modules/${name}`] = {
      version: `1.${Math.floor(next() * 20)}.${i % 10}`,
      resolved: `https://registry.example.test/${name}/-/${name.split('/').at(-1)}-1.0.0.tgz`,
      integrity: `sha512-${base64(next, 86)}==`,
      ...(i % 3 > 0 && { dev: true }),
      license: 'MIT',
      dependencies,
      engines: { node: '>=18' },
    };
  }
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'package-lock.json': `${JSON.stringify({ name: 'generated', version: '1.0.0', lockfileVersion: 3, requires: true, packages }, null, 2)}\n`,
  };
}
