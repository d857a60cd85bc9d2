// The native backend's convolutions where TensorFlow's own cannot be called or are wrong on a CPU: explicit paddings, of
// which it knows "same" and "valid" only (the image is padded first, and its gradient cut afterwards), dilated depthwise
// filters, and filter gradients of strided 1×1 convolutions, which corrupt its memory. Called by tensorflow-backend.ts.
import * as tf from "@tensorflow/tfjs";
import { insertZeros, spatial } from "./dilated-gradients.js";
import { type KernelCall, replaceKernel, runKernel } from "./tensorflow-kernel.js";
import { cropVolumes } from "./tensorflow-volumes.js";

type Pad = "same" | "valid" | number | tf.backend_util.ExplicitPadding;

interface Attributes {
  readonly pad: Pad;
  readonly strides: number | readonly number[];
  readonly dataFormat?: string;
  readonly filterShape?: readonly number[];
}

type Call = KernelCall<Attributes>;

const DEPTHWISE = [tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D] as const;
const FORWARD = [tf.Conv2D, tf.FusedConv2D, ...DEPTHWISE] as const;
const FILTER_GRADIENTS = [tf.Conv2DBackpropFilter, tf.DepthwiseConv2dNativeBackpropFilter] as const;
const INPUT_GRADIENTS = [tf.Conv2DBackpropInput, tf.DepthwiseConv2dNativeBackpropInput] as const;

let registered = false;

/** Registers the kernels; the native backend must have been loaded. */
export function registerTensorflowKernels(): void {
  if (registered) return;
  registered = true;
  // First, since the padded gradient below calls what is registered by then.
  replaceKernel<Attributes>(tf.Conv2DBackpropFilter, pointwiseFilterGradient);
  cropVolumes();
  for (const name of DEPTHWISE) replaceKernel<Attributes>(name, dilatedDepthwise);
  for (const name of [...FORWARD, ...FILTER_GRADIENTS]) {
    replacePadded(name, (own, call, paddings) => {
      const { x, ...inputs } = call.inputs;
      const padded = runKernel(call.backend, tf.PadV2, { x: x as tf.TensorInfo }, { paddings, constantValue: 0 });
      const result = own({
        inputs: { x: padded, ...inputs },
        attrs: { ...call.attrs, pad: "valid" },
        backend: call.backend,
      });
      call.backend.disposeData(padded.dataId);
      return result;
    });
  }
  for (const name of INPUT_GRADIENTS) {
    replacePadded(name, (own, call, paddings) => {
      const size = call.attrs.inputShape as number[];
      const inputShape = size.map((n, axis) => n + (paddings[axis] ?? [0, 0]).reduce((a, b) => a + b));
      const padded = own({
        inputs: call.inputs,
        attrs: { ...call.attrs, inputShape, pad: "valid" },
        backend: call.backend,
      });
      const result = runKernel(
        call.backend,
        tf.Slice,
        { x: padded },
        { begin: paddings.map(([before]) => before), size },
      );
      call.backend.disposeData(padded.dataId);
      return result;
    });
  }
}

type Own = (call: Call) => tf.TensorInfo;
type Paddings = readonly (readonly [before: number, after: number])[];

function replacePadded(kernelName: string, padded: (own: Own, call: Call, paddings: Paddings) => tf.TensorInfo): void {
  replaceKernel<Attributes>(kernelName, (own, call) => {
    const paddings = explicitPaddings(call.attrs);
    return paddings === undefined ? own(call) : padded(own, call, paddings);
  });
}

// The channels that oneDNN computes at once, at most (AVX-512).
const CHANNEL_BLOCK = 16;

/**
 * For images of fewer channels than oneDNN computes at once, it gathers what the strides leave of them in a buffer that
 * is too small, and writes past its end (https://github.com/uxlfoundation/oneDNN/issues/6035): wrong gradients, or a
 * crash at any later time. What the strides leave is taken here instead; with stride 1 there is nothing to gather.
 */
function pointwiseFilterGradient(own: Own, call: Call): tf.TensorInfo {
  const { strides, dataFormat = "NHWC", filterShape: [height, width, channels = 0] = [] } = call.attrs;
  const [down = 1, across = 1] = typeof strides === "number" ? [strides, strides] : strides;
  const pointwise = height === 1 && width === 1;
  if (!pointwise || (down === 1 && across === 1) || channels >= CHANNEL_BLOCK || dataFormat !== "NHWC") {
    return own(call);
  }
  const { x, ...inputs } = call.inputs;
  const image = x as tf.TensorInfo;
  const noMask = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
  const slice = { begin: [0, 0, 0, 0], end: image.shape, strides: [1, down, across, 1], ...noMask };
  const kept = runKernel(call.backend, tf.StridedSlice, { x: image }, slice);
  const result = own({ inputs: { x: kept, ...inputs }, attrs: { ...call.attrs, strides: 1 }, backend: call.backend });
  call.backend.disposeData(kept.dataId);
  return result;
}

/** TensorFlow's depthwise kernel for CPUs knows no dilation: a filter with zeros between its taps does the same. */
function dilatedDepthwise(own: Own, call: Call): tf.TensorInfo {
  const dilations = spatial(call.attrs.dilations, 2);
  if (dilations.every((dilation) => dilation === 1)) return own(call);
  const { filter, ...inputs } = call.inputs;
  const sparse = tf.tidy(() => dilations.reduce<tf.Tensor>(insertZeros, filter as tf.Tensor));
  const attrs = { ...call.attrs, dilations: [1, 1] };
  const result = own({ inputs: { ...inputs, filter: sparse }, attrs, backend: call.backend });
  sparse.dispose();
  return result;
}

function explicitPaddings({ pad, dataFormat = "NHWC" }: Call["attrs"]): Paddings | undefined {
  if (typeof pad === "string" || pad === 0 || dataFormat !== "NHWC") return undefined;
  return typeof pad === "number"
    ? [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ]
    : pad;
}
