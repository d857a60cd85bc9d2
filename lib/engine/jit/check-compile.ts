// The checks of compile's arguments, so that a wrong one is told before the first step. Called by compile.ts.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../check-tensor.js";
import { checkChoice, checkOptions, checkWhole, invalid } from "../invalid.js";
import { checkOptimizer } from "../optimizer.js";
import { checkSeed } from "../random.js";
import type { CompileOptions } from "./compile.js";
import { MOST_THREADS } from "./step-input.js";

/** All options; the compiler says when one is missing here. */
const known: Record<keyof CompileOptions, true> = {
  optimizer: true,
  variables: true,
  seed: true,
  mode: true,
  threads: true,
  accumulateGradBatches: true,
};

/** @throws when an argument is not what compile's documentation says. */
export function checkCompile(loss: unknown, options: CompileOptions): void {
  if (typeof loss !== "function") throw invalid("loss", "a function of a batch's tensors", loss);
  checkOptions("options", options, Object.keys(known));
  const { optimizer, variables, seed, mode = "auto", threads, accumulateGradBatches = 1 } = options;
  checkOptimizer(optimizer);
  if (variables !== undefined) checkVariables(variables);
  if (seed !== undefined) checkSeed(seed);
  checkChoice("mode", mode, ["auto", "compiled", "eager"]);
  if (threads !== undefined) checkWhole("threads", threads, 1, MOST_THREADS);
  checkWhole("accumulateGradBatches", accumulateGradBatches, 1);
}

/** @throws unless it is a list of variables that were not disposed. */
function checkVariables(variables: unknown): void {
  if (!Array.isArray(variables) || variables.length === 0)
    throw invalid("variables", "a list of one or more tf.Variables", variables);
  for (const [i, variable] of variables.entries()) {
    checkTensor(`variables[${i}]`, variable, "a tf.Variable");
    if (!(variable instanceof tf.Variable)) throw invalid(`variables[${i}]`, "a tf.Variable (tf.variable)", variable);
  }
}
