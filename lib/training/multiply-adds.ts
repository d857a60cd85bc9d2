// How many multiply-adds a layer takes for one sample: what a summary shows beside the parameters, since a convolution has
// few weights and uses each of them often.
import { isContainer, type Layer, layerCalls, type Shape } from "./layer-calls.js";

/**
 * Multiply-adds of one sample, forward: those of matrix products and convolutions (padding counted as data), and one an element for
 * normalisations (scale and shift). Biases, activations, pooling, sums and look-ups count as 0:
 * the "mult-adds" of the papers (Howard et al., "MobileNets", 2017, section 3.1).
 * @returns undefined where it depends on a size that is not known, or on a layer that is not one of tf.layers
 */
export function multiplyAdds(
  layer: Layer,
  inputShapes: readonly Shape[],
  outputShapes: readonly Shape[],
): number | undefined {
  if (isContainer(layer)) {
    return sum(
      layerCalls(layer, inputShapes).map((call) => multiplyAdds(call.layer, call.inputShapes, call.outputShapes)),
    );
  }
  const name = layer.getClassName();
  if (free.has(name)) return 0;
  const [input = [], second = []] = inputShapes;
  const [output = []] = outputShapes;
  return kinds[name]?.({ layer, input, second, output });
}

/** Undefined as soon as one is. */
export function sum(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((total, count) => (total === undefined || count === undefined ? undefined : total + count), 0);
}

interface Call {
  readonly layer: Layer;
  readonly input: Shape;
  readonly second: Shape;
  readonly output: Shape;
}

type Count = (call: Call) => number | undefined;

/** Every weight of the kernels is used once at each position of the output. */
const convolution: Count = ({ layer, output }) => {
  const kernels = kernelsOf(layer);
  const last = kernels.at(-1) ?? [];
  const depthwise = layer.getClassName() === "DepthwiseConv2D";
  const filters = depthwise ? (last[2] ?? 0) * (last[3] ?? 0) : (last.at(-1) ?? 0);
  return times(kernelWeights(kernels), positions(output, filters));
};

/** … at each position of the input. */
const transposedConvolution: Count = ({ layer, input }) => {
  const [kernel = []] = kernelsOf(layer);
  return times(kernelWeights([kernel]), positions(input, kernel.at(-1) ?? 0));
};

const dense: Count = ({ layer, input }) => {
  const [kernel = []] = kernelsOf(layer);
  return times(kernelWeights([kernel]), positions(input, kernel[0] ?? 0));
};

/** Every kernel, recurrent ones too, is used once a step; both directions have kernels of their own. */
const recurrent: Count = ({ layer, input }) => {
  const kernels = kernelsOf(layer);
  return kernels.every(({ length }) => length === 2) ? times(kernelWeights(kernels), size(input[1])) : undefined;
};

const recurrentConvolution: Count = ({ layer, input, output }) => {
  const kernels = kernelsOf(layer);
  const filters = (kernels[0]?.at(-1) ?? 0) / 4;
  return times(times(kernelWeights(kernels), size(input[1])), positions([null, ...output.slice(-3)], filters));
};

const timeDistributed: Count = ({ layer, input, output }) => {
  const inner = (layer as unknown as { layer: Layer }).layer;
  const once = (shape: Shape): Shape => [shape[0] ?? null, ...shape.slice(2)];
  return times(multiplyAdds(inner, [once(input)], [once(output)]), size(input[1]));
};

const elementwise: Count = ({ input }) => positions(input, 1);

const dot: Count = ({ layer, input, second, output }) => {
  const { axes } = layer.getConfig() as { axes: number | [number, number] };
  const axis = Array.isArray(axes) ? axes[0] : axes;
  const contracted = size(input.at(axis)) ?? size(second.at(Array.isArray(axes) ? axes[1] : axes));
  return times(positions(output, 1), contracted);
};

const kinds: Readonly<Record<string, Count>> = {
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  DepthwiseConv2D: convolution,
  SeparableConv2D: convolution,
  Conv2DTranspose: transposedConvolution,
  Conv3DTranspose: transposedConvolution,
  Dense: dense,
  SimpleRNN: recurrent,
  GRU: recurrent,
  LSTM: recurrent,
  RNN: recurrent,
  Bidirectional: recurrent,
  ConvLSTM2D: recurrentConvolution,
  TimeDistributed: timeDistributed,
  BatchNormalization: elementwise,
  LayerNormalization: elementwise,
  Dot: dot,
};

/** Layers of tf.layers without a matrix product. */
const free: ReadonlySet<string> = new Set([
  ...["InputLayer", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU", "Softmax"],
  ...["Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Masking"],
  ...["Flatten", "Reshape", "Permute", "RepeatVector", "Cropping2D", "ZeroPadding2D", "UpSampling2D", "Embedding"],
  ...["Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"],
  ...["MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D"],
  ...["GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalAveragePooling1D", "GlobalAveragePooling2D"],
  ...["Rescaling", "Resizing", "CenterCrop", "RandomWidth", "CategoryEncoding"],
]);

/** Shapes of the weights that are multiplied with data: all but vectors, which are biases. */
function kernelsOf(layer: Layer): readonly (readonly number[])[] {
  return layer.weights.map(({ shape }) => shape.map((length) => length ?? 0)).filter(({ length }) => length >= 2);
}

function kernelWeights(kernels: readonly (readonly number[])[]): number {
  return kernels.reduce((total, kernel) => total + kernel.reduce((product, length) => product * length, 1), 0);
}

/** How many places a tensor of one sample has when each holds `channels` numbers, whichever axis those are. */
function positions(shape: Shape, channels: number): number | undefined {
  const elements = shape.slice(1).reduce<number | undefined>((product, length) => times(product, size(length)), 1);
  return elements === undefined ? undefined : elements / channels;
}

function times(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a * b;
}

function size(length: number | null | undefined): number | undefined {
  return length ?? undefined;
}
