// Files that commands write: the place is looked at before the work, the file is written whole. Used by run and test.
import { statSync } from "node:fs";
import path from "node:path";
import { writeFileAtomically } from "./atomic-file.js";
import { CommandFailure, exitCodes } from "./command-failure.js";

/** Before the work, not after an hour of it. @param name what the option is called */
export function checkOutputFile(name: string, file: string): void {
  const folder = path.dirname(path.resolve(file));
  const isFolder = (place: string) => statSync(place, { throwIfNoEntry: false })?.isDirectory();
  if (statSync(folder, { throwIfNoEntry: false }) === undefined || isFolder(file))
    throw new CommandFailure(`invalid ${name}; expected a file in a folder that exists: ${file}`, exitCodes.usage);
}

/** @throws CommandFailure when it can't be written; then nothing new is there */
export async function writeOutputFile(file: string, text: string): Promise<void> {
  try {
    await writeFileAtomically(file, text);
  } catch (error) {
    throw new CommandFailure(`could not write ${file}: ${error instanceof Error ? error.message : error}`);
  }
}
