// The compiler as the session sees it: types of all cells, compiled code, completion, documentation. One instance a
// session; it holds what earlier cells declared.
import type { Compilation, Completeness, Completion, Inspection, ModuleResolution } from "./results.js";

export interface LanguageOptions {
  /** The notebook's folder: where imports and tsconfig.json are looked for. */
  directory: string;
}

export class Language {
  private constructor(readonly directory: string) {}

  /** Starts the native compiler and loads the types of what is preloaded; resolves when the first cell can be checked. */
  static async open(options: LanguageOptions): Promise<Language> {
    return new Language(options.directory);
  }

  /** Checks and compiles one cell. Call in order, and `settle` before the next `compile`. */
  async compile(_source: string, _options: { count: number }): Promise<Compilation> {
    throw new Error("not yet");
  }

  /** Checks and compiles one of `user_expressions`: an expression whose value is the result; declares nothing. */
  async compileExpression(_source: string): Promise<Compilation> {
    throw new Error("not yet");
  }

  /** The cell has run: what it declared is known to later cells, less the names that it did not reach. */
  async settle(_count: number, _outcome: { unassigned: string[] }): Promise<void> {}

  async complete(_source: string, _offset: number): Promise<Completion> {
    throw new Error("not yet");
  }

  /** Undefined where nothing is known at this position. */
  async inspect(_source: string, _offset: number, _detail: 0 | 1): Promise<Inspection | undefined> {
    throw new Error("not yet");
  }

  async isComplete(_source: string): Promise<Completeness> {
    throw new Error("not yet");
  }

  /** @param from the importing local file, or null for a cell. */
  async resolveModule(_specifier: string, _from: string | null): Promise<ModuleResolution> {
    throw new Error("not yet");
  }

  /** Packages were installed or files changed: forget what was looked up before. */
  async refresh(): Promise<void> {}

  /** Names that cells declared, in order of declaration, types included. */
  names(): { name: string; kind: string; type: string; value: boolean }[] {
    return [];
  }

  /** Forget what cells declared: all, or these names. */
  async forget(_names?: string[]): Promise<void> {}

  typecheck = true;

  async close(): Promise<void> {}
}
