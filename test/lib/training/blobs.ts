// A small, learnable problem for training tests: points around class centres, the same on every machine.
import * as tf from "@tensorflow/tfjs";
import type { BatchSource } from "../../../lib/training/batches.js";

export interface BlobOptions {
  samples: number;
  batchSize: number;
  classes?: number;
  features?: number;
  noise?: number;
  seed?: number;
}

/** Park and Miller's generator, so that no test depends on Math.random. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

export function blobs({
  samples,
  batchSize,
  classes = 3,
  features = 4,
  noise = 0.4,
  seed = 1,
}: BlobOptions): BatchSource {
  const random = randomNumbers(seed);
  const labels = Array.from({ length: samples }, (_, i) => i % classes);
  const rows = labels.map((label) =>
    Array.from({ length: features }, (_, j) => (j % classes === label ? 1 : -1) + noise * (random() * 2 - 1)),
  );
  return {
    length: Math.ceil(samples / batchSize),
    async *epoch(number) {
      const order = shuffled(samples, number + 1);
      for (let start = 0; start < samples; start += batchSize) {
        const batch = order.slice(start, start + batchSize);
        yield {
          xs: tf.tensor2d(batch.map((i) => rows[i] ?? [])),
          ys: tf.tensor1d(
            batch.map((i) => labels[i] ?? 0),
            "int32",
          ),
        };
      }
    },
  };
}

function shuffled(count: number, seed: number): number[] {
  const random = randomNumbers(seed * 7919);
  return Array.from({ length: count }, (_, i) => [random(), i] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, i]) => i);
}
