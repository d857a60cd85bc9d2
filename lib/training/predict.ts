// The model's answers for inputs of any number, batch by batch, so that memory stays bounded.
import * as tf from "@tensorflow/tfjs";
import { abortSignal, type Batches, batchSource } from "./batches.js";
import { forward } from "./forward.js";

/**
 * @param model with one input and one output
 * @param inputs a tensor [n, …], or batches (whose ys are not looked at)
 * @param options.batchSize samples at a time when `inputs` is a tensor; 128 by default
 * @returns the outputs for all inputs, float32 [n, …]; the caller disposes it
 */
export async function predict(
  model: tf.LayersModel,
  inputs: tf.Tensor | Batches,
  options: { batchSize?: number } = {},
): Promise<tf.Tensor> {
  const { batchSize = 128 } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new Error(`invalid batchSize; expected a whole number, at least 1: ${batchSize}`);
  const signal = abortSignal();
  const outputs: tf.Tensor[] = [];
  try {
    for await (const xs of inputs instanceof tf.Tensor ? slices(inputs, batchSize) : inputsOf(inputs)) {
      try {
        signal?.throwIfAborted();
        outputs.push(forward(model, xs));
      } finally {
        xs.dispose();
      }
    }
    if (!outputs.length) throw new Error("invalid inputs; expected at least one sample: none");
    return tf.concat(outputs, 0);
  } finally {
    tf.dispose(outputs);
  }
}

async function* slices(inputs: tf.Tensor, batchSize: number): AsyncGenerator<tf.Tensor> {
  const count = inputs.shape[0] ?? 0;
  for (let start = 0; start < count; start += batchSize) yield inputs.slice(start, Math.min(batchSize, count - start));
}

async function* inputsOf(batches: Batches): AsyncGenerator<tf.Tensor> {
  for await (const { xs, ys } of batchSource("inputs", batches).epoch(0)) {
    ys.dispose();
    yield xs;
  }
}
