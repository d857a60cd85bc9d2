// MaxPoolGrad. The kernel that tfjs 4.22 comes with searches each window from 1.2e-38 upwards, so a window whose maximum
// is ≤ 0 loses its gradient. This one gives it to the window's first maximum, as TensorFlow does.
import * as tf from "@tensorflow/tfjs";
import { floats, type KernelCall, kernelFunc, type WasmKernel } from "./kernel.js";

interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

export const maxPoolGrad: WasmKernel = { name: tf.MaxPoolGrad, create: () => kernelFunc(compute) };

function compute({ inputs, attrs, backend }: KernelCall<"dy" | "input", Attributes>): tf.TensorInfo {
  const { dy, input } = inputs;
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const shape = input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const dx = backend.makeOutput(input.shape, "float32");
  const xs = floats(backend, input);
  const dys = floats(backend, dy);
  const dxs = floats(backend, dx);
  dxs.fill(0);
  const { batchSize, inChannels: channels, inHeight, inWidth, strideHeight, strideWidth } = info;
  const [, outHeight = 0, outWidth = 0] = dy.shape;
  let from = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - info.padInfo.top;
      const h0 = Math.max(0, top);
      const h1 = Math.min(inHeight, top + info.effectiveFilterHeight);
      for (let ow = 0; ow < outWidth; ow++) {
        const left = ow * strideWidth - info.padInfo.left;
        const w0 = Math.max(0, left);
        const w1 = Math.min(inWidth, left + info.effectiveFilterWidth);
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
