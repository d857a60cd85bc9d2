// Compares gradients with central differences of the loss along random directions. Losses are summed in double
// precision from float32 outputs, so that a step of 1e-2 leaves about three digits. Used by the engine's tests.
import * as assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";

/** Seeded uniform numbers in [0, 1): mulberry32. */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Values from −1 to 1 in random order, all at least 2 / (size − 1) apart, so that small steps do not reorder them. */
export function distinct(shape: number[], seed: number, scale = 1): tf.Tensor {
  const next = uniform(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, (_, i) => scale * ((2 * (i + 0.5)) / size - 1));
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [values[i], values[j]] = [values[j] as number, values[i] as number];
  }
  return tf.tensor(values, shape);
}

/**
 * Asserts that the gradients of `forward`'s output, weighted by fixed random numbers, agree with central differences
 * for each of the tensors in turn, along `directions` random directions.
 */
export function assertGradients(
  forward: (...tensors: tf.Tensor[]) => tf.Tensor,
  tensors: readonly tf.Tensor[],
  { step = 1e-2, tolerance = 5e-3, directions = 2 }: { step?: number; tolerance?: number; directions?: number } = {},
): void {
  const output = tf.tidy(() => forward(...tensors));
  const weights = distinct(output.shape, 99);
  const weightValues = weights.dataSync();
  const gradients = tf.tidy(() =>
    tf.grads((...xs: tf.Tensor[]) => tf.sum(tf.mul(forward(...xs), weights)))([...tensors]),
  );
  const loss = (xs: readonly tf.Tensor[]) => {
    const values = tf.tidy(() => forward(...xs).dataSync());
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += (values[i] as number) * (weightValues[i] as number);
    return sum;
  };
  for (const [which, tensor] of tensors.entries()) {
    const gradient = (gradients[which] as tf.Tensor).dataSync();
    assert.deepEqual(gradients[which]?.shape, tensor.shape);
    for (let d = 0; d < directions; d++) {
      const next = uniform(1000 * which + d + 7);
      const direction = Float32Array.from(gradient, () => 2 * next() - 1);
      const along = direction.reduce((sum, v, i) => sum + v * (gradient[i] as number), 0);
      const at = (h: number) =>
        tf.tidy(() => {
          const moved = tf.add(tensor, tf.mul(tf.tensor(direction, tensor.shape), h));
          return loss(tensors.map((t, i) => (i === which ? moved : t)));
        });
      const difference = (at(step) - at(-step)) / (2 * step);
      const scale = Math.max(Math.hypot(...gradient), 1e-2);
      const error = Math.abs(difference - along) / scale;
      assert.ok(
        error < tolerance,
        `input ${which}: gradient ${along}, difference ${difference}, relative error ${error}`,
      );
    }
  }
  tf.dispose([output, weights, gradients]);
}
