// What training, evaluation and prediction read: batches, epoch by epoch. A loader of ml.data is one; so is an array of
// batches, for small things. Whoever takes a batch disposes its tensors.
import type * as tf from "@tensorflow/tfjs";

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
}

/** Batches as a caller may give them. */
export type Batches = BatchSource | readonly Batch[];

/** @throws `invalid <name>; expected …` when it is neither a loader nor an array of batches */
export function batchSource(name: string, batches: Batches): BatchSource {
  if (isSource(batches)) return batches;
  if (!Array.isArray(batches) || !batches.every((it) => "xs" in it && "ys" in it))
    throw new Error(
      `invalid ${name}; expected a loader (ml.data.loader(…)) or an array of { xs, ys }: ${typeof batches}`,
    );
  const given = batches as readonly Batch[];
  return {
    length: given.length,
    async *epoch() {
      // The caller keeps its tensors; what is handed out may be disposed.
      for (const { xs, ys } of given) yield { xs: xs.clone(), ys: ys.clone() };
    },
  };
}

function isSource(value: Batches): value is BatchSource {
  return typeof value === "object" && value !== null && "epoch" in value && typeof value.epoch === "function";
}

/** The signal by which a notebook stops the running cell, or undefined outside of one. */
export function abortSignal(): AbortSignal | undefined {
  const signal: unknown = (globalThis as Record<symbol, unknown>)[Symbol.for("Jupyter.abortSignal")];
  return signal instanceof AbortSignal ? signal : undefined;
}
