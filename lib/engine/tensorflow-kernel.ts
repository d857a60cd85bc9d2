// One kernel of the native backend: replaced by another that may call it, or run as it is registered. For tensorflow-kernels.ts
// and tensorflow-volumes.ts.
import * as tf from "@tensorflow/tfjs";

export interface KernelCall<Attributes = Readonly<Record<string, unknown>>> {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>> & Attributes;
  readonly backend: tf.KernelBackend;
}

export type KernelOf<Attributes = Readonly<Record<string, unknown>>> = (call: KernelCall<Attributes>) => tf.TensorInfo;

/** Puts `compute`, which is handed the kernel that was registered, in its place; nothing where there was none. */
export function replaceKernel<Attributes>(
  kernelName: string,
  compute: (own: KernelOf<Attributes>, call: KernelCall<Attributes>) => tf.TensorInfo,
): void {
  const config = tf.getKernel(kernelName, "tensorflow");
  if (config === undefined) return;
  const own = config.kernelFunc as unknown as KernelOf<Attributes>;
  const kernelFunc = (call: KernelCall<Attributes>) => compute(own, call);
  tf.unregisterKernel(kernelName, "tensorflow");
  tf.registerKernel({ ...config, kernelFunc: kernelFunc as unknown as tf.KernelFunc });
}

export function runKernel(
  backend: tf.KernelBackend,
  name: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
): tf.TensorInfo {
  return tf
    .getKernel(name, "tensorflow")
    .kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as tf.TensorInfo;
}
