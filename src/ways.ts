/** The ways by which a project comes to its packages. */
import { pathFinder } from './inventory.ts';
import type { Tree } from './model.ts';
import type { PathsOf } from './policy/accept.ts';
import type { Report } from './report/report.ts';

/** At most this many ways to a package are told. */
const PATHS = 10;
/** More ways than these are not gone through when an ignore speaks of paths. */
const ALL_PATHS = 2000;

type Ways = (tree: Tree) => ReturnType<typeof pathFinder>;

/** Who depends on whom, worked out once for each tree, and only where somebody asks. */
export function waysThrough(): Ways {
  const known = new Map<Tree, ReturnType<typeof pathFinder>>();
  return (tree) => {
    const ways = known.get(tree) ?? pathFinder(tree);
    known.set(tree, ways);
    return ways;
  };
}

/** All ways to a finding's package; undefined where they are too many to go through. */
export function allPaths(ways: Ways): PathsOf {
  return ({ package: subject }) => {
    if (subject === undefined) return [];
    const paths = subject.nodes.flatMap((node) => ways(subject.tree)(node, ALL_PATHS));
    return paths.length < ALL_PATHS ? paths : undefined;
  };
}

/** The shortest ways to a package. */
export function shortestPaths(ways: Ways): Report['pathsTo'] {
  return (subject) => {
    const paths = subject.nodes.flatMap((node) => ways(subject.tree)(node, PATHS));
    return paths.sort((a, b) => a.length - b.length).slice(0, PATHS);
  };
}
