// AvgPool3D. The kernel that tfjs 4.22 comes with moves its windows where a "same" stride is longer than they are.
import * as tf from "@tensorflow/tfjs";
import { floats, type KernelCall, kernelFunc, type WasmKernel } from "./kernel.js";
import { type PoolingAttributes, poolingGeometry } from "./pooling-windows.js";

export const avgPool3d: WasmKernel = { name: tf.AvgPool3D, create: () => kernelFunc(compute) };

function compute({ inputs, attrs, backend }: KernelCall<"x", PoolingAttributes>): tf.TensorInfo {
  const { x } = inputs;
  const geometry = poolingGeometry(x.shape, attrs);
  const { channels, planeStride, rowStride } = geometry;
  const result = backend.makeOutput([...geometry.outShape], "float32");
  const xs = floats(backend, x);
  const ys = floats(backend, result);
  geometry.forEach(({ start, output, depth, height, width }) => {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let d = 0; d < depth; d++) {
        for (let h = 0; h < height; h++) {
          let i = start + d * planeStride + h * rowStride + c;
          for (let w = 0; w < width; w++, i += channels) sum += xs[i] as number;
        }
      }
      ys[output + c] = sum / (depth * height * width);
    }
  });
  return result;
}
