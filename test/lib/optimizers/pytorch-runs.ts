// Fifty steps of each of PyTorch's optimizers on the same gradients, as test/fixtures/optimizers/make.py wrote them. Used by the tests of
// eager and compiled updates.
import { readFileSync } from "node:fs";
import type { Optimizer } from "../../../lib/engine/optimizer.js";
import * as optimizers from "../../../lib/optimizers/index.js";

export interface OptimizerRun {
  readonly optimizer: "sgd" | "adam" | "adamW" | "rmsprop" | "adagrad";
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly clip: { readonly clipNorm?: number; readonly clipValue?: number } | null;
  /** Where the variables end. */
  readonly end: readonly number[][];
}

export interface OptimizerFixture {
  readonly shapes: readonly number[][];
  readonly start: readonly number[][];
  /** By step, then by variable. */
  readonly gradients: readonly number[][][];
  readonly cases: readonly OptimizerRun[];
  /** Runs in which step i multiplies the learning rate by `rates[i]` and the weight decay by `decays[i]`. */
  readonly changing: readonly OptimizerRun[];
  readonly rates: readonly number[];
  readonly decays: readonly number[];
}

const file = new URL("../../../../test/fixtures/optimizers/optimizers.json", import.meta.url);

export const fixture = JSON.parse(readFileSync(file, "utf8")) as OptimizerFixture;

export function nameOf({ optimizer, options, clip }: OptimizerRun): string {
  return `${optimizer} ${JSON.stringify({ ...options, ...clip })}`;
}

export function optimizerOf({ optimizer, options, clip }: OptimizerRun): Optimizer {
  const ours: Optimizer = optimizers[optimizer](options);
  if (clip?.clipNorm) return optimizers.clipByNorm(ours, clip.clipNorm);
  return clip?.clipValue ? optimizers.clipByValue(ours, clip.clipValue) : ours;
}
