// The file that holds the function of a trial: other threads and other machines have to load it, so a function in a cell won't do.
// Checked before a search begins, and again by a worker on another machine, whose file must be the same.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { checkOptions, checkText, invalid } from "../engine/invalid.js";

/** A file of JavaScript or TypeScript, and the name of the function that it exports: "trial" by default. */
export type TrialReference = string | URL | { readonly module: string | URL; readonly name?: string };

export interface TrialModule {
  /** The absolute path. */
  readonly file: string;
  /** Of the function. */
  readonly name: string;
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256: string;
}

/** @throws when there is no such file; whether it exports the function is seen when it is loaded */
export async function trialModule(trial: unknown): Promise<TrialModule> {
  const { module, name = "trial" } = isPlace(trial) ? { module: trial } : named(trial);
  checkText("trial.name", name, "the name of the function that the module exports");
  const file = fileOf(module);
  return { file, name, sha256: await sha256Of(file) };
}

/** @throws when the file can't be read */
export async function sha256Of(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw invalid("trial", "a module file that can be read", file, error);
  });
  return createHash("sha256").update(bytes).digest("hex");
}

/** Where the file is within the folder, with slashes. @throws when it is not within it */
export function placeWithin(folder: string, file: string): string {
  const place = path.relative(folder, file);
  if (place === "" || place.startsWith("..") || path.isAbsolute(place))
    throw invalid("trial", `a file in the current folder, ${folder}, as workers have theirs`, file);
  return place.split(path.sep).join("/");
}

function isPlace(trial: unknown): trial is string | URL {
  return typeof trial === "string" || trial instanceof URL;
}

function named(trial: unknown): { module: unknown; name?: unknown } {
  if (typeof trial !== "object" || trial === null)
    throw invalid("trial", 'the path of a module file that exports a function "trial", or { module, name }', trial);
  checkOptions("trial", trial, ["module", "name"]);
  return trial as { module: unknown; name?: unknown };
}

function fileOf(module: unknown): string {
  const text = module instanceof URL ? module.href : module;
  checkText("trial", text, 'the path of a module file, such as "trial.js"');
  try {
    return path.resolve(/^file:/.test(text) ? fileURLToPath(text) : text);
  } catch (error) {
    throw invalid("trial", "the path of a module file", text, error);
  }
}

/** What `import()` takes. */
export function addressOf(file: string): string {
  return pathToFileURL(file).href;
}
