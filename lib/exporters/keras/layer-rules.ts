// Which layers TensorFlow.js and Keras 3 share, and which of their settings: the names are those of both JSON forms. What is not here
// can't go from one to the other. Sources: keras.io/api/layers and the layers of @tensorflow/tfjs-layers. Used by to-keras.ts and from-keras.ts.
import type { Settings } from "./json.js";

export interface LayerRule {
  /** Settings that both have. */
  readonly shared: readonly string[];
  /** Settings of both that Keras calls otherwise: its name by TensorFlow.js's. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** What only Keras can set, with the value that TensorFlow.js computes by. */
  readonly fixed?: Settings;
  /** What only Keras or only TensorFlow.js has, and no prediction depends on. */
  readonly ignored?: readonly string[];
  /** Shared settings of which not every value means the same. */
  readonly choices?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
}

/** Of a layer's weights: how they begin, and what holds them. */
const weighted = (...weights: string[]) =>
  weights.flatMap((weight) => [`${weight}_initializer`, `${weight}_regularizer`, `${weight}_constraint`]);

const channelsLast = { data_format: "channels_last" };
const activated = ["activation", "use_bias", "bias_initializer", "bias_regularizer", "bias_constraint"];
const placed = ["kernel_size", "strides", "padding", "data_format", "activity_regularizer", ...activated];
const convolution = ["filters", "dilation_rate", ...placed, ...weighted("kernel")];
const deconvolution = ["filters", ...placed, ...weighted("kernel")];
const pooling = ["pool_size", "padding", "strides", "data_format"];

const recurrent: LayerRule = {
  shared: [
    ...["return_sequences", "return_state", "go_backwards", "stateful", "unroll", "dropout", "recurrent_dropout"],
    ...["units", "activation", "recurrent_activation", "use_bias", "activity_regularizer"],
    ...weighted("kernel", "recurrent", "bias"),
  ],
  fixed: { zero_output_for_mask: false },
  ignored: ["implementation", "seed"],
  choices: { stateful: [false] },
};

const noise = (...shared: string[]): LayerRule => ({ shared, ignored: ["seed", "noise_shape"] });
const merge: LayerRule = { shared: [] };

export const layerRules: Readonly<Record<string, LayerRule>> = {
  Dense: { shared: ["units", "activity_regularizer", ...activated, ...weighted("kernel")] },
  // TensorFlow.js doesn't compute causal padding yet.
  Conv1D: { shared: convolution, fixed: { ...channelsLast, groups: 1 }, choices: { padding: ["valid", "same"] } },
  Conv2D: { shared: convolution, fixed: { groups: 1 } },
  Conv3D: { shared: convolution, fixed: { groups: 1 } },
  Conv2DTranspose: { shared: deconvolution, fixed: { dilation_rate: [1, 1], output_padding: null } },
  Conv3DTranspose: { shared: deconvolution, fixed: { dilation_rate: [1, 1, 1], output_padding: null } },
  DepthwiseConv2D: { shared: ["depth_multiplier", "dilation_rate", ...placed, ...weighted("depthwise")] },
  SeparableConv2D: {
    shared: ["filters", "depth_multiplier", "dilation_rate", ...placed, ...weighted("depthwise", "pointwise")],
  },
  Embedding: {
    shared: ["input_dim", "output_dim", "mask_zero", "activity_regularizer", ...weighted("embeddings")],
    ignored: ["input_length"],
  },
  SimpleRNN: { ...recurrent, shared: recurrent.shared.filter((name) => name !== "recurrent_activation") },
  LSTM: { ...recurrent, shared: [...recurrent.shared, "unit_forget_bias"] },
  GRU: { ...recurrent, fixed: { ...recurrent.fixed, reset_after: false } },
  Bidirectional: { shared: ["merge_mode", "layer"], ignored: ["backward_layer"] },
  TimeDistributed: { shared: ["layer"] },
  BatchNormalization: {
    shared: [
      ...["axis", "momentum", "epsilon", "center", "scale", ...weighted("beta", "gamma")],
      ...["moving_mean_initializer", "moving_variance_initializer"],
    ],
    fixed: { synchronized: false, renorm: false },
    ignored: ["renorm_clipping", "renorm_momentum"],
  },
  LayerNormalization: {
    shared: ["axis", "epsilon", "center", "scale", ...weighted("beta", "gamma")],
    fixed: { rms_scaling: false },
  },
  MaxPooling1D: { shared: pooling, fixed: channelsLast },
  MaxPooling2D: { shared: pooling },
  MaxPooling3D: { shared: pooling },
  AveragePooling1D: { shared: pooling, fixed: channelsLast },
  AveragePooling2D: { shared: pooling },
  AveragePooling3D: { shared: pooling },
  GlobalMaxPooling1D: { shared: [], fixed: { ...channelsLast, keepdims: false } },
  GlobalMaxPooling2D: { shared: ["data_format"], fixed: { keepdims: false } },
  GlobalAveragePooling1D: { shared: [], fixed: { ...channelsLast, keepdims: false } },
  GlobalAveragePooling2D: { shared: ["data_format"], fixed: { keepdims: false } },
  ZeroPadding2D: { shared: ["padding", "data_format"] },
  Cropping2D: { shared: ["cropping", "data_format"] },
  // Bilinear, TensorFlow.js takes corners of pixels and Keras their middles.
  UpSampling2D: { shared: ["size", "data_format", "interpolation"], choices: { interpolation: ["nearest"] } },
  Flatten: { shared: ["data_format"] },
  Reshape: { shared: ["target_shape"] },
  Permute: { shared: ["dims"] },
  RepeatVector: { shared: ["n"] },
  Masking: { shared: ["mask_value"] },
  Rescaling: { shared: ["scale", "offset"] },
  Activation: { shared: ["activation"] },
  ReLU: { shared: ["max_value"], fixed: { negative_slope: 0, threshold: 0 } },
  LeakyReLU: { shared: [], renamed: { alpha: "negative_slope" } },
  PReLU: { shared: [...weighted("alpha"), "shared_axes"] },
  ELU: { shared: ["alpha"], choices: { alpha: [1] } },
  Softmax: { shared: ["axis"] },
  Dropout: { shared: ["rate", "noise_shape", "seed"] },
  SpatialDropout1D: noise("rate"),
  GaussianNoise: noise("stddev"),
  GaussianDropout: noise("rate"),
  AlphaDropout: noise("rate"),
  Add: merge,
  Average: merge,
  Maximum: merge,
  Minimum: merge,
  Multiply: merge,
  Concatenate: { shared: ["axis"] },
  Dot: { shared: ["axes", "normalize"] },
};
