// The parts we use; the package ships no types.
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
    /** Where a value comes from: `cli`, `env`, `project`, `user` … */
    find(key: string): string | null;
    get(key: string): unknown;
    readonly flat: Record<string, unknown>;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const config: {
    definitions: unknown;
    shorthands: unknown;
    flatten: unknown;
    defaults: Record<string, unknown>;
  };
  export default config;
}
