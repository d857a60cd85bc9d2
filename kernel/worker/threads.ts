// Node's threads, made to know the cell that starts them: Stop ends them, and a stopped cell starts no more. Installed once,
// before user code is loaded.
import { createRequire, syncBuiltinESMExports } from "node:module";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { startingRun } from "./cell-run.js";
import { uninterrupted } from "./critical.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";
import { library } from "./own-packages.js";

/** What stands here runs in the library's threads: those of a backend, of pictures, of loaders. */
const libraryFolder = dirname(library) + sep;

export function installThreads(): void {
  const threads = createRequire(import.meta.url)("node:worker_threads") as { Worker: typeof Worker };
  threads.Worker = new Proxy(threads.Worker, {
    construct(node, given: unknown[], target) {
      // The library's threads serve whatever cell comes next, whoever started them; it ends them itself.
      const run = isOfLibrary(given[0]) ? undefined : startingRun();
      // What starts again whatever ends would never come to an end.
      if (run?.isStopped) throw new KeyboardInterrupt();
      // Else Stop might come when the thread runs and nobody knows of it.
      return uninterrupted(() => {
        const thread = Reflect.construct(node, given, target) as Worker;
        run?.threads.add(thread);
        return thread;
      });
    },
  });
  syncBuiltinESMExports();
}

function isOfLibrary(filename: unknown): boolean {
  if (filename instanceof URL) return filename.protocol === "file:" && isOfLibrary(fileURLToPath(filename));
  return typeof filename === "string" && filename.startsWith(libraryFolder);
}
