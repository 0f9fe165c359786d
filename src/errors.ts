/**
 * What a person did or gave that vakt cannot work with. Three kinds of failure exist: these (exit 2), gaps
 * (data in the report) and bugs (any other throw, exit 70).
 */
export class UserError extends Error {
  /** Where it is wrong: `file`, `file:line` or `file:line:column`. */
  readonly where: string | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;

  /** Also where another of vakt's programs threw it, whose class is another (dist/hook-fix.cjs). */
  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return thrown instanceof Error && thrown.name === 'UserError' && 'where' in thrown && 'hint' in thrown;
  }

  constructor(
    message: string,
    details: { where?: string | undefined; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'UserError';
    this.where = details.where;
    this.hint = details.hint;
  }
}

/** The message of anything thrown, without a stack. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
