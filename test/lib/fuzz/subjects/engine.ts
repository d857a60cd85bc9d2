// The fuzz table's engine: backends, and the compiled step and inference, which run once.
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";

const input = () => ({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2], dtype: "float32" });

const own = (xs: tf.Tensor) => {
  if (xs === undefined) throw new Error("invalid xs; expected an input: -");
  return xs.add(1);
};

export const engine: readonly Subject[] = [
  { name: "ml.environment", args: () => [] },
  { name: "ml.ready", args: () => [] },
  { name: "ml.useBackend", args: () => [{ backend: "wasm" }], runs: 60 },
  {
    name: "ml.compile",
    args: () => {
      const weight = tf.variable(tf.ones([2, 1]));
      const loss = (xs: tf.Tensor, ys: tf.Tensor) => {
        // What TensorFlow.js says of a matrix that does not fit is the author of a loss's to understand.
        if (xs?.rank !== 2 || xs.shape[1] !== 2 || xs.dtype !== "float32")
          throw new Error("invalid xs; expected [n, 2]: -");
        return ml.losses.meanSquaredError(ys, xs.matMul(weight));
      };
      const options = { optimizer: ml.optimizers.adam(), variables: [weight], seed: 1, mode: "eager", threads: 1 };
      return [loss, options, input(), tf.ones([2, 1])];
    },
    use: async (step: ReturnType<typeof ml.compile>, [, , xs, ys]: readonly unknown[]) => {
      try {
        const results = [await step(xs as tf.Tensor, ys as tf.Tensor), await step(xs as tf.Tensor, ys as tf.Tensor)];
        return [results.map(({ loss }) => loss), step.state(), step.status()];
      } finally {
        await step.dispose();
      }
    },
    fixed: ["init", "update", "name"],
    float32: true,
  },
  {
    name: "ml.compileInference",
    args: () => [own, { mode: "auto", threads: 1 }, input()],
    use: async (predict: ReturnType<typeof ml.compileInference>, [, , xs]: readonly unknown[]) => {
      try {
        return (await predict(xs as tf.Tensor)).outputs.map(({ data }) => data);
      } finally {
        await predict.dispose();
      }
    },
    runs: 60,
    float32: true,
  },
];
