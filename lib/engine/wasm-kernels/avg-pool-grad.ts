// AvgPoolGrad and AvgPool3DGrad. tfjs 4.22 divides each gradient by the size of the whole window; the forward pass, like
// TensorFlow's, divides by the pixels that lie inside the input, which are fewer where there is padding.
import * as tf from "@tensorflow/tfjs";
import { floats, type KernelCall, kernelFunc, type WasmKernel } from "./kernel.js";
import { type PoolingAttributes, poolingGeometry } from "./pooling-windows.js";

export const avgPoolGrad: WasmKernel = { name: tf.AvgPoolGrad, create: () => kernelFunc(compute) };
export const avgPool3dGrad: WasmKernel = { name: tf.AvgPool3DGrad, create: () => kernelFunc(compute) };

function compute({ inputs, attrs, backend }: KernelCall<"dy" | "input", PoolingAttributes>): tf.TensorInfo {
  const { dy, input } = inputs;
  const geometry = poolingGeometry(input.shape, attrs, dy.shape);
  const { channels, planeStride, rowStride } = geometry;
  const dx = backend.makeOutput(input.shape, "float32");
  const dys = floats(backend, dy);
  const dxs = floats(backend, dx);
  dxs.fill(0);
  geometry.forEach(({ start, output, depth, height, width }) => {
    const share = 1 / (depth * height * width);
    for (let d = 0; d < depth; d++) {
      for (let h = 0; h < height; h++) {
        let i = start + d * planeStride + h * rowStride;
        for (let w = 0; w < width; w++) {
          for (let c = 0; c < channels; c++, i++) dxs[i] = (dxs[i] as number) + (dys[output + c] as number) * share;
        }
      }
    }
  });
  return dx;
}
