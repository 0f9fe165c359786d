/** One generated project as the lock file of each package manager. */
import { base64, nameOf, random } from './generate.ts';

interface Generated {
  name: string;
  version: string;
  integrity: string;
  dependencies: Generated[];
}

/** A folder's files by name. */
export type Files = Record<string, string>;

const DIRECT = 60;

/** The project's files for each manager, with that many packages: three dependencies each, in a random graph. */
export function lockFormats(count: number): Record<string, Files> {
  const next = random(1);
  const packages: Generated[] = Array.from({ length: count }, (_, i) => ({
    name: nameOf(i),
    version: `1.${Math.floor(next() * 20)}.${i % 10}`,
    integrity: `sha512-${base64(next, 86)}==`,
    dependencies: [],
  }));
  const any = (): Generated => packages[Math.floor(next() * count)] as Generated;
  for (const [i, one] of packages.entries()) {
    const wanted = new Set([any(), any(), packages[(i + DIRECT) % count] as Generated]);
    one.dependencies = [...wanted].filter((other) => other !== one);
  }
  const direct = packages.slice(0, DIRECT);
  const dependencies = Object.fromEntries(direct.map(({ name }) => [name, '^1.0.0']));
  const manifest = { name: 'generated', version: '1.0.0', private: true, dependencies };
  const base: Files = { 'package.json': `${JSON.stringify(manifest, null, 2)}\n` };
  return {
    npm: { ...base, 'package-lock.json': npm(packages, manifest) },
    pnpm: { ...base, 'pnpm-lock.yaml': pnpm(packages, direct) },
    'Yarn 1': { ...base, 'yarn.lock': classic(packages) },
    Yarn: { ...base, 'yarn.lock': berry(packages, direct) },
    Bun: { ...base, 'bun.lock': bun(packages, dependencies) },
  };
}

const tarball = ({ name, version }: Generated): string =>
  `https://registry.example.test/${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
const ranges = ({ dependencies }: Generated): Record<string, string> =>
  Object.fromEntries(dependencies.map(({ name }) => [name, '^1.0.0']));
const quoted = (text: string): string => (text.startsWith('@') ? `'${text}'` : text);

function npm(packages: readonly Generated[], manifest: object): string {
  const entries = packages.map((one) => [
    `node_modules/${one.name}`,
    {
      version: one.version,
      resolved: tarball(one),
      integrity: one.integrity,
      license: 'MIT',
      dependencies: ranges(one),
      engines: { node: '>=18' },
    },
  ]);
  const table = { '': manifest, ...Object.fromEntries(entries) };
  return `${JSON.stringify({ name: 'generated', lockfileVersion: 3, requires: true, packages: table }, null, 2)}\n`;
}

function pnpm(packages: readonly Generated[], direct: readonly Generated[]): string {
  const key = ({ name, version }: Generated): string => quoted(`${name}@${version}`);
  const lines = ["lockfileVersion: '9.0'", '', 'importers:', '', '  .:', '    dependencies:'];
  for (const { name, version } of direct)
    lines.push(`      ${quoted(name)}:`, '        specifier: ^1.0.0', `        version: ${version}`);
  lines.push('', 'packages:');
  for (const one of packages)
    lines.push(
      '',
      `  ${key(one)}:`,
      `    resolution: {integrity: ${one.integrity}}`,
      "    engines: {node: '>=18'}",
    );
  lines.push('', 'snapshots:');
  for (const one of packages) {
    lines.push('', `  ${key(one)}:`, '    dependencies:');
    for (const { name, version } of one.dependencies) lines.push(`      ${quoted(name)}: ${version}`);
  }
  return `${lines.join('\n')}\n`;
}

function classic(packages: readonly Generated[]): string {
  const lines = ['# yarn lockfile v1', ''];
  for (const one of packages) {
    lines.push('', `"${one.name}@^1.0.0":`, `  version "${one.version}"`, `  resolved "${tarball(one)}"`);
    lines.push(`  integrity ${one.integrity}`, '  dependencies:');
    for (const { name } of one.dependencies) lines.push(`    "${name}" "^1.0.0"`);
  }
  return `${lines.join('\n')}\n`;
}

function berry(packages: readonly Generated[], direct: readonly Generated[]): string {
  const lines = ['__metadata:', '  version: 8', '  cacheKey: 10c0'];
  const add = (key: string, version: string, resolution: string, asked: readonly Generated[]): void => {
    lines.push('', `"${key}":`, `  version: ${version}`, `  resolution: "${resolution}"`, '  dependencies:');
    for (const { name } of asked) lines.push(`    "${name}": "npm:^1.0.0"`);
  };
  add('generated@workspace:.', '0.0.0-use.local', 'generated@workspace:.', direct);
  lines.push('  languageName: unknown', '  linkType: soft');
  for (const one of packages) {
    add(`${one.name}@npm:^1.0.0`, one.version, `${one.name}@npm:${one.version}`, one.dependencies);
    lines.push(
      `  checksum: 10c0/${'0123456789abcdef'.repeat(8)}`,
      '  languageName: node',
      '  linkType: hard',
    );
  }
  return `${lines.join('\n')}\n`;
}

function bun(packages: readonly Generated[], dependencies: object): string {
  const rows = packages.map((one) => {
    const info = JSON.stringify({ dependencies: ranges(one) });
    return `    ${JSON.stringify(one.name)}: ["${one.name}@${one.version}", "", ${info}, "${one.integrity}"],\n`;
  });
  const workspaces = JSON.stringify({ '': { name: 'generated', dependencies } });
  return `{\n  "lockfileVersion": 1,\n  "workspaces": ${workspaces},\n  "packages": {\n${rows.join('\n')}  },\n}\n`;
}
