// Gradients of dilated convolutions, which TensorFlow.js 4.22 refuses for every backend. The wasm kernels compute them
// as they are; elsewhere a dilated filter is one with zeros between its taps. Called by backend.ts.
import * as tf from "@tensorflow/tfjs";

/** The convolutions whose gradients are replaced, with the kernels that compute them and the filter's spatial axes. */
const CONVOLUTIONS = [
  { name: tf.Conv2D, input: tf.Conv2DBackpropInput, filter: tf.Conv2DBackpropFilter, axes: 2 },
  {
    name: tf.DepthwiseConv2dNative,
    input: tf.DepthwiseConv2dNativeBackpropInput,
    filter: tf.DepthwiseConv2dNativeBackpropFilter,
    axes: 2,
  },
  { name: tf.Conv3D, input: tf.Conv3DBackpropInputV2, filter: tf.Conv3DBackpropFilterV2, axes: 3 },
] as const;

type Convolution = (typeof CONVOLUTIONS)[number];

let registered = false;

/** Lets `tf.conv2d`, `tf.depthwiseConv2d`, `tf.conv3d`, their fused forms and the layers over them train when dilated. */
export function registerDilatedGradients(): void {
  if (registered) return;
  registered = true;
  for (const convolution of CONVOLUTIONS) {
    const own = tf.getGradient(convolution.name);
    tf.unregisterGradient(convolution.name);
    tf.registerGradient({
      ...own,
      gradFunc: (dy, saved, attrs) => {
        const dilations = spatial(attrs.dilations, convolution.axes);
        if (dilations.every((d) => d === 1) || Array.isArray(dy)) return own.gradFunc(dy, saved, attrs);
        const [x, filter] = saved;
        if (x === undefined || filter === undefined) throw new Error(`${convolution.name} saved no inputs`);
        return dilatedGradients(convolution, dy, x, filter, attrs, dilations);
      },
    });
  }
  unfuseWhenDilated();
}

function dilatedGradients(
  convolution: Convolution,
  dy: tf.Tensor,
  x: tf.Tensor,
  filter: tf.Tensor,
  attrs: tf.NamedAttrMap,
  dilations: readonly number[],
): { x: () => tf.Tensor; filter: () => tf.Tensor } {
  const run = (name: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap) =>
    tf.engine().runKernel(name, inputs, { ...attrs, ...more }) as tf.Tensor;
  if (tf.getBackend() === "wasm" && convolution.axes === 2) {
    return {
      x: () => run(convolution.input, { dy, filter }, { inputShape: x.shape }),
      filter: () => run(convolution.filter, { x, dy }, { filterShape: filter.shape }),
    };
  }
  const sparse = dilations.reduce(insertZeros, filter);
  const undilated = { dilations: Array<number>(convolution.axes).fill(1) };
  return {
    x: () => run(convolution.input, { dy, filter: sparse }, { ...undilated, inputShape: x.shape }),
    filter: () => {
      const whole = run(convolution.filter, { x, dy }, { ...undilated, filterShape: sparse.shape });
      return dilations.reduce(removeZeros, whole);
    },
  };
}

/** Spreads the taps of one axis of a filter, so that it does what dilation would. */
export function insertZeros(filter: tf.Tensor, dilation: number, axis: number): tf.Tensor {
  if (dilation === 1) return filter;
  const [before, taps, after] = around(filter.shape, axis);
  const spread = tf.pad(filter.reshape([before * taps, 1, after]), [
    [0, 0],
    [0, dilation - 1],
    [0, 0],
  ]);
  const size = (taps - 1) * dilation + 1;
  return spread
    .reshape([before, taps * dilation, after])
    .slice([0, 0, 0], [before, size, after])
    .reshape(filter.shape.with(axis, size));
}

/** The inverse of {@link insertZeros}. */
function removeZeros(filter: tf.Tensor, dilation: number, axis: number): tf.Tensor {
  if (dilation === 1) return filter;
  const [before, size, after] = around(filter.shape, axis);
  const taps = (size - 1) / dilation + 1;
  return tf
    .pad(filter.reshape([before, size, after]), [
      [0, 0],
      [0, dilation - 1],
      [0, 0],
    ])
    .reshape([before * taps, dilation, after])
    .slice([0, 0, 0], [before * taps, 1, after])
    .reshape(filter.shape.with(axis, taps));
}

function around(shape: readonly number[], axis: number): readonly [number, number, number] {
  const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
  return [product(shape.slice(0, axis)), shape[axis] ?? 1, product(shape.slice(axis + 1))];
}

/** Dilations along the filter's spatial axes, of the forms that tfjs attributes have. */
export function spatial(value: unknown, axes: number): readonly number[] {
  if (value === null || value === undefined) return Array<number>(axes).fill(1);
  if (typeof value === "number") return Array<number>(axes).fill(value);
  return (value as number[]).slice(0, axes);
}

// The fused convolutions carry a gradient of their own that refuses dilation and is not in the registry. Layers use
// them, so while gradients are recorded a dilated one is computed from its parts.
function unfuseWhenDilated(): void {
  const fused = tf.fused as { conv2d: typeof tf.fused.conv2d; depthwiseConv2d: typeof tf.fused.depthwiseConv2d };
  const { conv2d, depthwiseConv2d } = fused;
  const mustUnfuse = (dilations: unknown) =>
    tf.engine().state.gradientDepth > 0 && spatial(dilations, 2).some((d) => d > 1);
  fused.conv2d = (options) => {
    if (!mustUnfuse(options.dilations)) return conv2d(options);
    const { x, filter, strides, pad, dataFormat = "NHWC", dilations = 1, dimRoundingMode } = options;
    return finish(tf.conv2d(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode), options);
  };
  fused.depthwiseConv2d = (options) => {
    if (!mustUnfuse(options.dilations)) return depthwiseConv2d(options);
    const { x, filter, strides, pad, dataFormat = "NHWC", dilations = 1, dimRoundingMode } = options;
    return finish(tf.depthwiseConv2d(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode), options);
  };
}

type Finish = Omit<Parameters<typeof tf.fused.conv2d>[0], "x" | "filter" | "strides" | "pad">;

function finish<T extends tf.Tensor3D | tf.Tensor4D>(convolved: T, options: Finish): T {
  const { bias, activation = "linear", preluActivationWeights, leakyreluAlpha } = options;
  const sum = bias === undefined || bias === null ? convolved : tf.add<T>(convolved, bias);
  switch (activation) {
    case "linear":
    case null:
      return sum;
    case "relu":
      return tf.relu(sum);
    case "relu6":
      return tf.relu6(sum);
    case "elu":
      return tf.elu(sum);
    case "sigmoid":
      return tf.sigmoid(sum);
    case "leakyrelu":
      return tf.leakyRelu(sum, leakyreluAlpha);
    case "prelu":
      return tf.prelu(sum, preluActivationWeights as T);
    default:
      throw new Error(`invalid activation; expected one that tfjs fuses: ${activation}`);
  }
}
