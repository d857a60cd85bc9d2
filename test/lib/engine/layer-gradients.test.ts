// Every layer that tf.layers has: the gradients of its weights and its input on the running backend, against finite
// differences. Inputs are of both signs; pooling windows that hold only negative numbers are among them.
import * as assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { assertGradients, distinct, uniform } from "./finite-differences.js";
import { CASES } from "./layer-cases.js";

const L = tf.layers;

/** The layer's weights, as constants that gradients are taken of, and its output as a function of inputs and weights. */
function differentiable(layer: tf.layers.Layer, inputs: readonly number[][]) {
  const symbols = inputs.map((shape) => tf.input({ batchShape: shape }));
  layer.apply(symbols.length === 1 ? (symbols[0] as tf.SymbolicTensor) : symbols);
  const weights = layer.trainableWeights;
  for (const [i, weight] of weights.entries()) {
    const name = weight.originalName;
    // Scales and slopes stay as they were made; kernels and biases become numbers that no symmetry hides.
    if (!/gamma|alpha/.test(name)) weight.write(distinct(weight.shape as number[], 50 + i, 0.5));
  }
  const forward = (...tensors: tf.Tensor[]): tf.Tensor => {
    const xs = tensors.slice(0, inputs.length);
    const values = weights.map((weight) => (weight as unknown as { val: tf.Tensor }).val);
    for (const [i, weight] of weights.entries()) {
      (weight as unknown as { val: tf.Tensor }).val = tensors[inputs.length + i] as tf.Tensor;
    }
    try {
      const y = layer.apply(
        xs.length === 1 ? (xs[0] as tf.Tensor) : xs,
        layer.getClassName() === "BatchNormalization" ? { training: true } : {},
      );
      return (Array.isArray(y) ? y[0] : y) as tf.Tensor;
    } finally {
      for (const [i, weight] of weights.entries())
        (weight as unknown as { val: tf.Tensor }).val = values[i] as tf.Tensor;
    }
  };
  return { forward, weights: weights.map((weight) => weight.read().clone()) };
}

describe("gradients of layers", () => {
  before(() => ready());
  for (const { name, layer, inputs, shift = 0, scale = 1, step = 1e-2 } of CASES) {
    it(name, () => {
      // TensorFlow's CPU kernel for conv3d knows no dilation.
      if (name === "conv3d dilated" && tf.getBackend() === "tensorflow") return;
      tf.tidy(() => {
        const built = layer();
        const { forward, weights } = differentiable(built, inputs);
        const xs = inputs.map((shape, i) => tf.add(distinct(shape, 11 + i, scale * 0.93 ** i), shift));
        assertGradients(forward, [...xs, ...weights], { step });
      });
    });
  }

  const noisy: Readonly<Record<string, () => tf.layers.Layer>> = {
    dropout: () => L.dropout({ rate: 0.4 }),
    "dropout of whole rows": () => L.dropout({ rate: 0.4, noiseShape: [2, 1, 3] }),
    spatialDropout1d: () => L.spatialDropout1d({ rate: 0.4 }),
    alphaDropout: () => L.alphaDropout({ rate: 0.4 }),
    gaussianDropout: () => L.gaussianDropout({ rate: 0.4 }),
    gaussianNoise: () => L.gaussianNoise({ stddev: 0.5 }),
  };
  for (const [name, make] of Object.entries(noisy))
    it(`${name} in training, with one draw`, () => {
      const layer = make();
      const random = Math.random;
      /** The same seeds in each call, so that all see the same draw. */
      const forward = (x: tf.Tensor | undefined): tf.Tensor => {
        Math.random = uniform(8);
        try {
          return layer.apply(x ?? [], { training: true }) as tf.Tensor;
        } finally {
          Math.random = random;
        }
      };
      tf.tidy(() => {
        const x = distinct([2, 9, 3], 12);
        const [once, again, still] = [forward(x), forward(x), layer.apply(x, { training: false }) as tf.Tensor];
        assert.deepEqual(again.dataSync(), once.dataSync());
        assert.notDeepEqual(once.dataSync(), still.dataSync());
        assertGradients(forward, [x]);
      });
    });

  it("embedding", () => {
    tf.tidy(() => {
      const layer = L.embedding({ inputDim: 6, outputDim: 3 });
      const { forward, weights } = differentiable(layer, [[2, 4]]);
      const indices = tf.tensor2d(
        [
          [1, 3, 3, 5],
          [0, 1, 1, 1],
        ],
        [2, 4],
      );
      assertGradients((w) => forward(indices, w as tf.Tensor), weights);
    });
  });

  it("has a case for every layer that is differentiable", () => {
    const covered = new Set(CASES.map(({ name }) => name.split(/[ ,]/)[0]?.toLowerCase()));
    // Base classes, cells, merges' aliases and inputs are no layers of their own; encodings and random sizes have no
    // gradient; centerCrop (image.cropAndResize) prepares inputs, and TensorFlow.js defines no gradient for it.
    const others =
      /^(input|inputLayer|layer|RNN|RNNCell|centerCrop|.*Cell|stackedRNNCells|categoryEncoding|randomWidth|embedding|rnn|max.*Pool.*|avg.*|average|.*Pool[123]d|dot)$/i;
    const missing = Object.keys(L).filter((name) => !covered.has(name.toLowerCase()) && !others.test(name));
    assert.deepEqual(missing, []);
  });
});
