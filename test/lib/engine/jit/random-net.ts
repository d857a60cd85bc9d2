// Nets that nobody chose: random layers, sizes and weights, trained for a few steps. Used by the tests that compare compiled steps with
// eager ones, on the WebAssembly backend and on TensorFlow's.
import * as tf from "@tensorflow/tfjs";
import { compile, type StepMode } from "../../../../lib/engine/jit/compile.js";
import { lehmer, randomIntegers, randomTensor } from "./against-eager.js";
import { momentumSgd } from "./momentum.js";

const l = tf.layers;

/** A net of up to four blocks over images, then dense layers; the same seed gives the same net with the same weights. */
export function randomNet(seed: number): tf.LayersModel {
  const random = lehmer(seed * 31 + 7);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0];
  const input = tf.input({ shape: [6 + below(5), 6 + below(5), 1 + below(3)] });
  let x = input as tf.SymbolicTensor;
  const smallest = (): number => Math.min(Number(x.shape[1]), Number(x.shape[2]));
  const activation = (): tf.layers.Layer => {
    const name = pick(["relu", "tanh", "elu", "sigmoid", "softplus", "selu"] as const);
    return l.activation({ activation: name });
  };
  const apply = (layer: tf.layers.Layer): void => {
    x = layer.apply(x) as tf.SymbolicTensor;
  };
  for (let block = 1 + below(3); block > 0; block--) {
    const kernelSize = 1 + below(Math.min(3, smallest()));
    const strides = 1 + below(3);
    const padding = pick(["same", "valid"] as const);
    const before = x;
    apply(
      pick<() => tf.layers.Layer>([
        () => l.conv2d({ filters: 1 + below(5), kernelSize, strides, padding, useBias: random() < 0.5 }),
        () => l.conv2d({ filters: 1 + below(5), kernelSize, padding }),
        () => l.depthwiseConv2d({ kernelSize, strides, padding, depthMultiplier: 1 + below(2) }),
        () => l.separableConv2d({ filters: 1 + below(4), kernelSize, padding }),
      ])(),
    );
    if (random() < 0.4) apply(l.batchNormalization({}));
    if (random() < 0.9) apply(activation());
    if (before.shape.join() === x.shape.join() && random() < 0.5) x = l.add().apply([before, x]) as tf.SymbolicTensor;
    if (smallest() >= 3 && random() < 0.7) {
      const pool = { poolSize: 2 + below(2), strides: 1 + below(3), padding: pick(["same", "valid"] as const) };
      apply(random() < 0.7 ? l.maxPooling2d(pool) : l.averagePooling2d(pool));
    }
  }
  apply(
    pick<() => tf.layers.Layer>([
      () => l.flatten(),
      () => l.globalAveragePooling2d({}),
      () => l.globalMaxPooling2d({}),
    ])(),
  );
  if (random() < 0.3) apply(l.dropout({ rate: 0.3 }));
  if (random() < 0.5) apply(l.dense({ units: 3 + below(5) }));
  if (random() < 0.3) apply(l.layerNormalization());
  apply(l.dense({ units: 3 }));
  const model = tf.model({ inputs: input, outputs: x });
  model.setWeights(
    model.getWeights().map((weight, i) => {
      const scale = Math.sqrt(2 / Math.max(1, weight.size / (weight.shape.at(-1) ?? 1)));
      const values = Float32Array.from({ length: weight.size }, () => (random() * 2 - 1) * scale);
      // Moving variances are positive; all others may be anything.
      return tf.tensor(model.weights[i]?.name.includes("variance") ? values.map(Math.abs) : values, weight.shape);
    }),
  );
  return model;
}

/** The losses of 20 steps, on the backend of the moment. */
export async function trainRandomNet(seed: number, mode: StepMode): Promise<number[]> {
  const model = randomNet(seed);
  const [, ...shape] = model.inputs[0]?.shape ?? [];
  const step = compile(
    (x, y) =>
      tf.losses.softmaxCrossEntropy(
        tf.oneHot(y as tf.Tensor1D, 3),
        model.apply(x ?? [], { training: true }) as tf.Tensor,
      ),
    { optimizer: momentumSgd(0.02), mode, threads: 1, seed },
  );
  const found: number[] = [];
  for (let i = 0; i < 20; i++) {
    const [x, y] = [randomTensor([4, ...shape.map(Number)], i + seed, 1), randomIntegers([4], 3, i + seed)];
    found.push((await step(x, y)).loss);
    tf.dispose([x, y]);
  }
  await step.dispose();
  model.dispose();
  return found;
}
