// ResizeNearestNeighborGrad. tfjs 4.22 reads the first image's gradient for every image of a batch and knows no half
// pixel centers. Which pixel each output came from is asked of the forward kernel itself, so the two cannot disagree.
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { floats, type KernelCall, kernelFunc, release, runKernel, shape4d, type WasmKernel } from "./kernel.js";

interface Attributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters?: boolean;
}

export const resizeNearestNeighborGrad: WasmKernel = {
  name: tf.ResizeNearestNeighborGrad,
  create: () => kernelFunc(compute),
};

function compute({ inputs, attrs, backend }: KernelCall<"images" | "dy", Attributes>): tf.TensorInfo {
  const { images, dy } = inputs;
  const [batch, inHeight, inWidth, channels] = shape4d(images.shape);
  const [, outHeight, outWidth] = shape4d(dy.shape);
  const rows = sources(backend, inHeight, outHeight, attrs);
  const columns = sources(backend, inWidth, outWidth, attrs);
  const dx = backend.makeOutput(images.shape, "float32");
  const dxs = floats(backend, dx);
  const dys = floats(backend, dy);
  dxs.fill(0);
  let from = 0;
  for (let n = 0; n < batch; n++) {
    for (let h = 0; h < outHeight; h++) {
      const row = (n * inHeight + (rows[h] as number)) * inWidth;
      for (let w = 0; w < outWidth; w++) {
        const at = (row + (columns[w] as number)) * channels;
        for (let c = 0; c < channels; c++) dxs[at + c] = (dxs[at + c] as number) + (dys[from++] as number);
      }
    }
  }
  return dx;
}

/** For each of `output` positions, the one of `input` positions that the forward kernel copies. */
function sources(backend: BackendWasm, input: number, output: number, attrs: Attributes): Float32Array {
  const images = backend.makeOutput(
    [1, input, 1, 1],
    "float32",
    undefined,
    Float32Array.from({ length: input }, (_, i) => i),
  );
  const { alignCorners, halfPixelCenters = false } = attrs;
  const resized = runKernel(
    backend,
    "ResizeNearestNeighbor",
    { images },
    { alignCorners, halfPixelCenters, size: [output, 1] },
  );
  const result = floats(backend, resized).slice();
  release(backend, images, resized);
  return result;
}
