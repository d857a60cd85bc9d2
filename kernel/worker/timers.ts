// Node's timers, made to know the cell that starts them: Stop clears them, and a stopped cell starts no more. All that
// Node's own functions do and return stays. Installed once, before user code is loaded.
import { createRequire, syncBuiltinESMExports } from "node:module";
import timersModule from "node:timers";
import type * as TimersPromises from "node:timers/promises";
import { startingRun } from "./cell-run.js";

type AnyFunction = (...values: never[]) => unknown;
type Handle = NodeJS.Timeout | NodeJS.Immediate;

/** For the kernel's own use: no cell's Stop clears these. */
export const ownTimeout: (work: () => void, milliseconds: number) => NodeJS.Timeout = globalThis.setTimeout;

export function installTimers(): void {
  const timers = timersModule as unknown as Record<string, AnyFunction>;
  const globals = globalThis as unknown as Record<string, AnyFunction>;
  for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
    const original = timers[name];
    if (!original) continue;
    const clear = name === "setImmediate" ? clearImmediate : clearTimeout;
    const replacement = tracked(original as (...values: unknown[]) => Handle, clear as (handle: Handle) => void);
    globals[name] = timers[name] = replacement;
  }
  const promises = createRequire(import.meta.url)("node:timers/promises") as typeof TimersPromises;
  const { setTimeout, setImmediate, setInterval } = promises;
  promises.setTimeout = like(setTimeout, (delay, value, options) => setTimeout(delay, value, stoppable(options)));
  promises.setImmediate = like(setImmediate, (value, options) => setImmediate(value, stoppable(options)));
  promises.setInterval = like(setInterval, (delay, value, options) => setInterval(delay, value, stoppable(options)));
  syncBuiltinESMExports();
}

function tracked(start: (...values: unknown[]) => Handle, clear: (handle: Handle) => void): AnyFunction {
  // With the names, lengths and `util.promisify` forms that Node gave them.
  return like(start, (...values) => {
    const handle = start(...values);
    const run = startingRun();
    if (run?.isStopped) clear(handle);
    else run?.timers.add(handle);
    return handle;
  });
}

function like<F extends object>(original: F, replacement: F): F {
  return Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
}

/** The cell's abort signal beside the caller's: a promised timer of a stopped cell rejects, and keeps nothing alive. */
function stoppable<Options extends { signal?: AbortSignal | undefined }>(options: Options | undefined): Options {
  const run = startingRun();
  const given = options?.signal;
  if (!run || (options !== undefined && (typeof options !== "object" || options === null))) return options as Options;
  const signal = given ? AbortSignal.any([given, run.abort.signal]) : run.abort.signal;
  return { ...options, signal } as Options;
}
