// The model's answers for inputs of any number, batch by batch, so that memory stays bounded.
import * as tf from "@tensorflow/tfjs";
import { cellSignal } from "../engine/cell-signal.js";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import type { StepInput } from "../engine/jit/step-input.js";
import type { StepOutput } from "../engine/jit/step-output.js";
import { type Batches, batchSource, disposeBatch, type StepBatch, stepBatches } from "./batches.js";
import { checkInputs, checkModel } from "./check-model.js";
import { type InferenceMode, ModelInference } from "./model-inference.js";
import { turns } from "./turns.js";

export interface PredictOptions {
  /** Samples at a time when the inputs are a tensor; 128 by default. */
  batchSize?: number;
  /** "auto", the default, compiles the model where it can; "eager" never does; "compiled" insists. */
  mode?: InferenceMode;
}

/**
 * @param model with one input and one output
 * @param inputs a tensor [n, …], or batches (whose ys are not looked at)
 * @returns the model's own outputs for all inputs, float32 [n, …]: probabilities where it ends in softmax; the caller disposes it
 * @throws when an option is wrong, when there is no sample, or when the inputs don't fit the model
 */
export async function predict(
  model: tf.LayersModel,
  inputs: tf.Tensor | Batches,
  options: PredictOptions = {},
): Promise<tf.Tensor> {
  checkModel(model);
  checkOptions("options", options, ["batchSize", "mode"]);
  const { batchSize = 128, mode = "auto" } = options;
  checkWhole("batchSize", batchSize, 1);
  if (inputs instanceof tf.Tensor) checkInputs("inputs", inputs, model);
  const signal = cellSignal();
  const turn = turns();
  const batches =
    inputs instanceof tf.Tensor ? slices(inputs, batchSize) : stepBatches(batchSource("inputs", inputs), 0);
  const inference = new ModelInference(model, mode, "constants");
  const outputs: StepOutput[] = [];
  try {
    for await (const batch of batches) {
      try {
        signal?.throwIfAborted();
        checkInputs("inputs", batch.xs, model);
        outputs.push((await inference.run(batch.xs)).outputs);
        await turn();
      } finally {
        disposeBatch(batch);
      }
    }
  } finally {
    await inference.dispose();
  }
  return concatenate(outputs);
}

async function* slices(inputs: tf.Tensor, batchSize: number): AsyncGenerator<StepBatch> {
  const count = inputs.shape[0] ?? 0;
  for (let start = 0; start < count; start += batchSize) {
    const xs: StepInput = inputs.slice(start, Math.min(batchSize, count - start));
    yield { xs, ys: xs };
  }
}

function concatenate(outputs: readonly StepOutput[]): tf.Tensor {
  const [first] = outputs;
  if (first === undefined) throw invalid("inputs", "at least one sample", "none");
  const { dtype, shape } = first;
  const size = outputs.reduce((sum, { data }) => sum + data.length, 0);
  const all =
    dtype === "float32" ? new Float32Array(size) : dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
  let offset = 0;
  for (const { data } of outputs) {
    all.set(data, offset);
    offset += data.length;
  }
  const count = outputs.reduce((sum, output) => sum + (output.shape[0] ?? 0), 0);
  return tf.tensor(all, [count, ...shape.slice(1)], dtype);
}
