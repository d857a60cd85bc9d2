// Convolutions and pools in three dimensions on the native backend, padded "same", where a stride is longer than the filter:
// TensorFlow takes the padding as negative there, and its windows begin inside the volume. What lies behind the last window is cut
// off, so that nothing is left to pad, and gets a gradient of zero. Called by tensorflow-kernels.ts.
import * as tf from "@tensorflow/tfjs";
import { type KernelCall, type KernelOf, replaceKernel, runKernel } from "./tensorflow-kernel.js";

interface Attributes {
  readonly pad: "same" | "valid" | number;
  readonly strides: number | readonly number[];
  readonly dilations?: number | readonly number[];
  readonly filterShape?: readonly number[];
  readonly filterSize?: number | readonly number[];
  readonly inputShape?: readonly number[];
}

/** The kernels by the name of their volume, which the gradients of pools call otherwise. */
const OF_VOLUME = [
  [tf.Conv3D, "x"],
  [tf.Conv3DBackpropFilterV2, "x"],
  [tf.MaxPool3D, "x"],
  [tf.AvgPool3D, "x"],
  [tf.MaxPool3DGrad, "input"],
  [tf.AvgPool3DGrad, "input"],
] as const;

/** Registers the kernels; the native backend must have been loaded. */
export function cropVolumes(): void {
  for (const [name, volume] of OF_VOLUME) replaceKernel<Attributes>(name, (own, call) => cropped(own, call, volume));
  replaceKernel<Attributes>(tf.Conv3DBackpropInputV2, (own, call) => {
    const shape = call.attrs.inputShape ?? [];
    const size = coveredShape(call, shape);
    if (size === undefined) return own(call);
    return extended(call.backend, own({ ...call, attrs: { ...call.attrs, inputShape: size } }), shape);
  });
}

function cropped(own: KernelOf<Attributes>, call: KernelCall<Attributes>, volume: "x" | "input"): tf.TensorInfo {
  const whole = call.inputs[volume] as tf.TensorInfo;
  const size = coveredShape(call, whole.shape);
  if (size === undefined) return own(call);
  const { backend } = call;
  const covered = runKernel(backend, tf.Slice, { x: whole }, { begin: whole.shape.map(() => 0), size });
  const result = own({ ...call, inputs: { ...call.inputs, [volume]: covered } });
  backend.disposeData(covered.dataId);
  return volume === "input" ? extended(backend, result, whole.shape) : result;
}

/** Zeros behind every axis, up to `shape`. */
function extended(backend: tf.KernelBackend, part: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  const paddings = shape.map((length, axis) => [0, length - (part.shape[axis] ?? 0)]);
  const whole = runKernel(backend, tf.PadV2, { x: part }, { paddings, constantValue: 0 });
  backend.disposeData(part.dataId);
  return whole;
}

/** The volume up to the end of the last windows; undefined where TensorFlow needs no help. */
function coveredShape({ inputs, attrs }: KernelCall<Attributes>, shape: readonly number[]): number[] | undefined {
  if (attrs.pad !== "same" || shape.length !== 5) return undefined;
  const filter = attrs.filterSize ?? attrs.filterShape ?? inputs.filter?.shape ?? [];
  const covered = shape.map((length, axis) => {
    if (axis === 0 || axis === 4) return length;
    const stride = along(attrs.strides, axis - 1);
    const extent = (along(filter, axis - 1) - 1) * along(attrs.dilations ?? 1, axis - 1) + 1;
    return Math.min(length, (Math.ceil(length / stride) - 1) * stride + extent);
  });
  return covered.some((length, axis) => length !== shape[axis]) ? covered : undefined;
}

function along(value: number | readonly number[], axis: number): number {
  return typeof value === "number" ? value : (value[axis] ?? 1);
}
