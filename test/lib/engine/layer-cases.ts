// Every layer that tf.layers has, in the ways that matter, with inputs for it: for gradients against finite differences and for compiled
// steps against eager ones.
import * as tf from "@tensorflow/tfjs";

export interface LayerCase {
  readonly name: string;
  readonly layer: () => tf.layers.Layer;
  /** Shapes of the inputs, batch first. */
  readonly inputs: readonly number[][];
  /** How far from zero the inputs lie; −3 makes all of them negative. */
  readonly shift?: number;
  readonly scale?: number;
  readonly step?: number;
}

const L = tf.layers;
const IMAGE = [2, 7, 5, 3];
const SERIES = [2, 9, 3];
const VOLUME = [1, 5, 4, 6, 2];
const one = (
  name: string,
  inputs: number[],
  layer: () => tf.layers.Layer,
  more: Partial<LayerCase> = {},
): LayerCase => ({
  name,
  layer,
  inputs: [inputs],
  ...more,
});

const activations = [
  "elu",
  "hardSigmoid",
  "linear",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
  "softmax",
  "softplus",
  "softsign",
  "tanh",
  "swish",
  "mish",
  "gelu",
  "gelu_new",
] as const;

export const CASES: readonly LayerCase[] = [
  ...activations.map((activation) =>
    one(`activation ${activation}`, [3, 8], () => L.activation({ activation: activation as "elu" }), {
      scale: 4,
      step: 5e-3,
    }),
  ),
  one("dense", [3, 7], () => L.dense({ units: 5, activation: "tanh" })),
  one("dense on rank 3", [2, 4, 7], () => L.dense({ units: 5 })),
  one("elu", [3, 7], () => L.elu(), { step: 5e-3 }),
  one("leakyReLU", [3, 8], () => L.leakyReLU({ alpha: 0.2 })),
  one("prelu", [3, 8], () => L.prelu({ alphaInitializer: tf.initializers.constant({ value: 0.3 }) })),
  one("reLU", [3, 8], () => L.reLU({ maxValue: 0.77 })),
  one("softmax", [3, 7], () => L.softmax({ axis: -1 })),
  one("thresholdedReLU", [3, 8], () => L.thresholdedReLU({ theta: 0.51 })),
  one("batchNormalization", IMAGE, () => L.batchNormalization(), { scale: 2 }),
  one("batchNormalization of rows", [8, 3], () => L.batchNormalization(), { scale: 2 }),
  one("layerNormalization", [3, 8], () => L.layerNormalization(), { scale: 2 }),
  one("flatten", IMAGE, () => L.flatten()),
  one("permute", IMAGE, () => L.permute({ dims: [3, 1, 2] })),
  one("repeatVector", [2, 4], () => L.repeatVector({ n: 3 })),
  one("reshape", IMAGE, () => L.reshape({ targetShape: [5, 21] })),
  one("masking", SERIES, () => L.masking({ maskValue: 0 })),
  one("rescaling", IMAGE, () =>
    (L as unknown as { rescaling(o: object): tf.layers.Layer }).rescaling({ scale: 0.5, offset: 0.1 }),
  ),
  one("resizing bilinear", IMAGE, () =>
    (L as unknown as { resizing(o: object): tf.layers.Layer }).resizing({ height: 9, width: 4 }),
  ),
  one("resizing nearest", IMAGE, () =>
    (L as unknown as { resizing(o: object): tf.layers.Layer }).resizing({
      height: 10,
      width: 3,
      interpolation: "nearest",
    }),
  ),
  one("dropout", [3, 7], () => L.dropout({ rate: 0.5 })),
  one("spatialDropout1d", SERIES, () => L.spatialDropout1d({ rate: 0.5 })),
  one("alphaDropout", [3, 7], () => L.alphaDropout({ rate: 0.5 })),
  one("gaussianDropout", [3, 7], () => L.gaussianDropout({ rate: 0.5 })),
  one("gaussianNoise", [3, 7], () => L.gaussianNoise({ stddev: 0.5 })),
  one("conv1d", SERIES, () => L.conv1d({ filters: 4, kernelSize: 3, activation: "relu" })),
  one("conv1d same stride 2", SERIES, () => L.conv1d({ filters: 4, kernelSize: 4, strides: 2, padding: "same" })),
  one("conv1d dilated", SERIES, () => L.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2 })),
  one("conv2d", IMAGE, () => L.conv2d({ filters: 4, kernelSize: 3, activation: "sigmoid" })),
  one(
    "conv2d relu",
    IMAGE,
    () => L.conv2d({ filters: 4, kernelSize: 3, activation: "relu", strides: 2, padding: "same" }),
    { step: 2e-3 },
  ),
  one("conv2d dilated", IMAGE, () => L.conv2d({ filters: 4, kernelSize: 2, dilationRate: [2, 3], padding: "same" })),
  one("conv2d dilated tanh", IMAGE, () => L.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2, activation: "tanh" })),
  one("conv2d without bias", IMAGE, () => L.conv2d({ filters: 4, kernelSize: 1, useBias: false })),
  one("conv2d channels first", [2, 3, 7, 5], () =>
    L.conv2d({ filters: 4, kernelSize: 3, dataFormat: "channelsFirst" }),
  ),
  one("conv2dTranspose", IMAGE, () => L.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 })),
  one("conv2dTranspose same", IMAGE, () =>
    L.conv2dTranspose({ filters: 4, kernelSize: 4, strides: 3, padding: "same" }),
  ),
  one("conv3d", VOLUME, () => L.conv3d({ filters: 3, kernelSize: 3 })),
  one("conv3d same stride 2", VOLUME, () => L.conv3d({ filters: 3, kernelSize: 2, strides: 2, padding: "same" })),
  one("conv3d dilated", VOLUME, () => L.conv3d({ filters: 3, kernelSize: 2, dilationRate: 2 })),
  one("conv3dTranspose", [1, 3, 2, 3, 2], () => L.conv3dTranspose({ filters: 3, kernelSize: 2, strides: 2 })),
  one("depthwiseConv2d", IMAGE, () => L.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same" })),
  one("depthwiseConv2d dilated", IMAGE, () => L.depthwiseConv2d({ kernelSize: 2, dilationRate: 2 })),
  one("separableConv2d", IMAGE, () => L.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2 })),
  one("separableConv2d stride 2", IMAGE, () =>
    L.separableConv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same" }),
  ),
  one("separableConv2d dilated", IMAGE, () => L.separableConv2d({ filters: 4, kernelSize: 2, dilationRate: 2 })),
  one("cropping2D", IMAGE, () =>
    L.cropping2D({
      cropping: [
        [1, 2],
        [0, 1],
      ],
    }),
  ),
  one("zeroPadding2d", IMAGE, () =>
    L.zeroPadding2d({
      padding: [
        [1, 2],
        [0, 1],
      ],
    }),
  ),
  one("upSampling2d", IMAGE, () => L.upSampling2d({ size: [2, 3] })),
  one("upSampling2d bilinear", IMAGE, () => L.upSampling2d({ size: [2, 3], interpolation: "bilinear" })),
  ...[0, -3].flatMap((shift) => [
    one(`maxPooling1d, inputs about ${shift}`, SERIES, () => L.maxPooling1d({ poolSize: 2, strides: 2 }), {
      shift,
      step: 2e-3,
    }),
    one(`maxPooling2d, inputs about ${shift}`, IMAGE, () => L.maxPooling2d({ poolSize: 2 }), { shift, step: 2e-3 }),
    one(
      `maxPooling2d overlapping, inputs about ${shift}`,
      IMAGE,
      () => L.maxPooling2d({ poolSize: 3, strides: [1, 2], padding: "same" }),
      { shift, step: 2e-3 },
    ),
    one(`maxPooling3d, inputs about ${shift}`, VOLUME, () => L.maxPooling3d({ poolSize: 2, strides: 2 }), {
      shift,
      step: 2e-3,
    }),
    one(`globalMaxPooling1d, inputs about ${shift}`, SERIES, () => L.globalMaxPooling1d({}), { shift, step: 2e-3 }),
    one(`globalMaxPooling2d, inputs about ${shift}`, IMAGE, () => L.globalMaxPooling2d({}), { shift, step: 2e-3 }),
  ]),
  one("averagePooling1d", SERIES, () => L.averagePooling1d({ poolSize: 2, strides: 2 })),
  one("averagePooling2d", IMAGE, () => L.averagePooling2d({ poolSize: 2 })),
  one("averagePooling2d overlapping", IMAGE, () => L.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" })),
  one("averagePooling3d", VOLUME, () => L.averagePooling3d({ poolSize: 2, strides: 2, padding: "same" })),
  one("globalAveragePooling1d", SERIES, () => L.globalAveragePooling1d({})),
  one("globalAveragePooling2d", IMAGE, () => L.globalAveragePooling2d({})),
  {
    name: "add",
    inputs: [
      [2, 5],
      [2, 5],
    ],
    layer: () => L.add(),
  },
  {
    name: "average",
    inputs: [
      [2, 5],
      [2, 5],
    ],
    layer: () => L.average(),
  },
  {
    name: "concatenate",
    inputs: [
      [2, 5],
      [2, 3],
    ],
    layer: () => L.concatenate(),
  },
  {
    name: "maximum",
    inputs: [
      [2, 5],
      [2, 5],
    ],
    layer: () => L.maximum(),
    step: 1e-3,
  },
  {
    name: "minimum",
    inputs: [
      [2, 5],
      [2, 5],
    ],
    layer: () => L.minimum(),
    step: 1e-3,
  },
  {
    name: "multiply",
    inputs: [
      [2, 5],
      [2, 5],
    ],
    layer: () => L.multiply(),
  },
  {
    name: "dot",
    inputs: [
      [2, 5],
      [2, 5],
    ],
    layer: () => L.dot({ axes: -1 }),
  },
  {
    name: "dot of matrices",
    inputs: [
      [2, 4, 5],
      [2, 3, 5],
    ],
    layer: () => L.dot({ axes: [2, 2], normalize: true }),
  },
  one("simpleRNN", SERIES, () => L.simpleRNN({ units: 4 })),
  one("gru", SERIES, () => L.gru({ units: 4, returnSequences: true, recurrentActivation: "sigmoid" })),
  one("lstm", SERIES, () => L.lstm({ units: 4, recurrentActivation: "sigmoid" })),
  one("stacked rnn", SERIES, () =>
    L.rnn({
      cell: L.stackedRNNCells({ cells: [L.gruCell({ units: 3 }), L.simpleRNNCell({ units: 2 })] }) as Parameters<
        typeof L.rnn
      >[0]["cell"],
    }),
  ),
  one("bidirectional", SERIES, () => L.bidirectional({ layer: L.gru({ units: 3 }) as tf.RNN, mergeMode: "concat" })),
  one("timeDistributed", SERIES, () => L.timeDistributed({ layer: L.dense({ units: 4 }) })),
  one("convLstm2d", [1, 3, 5, 4, 2], () => L.convLstm2d({ filters: 2, kernelSize: 3, recurrentActivation: "sigmoid" })),
];
