/** Scopes where ways meet. */
import { SCOPES, type Scope } from './model.ts';

/** The weaker of two scopes: what a path through both amounts to. */
export function weakerScope(a: Scope, b: Scope): Scope {
  return SCOPES.indexOf(a) >= SCOPES.indexOf(b) ? a : b;
}

/** The stronger of two scopes: what two paths to one package amount to. */
export function strongerScope(a: Scope, b: Scope): Scope {
  return SCOPES.indexOf(a) <= SCOPES.indexOf(b) ? a : b;
}
