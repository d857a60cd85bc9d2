// What training, evaluation and prediction read: batches, epoch by epoch. A loader of ml.data is one; so is an array of
// batches, for small things. Whoever takes a batch disposes its tensors.
import * as tf from "@tensorflow/tfjs";
import { ready } from "../engine/backend.js";
import { checkTensor } from "../engine/check-tensor.js";
import { invalid } from "../engine/invalid.js";
import type { RawInput, StepInput } from "../engine/jit/step-input.js";

/** One batch: inputs, float32 [batch, …], and what is true of them, int32 [batch] for classes, float32 for the rest. */
export interface Batch {
  readonly xs: tf.Tensor;
  readonly ys: tf.Tensor;
}

/** A source of batches; a loader of ml.data is one. */
export interface BatchSource {
  /** Batches an epoch. */
  readonly length: number;
  /** The batches of one epoch, in an order that the number of the epoch (from 0) decides. */
  epoch(number: number): AsyncIterable<Batch>;
  /** The same batches as plain numbers, where the source has them: compiled steps then need no tensors. */
  arrays?(number: number): AsyncIterable<RawBatch>;
}

/** A batch of which no tensors are made. */
export interface RawBatch {
  readonly xs: RawInput;
  readonly ys: RawInput;
}

/** A batch in either form. */
export interface StepBatch {
  readonly xs: StepInput;
  readonly ys: StepInput;
}

/** Batches as a caller may give them. */
export type Batches = BatchSource | readonly Batch[];

/** @throws `invalid <name>; expected …` when it is neither a loader nor an array of batches */
export function batchSource(name: string, batches: Batches): BatchSource {
  if (isSource(batches)) return batches;
  if (!Array.isArray(batches)) throw invalid(name, "a loader (ml.data.loader(…)) or an array of { xs, ys }", batches);
  for (const [i, batch] of batches.entries()) {
    if (typeof batch !== "object" || batch === null) throw invalid(`${name}[${i}]`, "{ xs, ys }", batch);
    checkTensor(`${name}[${i}].xs`, batch.xs);
    checkTensor(`${name}[${i}].ys`, batch.ys);
  }
  const given = batches as readonly Batch[];
  return {
    length: given.length,
    async *epoch() {
      // The caller keeps its tensors; what is handed out may be disposed.
      for (const { xs, ys } of given) yield { xs: xs.clone(), ys: ys.clone() };
    },
  };
}

/**
 * The batches of one epoch in the form that costs less; each is disposed with {@link disposeBatch}.
 * @param skip how many of them are left out, where an epoch goes on in its middle
 */
export async function* stepBatches(
  source: BatchSource,
  epoch: number,
  skip = 0,
): AsyncGenerator<StepBatch, void, undefined> {
  // Plain numbers become tensors where a step runs eagerly.
  await ready();
  const batches = source.arrays?.(epoch) ?? source.epoch(epoch);
  if (skip === 0) return yield* batches;
  let count = 0;
  for await (const batch of batches) {
    if (count++ < skip) disposeBatch(batch);
    else yield batch;
  }
}

export function disposeBatch({ xs, ys }: StepBatch): void {
  for (const input of [xs, ys]) if (input instanceof tf.Tensor) input.dispose();
}

/** The values of one side of a batch, row by row. */
export function valuesOf(input: StepInput): ArrayLike<number> {
  return input instanceof tf.Tensor ? input.dataSync() : input.data;
}

/** A tensor that the caller disposes. */
export function tensorOf(input: StepInput): tf.Tensor {
  return input instanceof tf.Tensor ? input.clone() : tf.tensor(input.data, [...input.shape], input.dtype);
}

function isSource(value: Batches): value is BatchSource {
  return typeof value === "object" && value !== null && "epoch" in value && typeof value.epoch === "function";
}
