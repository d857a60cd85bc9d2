// Opens the compiler for a session. Its process starts first, and reads its files while this one loads the rest of its own:
// somebody may be waiting for the first cell. Called by session.
import { setTimeout as delay } from "node:timers/promises";
import { CompilerProject } from "./compiler-project.js";
import { kernelPaths } from "./kernel-paths.js";
import type { Language, LanguageOptions } from "./language.js";
import { preloadedEntries, preloadedImports } from "./preloaded.js";
import { CellScope } from "./scope.js";

/** By then the first cells are through, if somebody was waiting. */
const warmUpMs = 1000;

/** What `Language.open` goes on with. */
export interface StartedCompiler {
  project: CompilerProject;
  scope: CellScope;
}

export function startCompiler({ directory }: LanguageOptions): StartedCompiler {
  const project = new CompilerProject(directory, kernelPaths());
  const scope = new CellScope(preloadedEntries);
  // Where it can't be opened, each question tries again and reports it.
  project.open(scope.cellsFile(), scope.importsFile(preloadedImports)).catch(() => undefined);
  return { project, scope };
}

export async function openLanguage(options: LanguageOptions): Promise<Language> {
  const compiler = startCompiler(options);
  const { Language } = await import("./language.js");
  const language = Language.open(options, compiler);
  void warmUp();
  return language;
}

/** The first cell that needs esbuild shall not wait for its process either. */
async function warmUp(): Promise<void> {
  await delay(warmUpMs, undefined, { ref: false });
  const { transpile } = await import("./transpile.js");
  await transpile("0", "cell.ts").catch(() => undefined);
}
