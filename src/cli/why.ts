import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { pathFinder, toPackages } from '../inventory.ts';
import type { Io } from '../io.ts';
import { EXIT, type Package, type TreeNode } from '../model.ts';
import { nearest } from '../nearest.ts';
import { oneLine, plural } from '../plain.ts';
import { readAll } from '../read.ts';
import { wrap } from '../report/layout.ts';
import type { Values } from './commands.ts';
import { deliver, progressOf } from './output.ts';

/** Ways that are printed for one package; more tell nobody more. */
const WAYS = 10;

/** `vakt why <package> [paths]`: each way by which a project comes to a package. 0; UserError where there is none. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const [wanted, ...paths] = operands;
  if (wanted === undefined) throw new UserError('which package?', { where: 'why', hint: 'vakt why braces' });
  const { trees } = await readAll(io, {
    paths: paths.map((path) => resolve(io.cwd, path)),
    offline: values.offline === true,
    progress: progressOf(io),
  });
  const packages = trees.flatMap(toPackages);
  const at = wanted.indexOf('@', 1);
  const name = at < 0 ? wanted : wanted.slice(0, at);
  const version = at < 0 ? undefined : wanted.slice(at + 1);
  const found = packages.filter((one) => isMeant(one, name, version));
  if (found.length === 0) throw unknown(wanted, packages);
  if (values.health === true) {
    const { runHealth } = await import('./why-health.ts');
    return runHealth(found, paths, values, io);
  }
  if (values.format === 'json')
    throw new UserError('goes with --health alone', {
      where: '--format',
      hint: `vakt why --health ${wanted} --format json`,
    });
  deliver(io, values, found.map((one) => explain(one, io.columns)).join('\n'));
  return EXIT.pass;
}

function isMeant(one: Package, name: string, version: string | undefined): boolean {
  return (one.name === name || one.alias === name) && (version === undefined || one.version === version);
}

function explain(subject: Package, columns = Infinity): string {
  if (subject.tree.manager === 'cdn') return inPages(subject);
  const { name, version, scope, tree, nodes, alias } = subject;
  const find = pathFinder(tree);
  const ways = nodes.flatMap((node) => find(node, WAYS)).sort((a, b) => a.length - b.length);
  const known = alias === undefined ? '' : ` as ${alias}`;
  const lines = [`${name}@${version}${known}  ${scope}, ${plural(nodes.length, 'place')} in ${tree.file}`];
  for (const way of ways.slice(0, WAYS)) lines.push(`  ${way.map(describe).join(' > ')}`);
  if (ways.length === 0) lines.push('  nothing in the lock file asks for it');
  if (ways.length >= WAYS) lines.push('  … these are the shortest ways');
  // On a terminal, where a long way would break anywhere; elsewhere one line each.
  const shown = lines.flatMap((line) => wrap(oneLine(line), columns, '    '));
  return `${shown.join('\n')}\n`;
}

/** The tags that load it. */
function inPages({ name, version, tree, nodes }: Package): string {
  const lines = [`${name}@${version}  ${plural(nodes.length, 'place')} in pages`];
  for (const node of nodes.slice(0, WAYS)) {
    const { file, line } = tree.locate(node);
    lines.push(`  ${file}:${line}  ${node.resolved}`);
  }
  if (nodes.length > WAYS) lines.push(`  … ${nodes.length - WAYS} more`);
  return `${lines.map(oneLine).join('\n')}\n`;
}

/** Each step with what the one before asks for: `micromatch@4.0.5 (^4.0.4)`. */
function describe(node: TreeNode, i: number, way: readonly TreeNode[]): string {
  const name = node.name === '' ? 'this project' : node.name;
  const label = node.version === '' ? name : `${name}@${node.version}`;
  // Yarn 2 and later say of each range that it is the registry's.
  const asked = way[i - 1]?.edges.find(({ to }) => to === node)?.spec.replace(/^npm:(?=[^@]*$)/, '');
  return asked === undefined || asked === node.version ? label : `${label} (${asked})`;
}

function unknown(wanted: string, packages: readonly Package[]): UserError {
  const near = nearest(wanted, new Set(packages.map(({ name }) => name)));
  return new UserError(`no package ${wanted} in the lock files`, {
    where: 'why',
    hint: near === undefined ? 'vakt inventory lists all' : `did you mean ${near}?`,
  });
}
