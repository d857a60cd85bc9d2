// Batch normalization along another axis than the last: there tfjs's kernel takes the numbers of the last axis all the same, and computes
// something else in silence. Composed of plain operations, as numpy would repeat the numbers.
import * as tf from "@tensorflow/tfjs";
import { type KernelCall, kernelFunc, release, runKernel, type WasmKernel } from "./kernel.js";

type Call = KernelCall<"x" | "mean" | "variance", { readonly varianceEpsilon: number }>;
type Optional = Partial<Readonly<Record<"scale" | "offset", tf.TensorInfo | null>>>;

export const batchNorm: WasmKernel = {
  name: tf.FusedBatchNorm,
  create() {
    const own = tf.getKernel(tf.FusedBatchNorm, "wasm").kernelFunc;
    return kernelFunc((call: Call) => {
      const { inputs, attrs, backend } = call;
      const isAlongLast = [inputs.mean, inputs.variance].every(
        ({ shape }) => tf.util.sizeFromShape(shape.slice(0, -1)) === 1,
      );
      if (!isAlongLast) return composed(call);
      return own({ inputs, attrs: { ...attrs }, backend }) as tf.TensorInfo;
    });
  },
};

function composed({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { x, mean, variance } = inputs;
  const { scale, offset } = inputs as Optional;
  const made: tf.TensorInfo[] = [];
  const run = (name: string, a: tf.TensorInfo, b?: tf.TensorInfo): tf.TensorInfo => {
    const result = runKernel(backend, name, b === undefined ? { x: a } : { a, b }, {});
    made.push(result);
    return result;
  };
  try {
    const epsilon = backend.makeOutput([], "float32");
    made.push(epsilon);
    (backend.typedArrayFromHeap(epsilon) as Float32Array)[0] = attrs.varianceEpsilon;
    const inverse = run(tf.Rsqrt, run(tf.Add, variance, epsilon));
    const factor = scale ? run(tf.Multiply, inverse, scale) : inverse;
    const scaled = run(tf.Multiply, run(tf.Sub, x, mean), factor);
    const result = offset ? run(tf.Add, scaled, offset) : scaled;
    made.splice(made.indexOf(result), 1);
    return result;
  } finally {
    release(backend, ...made);
  }
}
