// Models that between them have every layer that Keras shares, all weights set to noise. Used by keras.test.ts and write-keras.ts.
import * as tf from "@tensorflow/tfjs";
import { SplitMix32 } from "../../../lib/engine/random.js";

const l = tf.layers;
type Layer = tf.layers.Layer;

const chain = (...layers: Layer[]) => tf.sequential({ layers });
const image = { inputShape: [8, 6, 3] };
const series = { inputShape: [9, 4] };
const volume = { inputShape: [4, 5, 4, 2] };

/** By what is special about it. */
export const kerasModels: Readonly<Record<string, () => tf.LayersModel>> = {
  dense: () =>
    chain(
      l.dense({ units: 5, inputShape: [4], activation: "relu", kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }) }),
      l.dropout({ rate: 0.3 }),
      l.dense({ units: 4, useBias: false, kernelConstraint: tf.constraints.maxNorm({ maxValue: 2 }) }),
      l.batchNormalization({ momentum: 0.9 }),
      l.layerNormalization({ epsilon: 1e-4 }),
      l.dense({ units: 3, activation: "softmax", biasInitializer: tf.initializers.constant({ value: 0.5 }) }),
    ),
  convolutions: () =>
    chain(
      l.conv2d({ filters: 4, kernelSize: [3, 2], padding: "same", strides: [2, 1], activation: "elu", ...image }),
      l.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, activation: "tanh" }),
      l.batchNormalization({ scale: false }),
      l.separableConv2d({ filters: 5, kernelSize: 2, padding: "same" }),
      l.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
      l.maxPooling2d({ poolSize: 2, padding: "same" }),
      l.zeroPadding2d({
        padding: [
          [1, 0],
          [2, 1],
        ],
      }),
      l.cropping2D({
        cropping: [
          [0, 1],
          [1, 0],
        ],
      }),
      l.upSampling2d({ size: [2, 1] }),
      l.averagePooling2d({ poolSize: [2, 3], strides: 1 }),
      l.globalAveragePooling2d({}),
      l.reshape({ targetShape: [3, 1] }),
      l.flatten(),
    ),
  series: () =>
    chain(
      l.conv1d({ filters: 6, kernelSize: 3, padding: "same", dilationRate: 2, activation: "swish", ...series }),
      l.spatialDropout1d({ rate: 0.2 }),
      l.maxPooling1d({ poolSize: 2, padding: "same" }),
      l.averagePooling1d({ poolSize: 2, strides: 1 }),
      l.permute({ dims: [2, 1] }),
      l.prelu({ sharedAxes: [1] }),
      l.globalMaxPooling1d(),
      l.repeatVector({ n: 3 }),
      l.gaussianNoise({ stddev: 0.1 }),
      l.gaussianDropout({ rate: 0.1 }),
      l.alphaDropout({ rate: 0.1 }),
      l.globalAveragePooling1d({}),
    ),
  volumes: () =>
    chain(
      l.conv3d({ filters: 3, kernelSize: 2, padding: "same", ...volume }),
      l.maxPooling3d({ poolSize: 2, strides: 1 }),
      l.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
      l.averagePooling3d({ poolSize: 2 }),
      l.flatten(),
      l.dense({ units: 2, activation: "sigmoid" }),
    ),
  pooled: () => chain(l.rescaling({ scale: 2, offset: -0.5, ...image }), l.globalMaxPooling2d({})),
  activations: () =>
    chain(
      l.dense({ units: 6, inputShape: [5], activation: "gelu" }),
      ...(["elu", "selu", "relu6", "softplus", "softsign", "mish", "swish", "gelu", "linear"] as const).flatMap(
        (activation) => [l.dense({ units: 6 }), l.activation({ activation })],
      ),
      l.leakyReLU({ alpha: 0.2 }),
      l.dense({ units: 6 }),
      l.elu(),
      l.dense({ units: 6 }),
      l.reLU({ maxValue: 1.5 }),
      l.dense({ units: 6 }),
      l.softmax({ axis: -1 }),
    ),
  recurrent: () =>
    chain(
      l.lstm({ units: 4, returnSequences: true, recurrentActivation: "sigmoid", dropout: 0.2, ...series }),
      l.gru({ units: 5, returnSequences: true, recurrentActivation: "sigmoid", recurrentDropout: 0.1 }),
      l.bidirectional({
        layer: l.lstm({ units: 3, returnSequences: true, recurrentActivation: "sigmoid" }) as tf.RNN,
        mergeMode: "concat",
      }),
      l.timeDistributed({ layer: l.dense({ units: 4, activation: "tanh" }) }),
      l.simpleRNN({ units: 4, goBackwards: true }),
    ),
  bidirectional: () =>
    chain(
      l.bidirectional({ layer: l.simpleRNN({ units: 3 }) as tf.RNN, mergeMode: "sum", ...series }),
      l.dense({ units: 2 }),
    ),
  words: () =>
    chain(
      l.embedding({ inputDim: 7, outputDim: 4, inputLength: 6 }),
      l.lstm({ units: 3, recurrentActivation: "sigmoid" }),
      l.dense({ units: 2 }),
    ),
  maskedWords: () =>
    chain(
      l.embedding({ inputDim: 7, outputDim: 4, maskZero: true, inputLength: 6 }),
      l.lstm({ units: 3, recurrentActivation: "sigmoid" }),
      l.dense({ units: 2 }),
    ),
  maskedBoth: () =>
    chain(
      l.masking({ maskValue: 0, inputShape: [4, 1] }),
      l.bidirectional({
        layer: l.lstm({ units: 3, recurrentActivation: "sigmoid" }) as tf.RNN,
        mergeMode: "concat",
      }),
      l.dense({ units: 2 }),
    ),
  maskedSequence: () =>
    chain(
      l.masking({ maskValue: 0, inputShape: [4, 1] }),
      l.gru({ units: 3, returnSequences: true, recurrentActivation: "sigmoid" }),
      l.dense({ units: 2 }),
    ),
  branches: () => {
    const input = tf.input({ shape: [4] });
    const other = tf.input({ shape: [4] });
    // Layers of one class and one shape, so that weights in a wrong order still fit.
    const [a, b, c, d, e] = Array.from({ length: 5 }, () => l.dense({ units: 4, activation: "tanh" }));
    const shared = l.dense({ units: 4, activation: "sigmoid" });
    const apply = (layer: Layer | undefined, ...tensors: tf.SymbolicTensor[]) =>
      layer?.apply(tensors.length === 1 ? (tensors[0] as tf.SymbolicTensor) : tensors) as tf.SymbolicTensor;
    const left = apply(b, apply(a, input));
    const right = apply(shared, apply(c, other));
    const long = apply(e, apply(d, apply(shared, left)));
    const joined = apply(l.concatenate(), apply(l.add(), left, right), apply(l.multiply(), long, input));
    const most = apply(l.maximum(), left, right);
    const least = apply(l.minimum(), long, apply(l.average(), left, other));
    return tf.model({ inputs: [input, other], outputs: [joined, apply(l.dot({ axes: 1 }), most, least)] });
  },
  nested: () => {
    const inner = chain(l.dense({ units: 4, inputShape: [4] }), l.dense({ units: 4, activation: "tanh" }));
    const start = tf.input({ shape: [4] });
    const functional = tf.model({ inputs: start, outputs: l.dense({ units: 4 }).apply(start) as tf.SymbolicTensor });
    const input = tf.input({ shape: [4] });
    const first = inner.apply(input) as tf.SymbolicTensor;
    const second = functional.apply(inner.apply(first) as tf.SymbolicTensor) as tf.SymbolicTensor;
    const sum = l.add().apply([functional.apply(first) as tf.SymbolicTensor, second]) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: [sum, second, inner.apply(sum) as tf.SymbolicTensor] });
  },
  stack: () => chain(chain(l.dense({ units: 3, inputShape: [4] })), chain(l.dense({ units: 3, inputShape: [3] }))),
};

