// A thread that runs one trial: loads the module, calls its function, tells its scores. Started by trial-thread.ts; each trial has a new one,
// so that what another trial left behind can't be seen in its result.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { checkNumber, invalid } from "../engine/invalid.js";
import { Xoshiro128 } from "../engine/random.js";
import type { Parameters } from "./space.js";
import { hookImports, library } from "./trial-imports.js";
import { errorOf, type TrialContext, type TrialError } from "./trial-run.js";

/** What the thread is started with. */
export interface TrialSetup {
  /** Of the module. */
  readonly address: string;
  readonly name: string;
  readonly parameters: Parameters;
  readonly context: TrialContext;
}

export type TrialMessage =
  | { readonly kind: "done"; readonly scores: Readonly<Record<string, number>> }
  | { readonly kind: "failed"; readonly error: TrialError }
  | { readonly kind: "unusable"; readonly rule: string; readonly reason: string };

type TrialFunction = (parameters: Parameters, context: TrialContext) => unknown;

async function main(): Promise<TrialMessage> {
  const { address, name, parameters, context } = workerData as TrialSetup;
  // Hooks make each import slower where they are another thread's: what most trials import is there before.
  const text = await readFile(fileURLToPath(address), "utf8").catch(() => "");
  if (text.includes("cellgrad")) await import(library);
  hookImports();
  process.setSourceMapsEnabled(true);
  let trial: unknown;
  try {
    trial = ((await import(address)) as Record<string, unknown>)[name];
  } catch (thrown) {
    return { kind: "unusable", rule: "a module that can be loaded", reason: errorOf(thrown).message };
  }
  // As in a cell, where a backend is ready before the first line. The name is TensorFlow.js's own.
  if ("_tfengine" in globalThis) await (await import("../engine/backend.js")).ready();
  if (typeof trial !== "function")
    return { kind: "unusable", rule: `a module that exports a function ${name}`, reason: typeof trial };
  try {
    // Weights without a seed of their own follow from Math.random.
    const numbers = new Xoshiro128(context.seed);
    Math.random = () => numbers.unit();
    return { kind: "done", scores: scoresOf(await (trial as TrialFunction)(parameters, context)) };
  } catch (thrown) {
    return { kind: "failed", error: errorOf(thrown) };
  }
}

function scoresOf(result: unknown): Record<string, number> {
  if (typeof result === "number") {
    checkNumber("result of the trial", result);
    return { score: result };
  }
  const entries = typeof result === "object" && result !== null ? Object.entries(result) : [];
  if (entries.length === 0) throw invalid("result of the trial", "a number, or an object of numbers by name", result);
  for (const [name, value] of entries) checkNumber(`result of the trial, ${name}`, value);
  return Object.fromEntries(entries);
}

parentPort?.postMessage(await main());
