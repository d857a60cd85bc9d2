// execSync, execFileSync and spawnSync, made to say that the cells' thread waits for a child process: no JavaScript runs
// there that Stop could break off, so the side thread ends the child. Installed by interrupt.ts, before user code is loaded.
import { createRequire, syncBuiltinESMExports } from "node:module";
import { startingRun } from "./cell-run.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";

type AnyFunction = (...values: unknown[]) => unknown;

export interface ChildWait {
  begins(): void;
  /** Not called where the call was broken off. */
  ends(): void;
}

export function installAwaitedChildren(wait: ChildWait): void {
  const children = createRequire(import.meta.url)("node:child_process") as Record<string, AnyFunction>;
  for (const name of ["execSync", "execFileSync", "spawnSync"]) {
    const original = children[name];
    if (!original) continue;
    const replacement: AnyFunction = (...values) => {
      const run = startingRun();
      // What the kernel itself starts is nobody's to stop.
      if (!run) return original(...values);
      if (run.isStopped) throw new KeyboardInterrupt();
      wait.begins();
      try {
        return original(...values);
      } finally {
        wait.ends();
      }
    };
    children[name] = Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  }
  syncBuiltinESMExports();
}
