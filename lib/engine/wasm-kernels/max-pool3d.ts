// MaxPool3D and its gradient. tfjs 4.22 searches each window from 1.2e-38 upwards, so a window of numbers below gives
// that instead of its maximum.
import * as tf from "@tensorflow/tfjs";
import { floats, type KernelCall, kernelFunc, type WasmKernel } from "./kernel.js";
import { type PoolingAttributes, type PoolingGeometry, poolingGeometry } from "./pooling-windows.js";

export const maxPool3d: WasmKernel = { name: tf.MaxPool3D, create: () => kernelFunc(forward) };
export const maxPool3dGrad: WasmKernel = { name: tf.MaxPool3DGrad, create: () => kernelFunc(gradient) };

function forward({ inputs, attrs, backend }: KernelCall<"x", PoolingAttributes>): tf.TensorInfo {
  const { x } = inputs;
  const geometry = poolingGeometry(x.shape, attrs);
  const result = backend.makeOutput([...geometry.outShape], "float32");
  const xs = floats(backend, x);
  const ys = floats(backend, result);
  forEachMaximum(geometry, xs, (output, source) => {
    ys[output] = xs[source] as number;
  });
  return result;
}

function gradient({ inputs, attrs, backend }: KernelCall<"dy" | "input", PoolingAttributes>): tf.TensorInfo {
  const { dy, input } = inputs;
  const dx = backend.makeOutput(input.shape, "float32");
  const dys = floats(backend, dy);
  const dxs = floats(backend, dx);
  dxs.fill(0);
  forEachMaximum(poolingGeometry(input.shape, attrs, dy.shape), floats(backend, input), (output, source) => {
    dxs[source] = (dxs[source] as number) + (dys[output] as number);
  });
  return dx;
}

/** Visits each output number with the index of its window's first maximum, as TensorFlow breaks ties. */
function forEachMaximum(
  geometry: PoolingGeometry,
  xs: Float32Array,
  visit: (output: number, source: number) => void,
): void {
  const { channels, planeStride, rowStride } = geometry;
  geometry.forEach(({ start, output, depth, height, width }) => {
    for (let c = 0; c < channels; c++) {
      let best = start + c;
      let maximum = Number.NEGATIVE_INFINITY;
      for (let d = 0; d < depth; d++) {
        for (let h = 0; h < height; h++) {
          let i = start + d * planeStride + h * rowStride + c;
          for (let w = 0; w < width; w++, i += channels) {
            const value = xs[i] as number;
            if (value > maximum) {
              maximum = value;
              best = i;
            }
          }
        }
      }
      visit(output + c, best);
    }
  });
}
