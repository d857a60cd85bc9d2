// Puts into scope what globals.ts describes, and beside it what Node's CommonJS modules have and notebooks expect.
import { join } from "node:path";
import { currentRun } from "./cell-run.js";
import type { CommTable } from "./comms.js";
import type { Display, NotebookGlobals } from "./globals.js";
import type { Input } from "./input.js";
import type { LocalRequire } from "./local-require.js";

export function notebookGlobals(parts: {
  display: Display;
  input: Input;
  comms: CommTable;
  require: LocalRequire;
}): NotebookGlobals {
  const { display, input, comms, require } = parts;
  return {
    display,
    input: (prompt) => input.ask(prompt, false),
    password: (prompt) => input.ask(prompt, true),
    comms,
    require: require.fromNotebook,
  };
}

export function installGlobals(directory: string, { display, require }: NotebookGlobals): void {
  const values = { require, __dirname: directory, __filename: join(directory, "notebook.ts") };
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  // How libraries show what they are doing, without knowing the kernel.
  Object.defineProperty(globalThis, Symbol.for("Jupyter.displayFunction"), { value: display, configurable: true });
  // How libraries learn of Stop, without knowing the kernel.
  Object.defineProperty(globalThis, Symbol.for("Jupyter.abortSignal"), {
    get: (): AbortSignal | undefined => currentRun()?.abort.signal,
    configurable: true,
  });
}
