// The parts we use; the packages ship no types.
declare module '@npmcli/arborist' {
  export interface ShrinkwrapData {
    /** The tree as npm would write it into package-lock.json. */
    toJSON(): { packages: Record<string, unknown> };
  }
  export interface ArboristTree {
    meta: ShrinkwrapData;
  }
  export default class Arborist {
    constructor(options: Record<string, unknown>);
    loadActual(): Promise<ArboristTree>;
    buildIdealTree(): Promise<ArboristTree>;
    /** Does what a command of npm does; resolves to the tree that it leaves. */
    reify(options: Record<string, unknown>): Promise<ArboristTree>;
  }
}
