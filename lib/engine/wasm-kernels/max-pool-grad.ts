// MaxPoolGrad. The kernel that tfjs 4.22 comes with searches each window from 1.2e-38 upwards, so a window whose maximum
// is ≤ 0 loses its gradient. This one gives it to the window's first maximum, as TensorFlow does.
import * as tf from "@tensorflow/tfjs";
import { windowAxis } from "../window-axis.js";
import { floats, type KernelCall, kernelFunc, pair, type WasmKernel } from "./kernel.js";
import type { PoolingAttributes } from "./pooling-windows.js";

export const maxPoolGrad: WasmKernel = { name: tf.MaxPoolGrad, create: () => kernelFunc(compute) };

function compute({ inputs, attrs, backend }: KernelCall<"dy" | "input", PoolingAttributes>): tf.TensorInfo {
  const { dy, input } = inputs;
  const [batch = 1, inHeight = 1, inWidth = 1, channels = 1] = input.shape;
  const [, outHeight = 0, outWidth = 0] = dy.shape;
  const [filterHeight, filterWidth] = pair(attrs.filterSize);
  const [strideHeight, strideWidth] = pair(attrs.strides);
  const rows = windowAxis(inHeight, filterHeight, strideHeight, attrs.pad, 1);
  const columns = windowAxis(inWidth, filterWidth, strideWidth, attrs.pad, 2);
  const dx = backend.makeOutput(input.shape, "float32");
  const xs = floats(backend, input);
  const dys = floats(backend, dy);
  const dxs = floats(backend, dx);
  dxs.fill(0);
  let from = 0;
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - rows.before;
      const h0 = Math.max(0, top);
      const h1 = Math.min(inHeight, top + filterHeight);
      for (let ow = 0; ow < outWidth; ow++) {
        const left = ow * strideWidth - columns.before;
        const w0 = Math.max(0, left);
        const w1 = Math.min(inWidth, left + filterWidth);
        const corner = ((n * inHeight + h0) * inWidth + w0) * channels;
        for (let c = 0; c < channels; c++, from++) {
          let best = corner + c;
          let maximum = Number.NEGATIVE_INFINITY;
          for (let h = h0, row = best; h < h1; h++, row += inWidth * channels) {
            for (let w = w0, i = row; w < w1; w++, i += channels) {
              const value = xs[i] as number;
              if (value > maximum) {
                maximum = value;
                best = i;
              }
            }
          }
          dxs[best] = (dxs[best] as number) + (dys[from] as number);
        }
      }
    }
  }
  return dx;
}