/** Noise for every weight; what has to be positive is. */
export function withNoise(model: tf.LayersModel, seed = 7): tf.LayersModel {
  const random = new SplitMix32(seed);
  tf.tidy(() => {
    for (const weight of model.weights) {
      const isVariance = weight.originalName.endsWith("moving_variance");
      const size = weight.shape.reduce<number>((product, length) => product * Number(length), 1);
      const values = Float32Array.from({ length: size }, () =>
        isVariance ? 0.5 + random.unit() : random.unit() - 0.5,
      );
      weight.write(tf.tensor(values, weight.shape.map(Number)));
    }
  });
  return model;
}

/** A batch for each input of a model: numbers in [−1, 1), or indices. */
export function inputsOf(model: tf.LayersModel, count: number, seed = 11): tf.Tensor[] {
  const random = new SplitMix32(seed);
  const isIndex = model.layers.some((layer) => ["Embedding", "Masking"].includes(layer.getClassName()));
  return model.inputs.map(({ shape }) => {
    const lengths = [count, ...shape.slice(1).map(Number)];
    const size = lengths.reduce((product, length) => product * length, 1);
    const values = Float32Array.from({ length: size }, () => (isIndex ? random.below(7) : 2 * random.unit() - 1));
    return tf.tensor(values, lengths);
  });
}
