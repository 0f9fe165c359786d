// The parts we use; the packages ship no types.
declare module '@npmcli/arborist' {
  export interface ShrinkwrapData {
    /** The tree as npm would write it into package-lock.json. */
    toJSON(): unknown;
  }
  export interface ArboristTree {
    meta: ShrinkwrapData;
  }
  export default class Arborist {
    constructor(options: Record<string, unknown>);
    loadActual(): Promise<ArboristTree>;
    buildIdealTree(): Promise<ArboristTree>;
  }
}

declare module '@npmcli/config' {
  export default class Config {
    constructor(options: {
      definitions: unknown;
      shorthands: unknown;
      flatten: unknown;
      npmPath: string;
      argv: string[];
      env: Record<string, string | undefined>;
      cwd: string;
      warn?: boolean;
    });
    load(): Promise<void>;
    isDefault(key: string): boolean;
    readonly flat: Record<string, unknown>;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const config: { definitions: unknown; shorthands: unknown; flatten: unknown };
  export default config;
}
