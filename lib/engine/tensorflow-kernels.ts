// Explicit paddings for the native backend, whose convolutions know "same" and "valid" only: the image is padded first,
// and its gradient cut afterwards. Called by tensorflow-backend.ts.
import * as tf from "@tensorflow/tfjs";

type Pad = "same" | "valid" | number | tf.backend_util.ExplicitPadding;

interface Call {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>> & { readonly pad: Pad; readonly dataFormat?: string };
  readonly backend: tf.KernelBackend;
}

const FORWARD = [tf.Conv2D, tf.FusedConv2D, tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D] as const;
const FILTER_GRADIENTS = [tf.Conv2DBackpropFilter, tf.DepthwiseConv2dNativeBackpropFilter] as const;
const INPUT_GRADIENTS = [tf.Conv2DBackpropInput, tf.DepthwiseConv2dNativeBackpropInput] as const;

let registered = false;

/** Registers the kernels; the native backend must have been loaded. */
export function registerTensorflowKernels(): void {
  if (registered) return;
  registered = true;
  for (const name of [...FORWARD, ...FILTER_GRADIENTS]) {
    replace(name, (own, call, paddings) => {
      const { x, ...inputs } = call.inputs;
      const padded = run(call.backend, tf.PadV2, { x: x as tf.TensorInfo }, { paddings, constantValue: 0 });
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
    replace(name, (own, call, paddings) => {
      const size = call.attrs.inputShape as number[];
      const inputShape = size.map((n, axis) => n + (paddings[axis] ?? [0, 0]).reduce((a, b) => a + b));
      const padded = own({
        inputs: call.inputs,
        attrs: { ...call.attrs, inputShape, pad: "valid" },
        backend: call.backend,
      });
      const result = run(call.backend, tf.Slice, { x: padded }, { begin: paddings.map(([before]) => before), size });
      call.backend.disposeData(padded.dataId);
      return result;
    });
  }
}

type Own = (call: Call) => tf.TensorInfo;
type Paddings = readonly (readonly [before: number, after: number])[];

function replace(kernelName: string, padded: (own: Own, call: Call, paddings: Paddings) => tf.TensorInfo): void {
  const config = tf.getKernel(kernelName, "tensorflow");
  if (config === undefined) return;
  const own = config.kernelFunc as unknown as Own;
  const compute = (call: Call) => {
    const paddings = explicitPaddings(call.attrs);
    return paddings === undefined ? own(call) : padded(own, call, paddings);
  };
  tf.unregisterKernel(kernelName, "tensorflow");
  tf.registerKernel({ ...config, kernelFunc: compute as unknown as tf.KernelFunc });
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

function run(
  backend: tf.KernelBackend,
  name: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
): tf.TensorInfo {
  return tf
    .getKernel(name, "tensorflow")
    .kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as tf.TensorInfo;
}
