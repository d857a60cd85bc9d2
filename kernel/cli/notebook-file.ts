// Notebook files that commands are given: read, checked, and found in folders. Used by run and test.
import { readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { defaultKernelName, kernelSpec } from "./kernelspec.js";
import { type Notebook, parseNotebook } from "./notebook.js";

/** @throws CommandFailure for a file that can't be read, and for what is no notebook in TypeScript */
export async function readNotebook(input: string): Promise<Notebook> {
  let text: string;
  try {
    text = await readFile(input, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      `invalid notebook; expected a file that can be read: ${input} (${reason})`,
      exitCodes.usage,
    );
  }
  const notebook = parseNotebook(text, input);
  describeNotebook(notebook, input);
  return notebook;
}

function describeNotebook(notebook: Notebook, input: string): void {
  const { kernelspec, language_info: info } = notebook.metadata as Record<string, Record<string, unknown> | undefined>;
  const language = kernelspec?.language ?? info?.name ?? "typescript";
  if (typeof language !== "string" || !["typescript", "javascript"].includes(language.toLowerCase())) {
    throw new CommandFailure(
      `invalid notebook ${input}; expected TypeScript: its kernel is ${JSON.stringify(kernelspec?.name ?? language)} ` +
        `for ${JSON.stringify(language)}`,
      exitCodes.usage,
    );
  }
  const { display_name, language: own } = kernelSpec();
  notebook.metadata.kernelspec = { name: defaultKernelName, display_name, language: own };
}

/**
 * The notebooks of files and folders, each once, in the order that they were named; a folder's by name, those of its own folders too,
 * less what begins with a dot and node_modules.
 * @throws CommandFailure for what isn't there, and where no notebook is found
 */
export function findNotebooks(places: readonly string[]): string[] {
  const found = places.flatMap((place) => {
    const stats = statSync(place, { throwIfNoEntry: false });
    if (stats === undefined)
      throw new CommandFailure(`invalid notebook; expected a file or a folder that exists: ${place}`, exitCodes.usage);
    return stats.isDirectory() ? inFolder(place) : [place];
  });
  if (found.length === 0)
    throw new CommandFailure(`invalid notebook; expected .ipynb files: none in ${places.join(", ")}`, exitCodes.usage);
  return [...new Map(found.map((file) => [path.resolve(file), file])).values()];
}

function inFolder(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return inFolder(at);
    return entry.name.endsWith(".ipynb") ? [at] : [];
  });
}
