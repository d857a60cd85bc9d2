// The list of cellgrad's kernels for the wasm backend: those that tfjs 4.22 lacks there and those it gets wrong or
// slow. Called by wasm-backend.ts after the backend has started; twice is as good as once.
import * as tf from "@tensorflow/tfjs";
import { avgPool3dGrad, avgPoolGrad } from "./avg-pool-grad.js";
import { avgPool3d } from "./avg-pool3d.js";
import { batchMatMul } from "./batch-mat-mul.js";
import { batchNorm } from "./batch-norm.js";
import { castToBool } from "./cast-to-bool.js";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./conv2d-backprop-input.js";
import { conv3d, conv3dBackpropFilter, conv3dBackpropInput } from "./conv3d.js";
import { depthwiseConv2dBackpropFilter } from "./depthwise-conv2d-backprop-filter.js";
import { depthwiseConv2dBackpropInput } from "./depthwise-conv2d-backprop-input.js";
import { einsum } from "./einsum.js";
import { emptyReductions } from "./empty-reductions.js";
import { fusedBiases } from "./fused-bias.js";
import type { WasmKernel } from "./kernel.js";
import { maxPoolGrad } from "./max-pool-grad.js";
import { maxPool3d, maxPool3dGrad } from "./max-pool3d.js";
import { resizeNearestNeighborGrad } from "./resize-nearest-neighbor-grad.js";
import { unsortedSegmentSum } from "./unsorted-segment-sum.js";
import { windowGuards } from "./window-guard.js";

/** Every kernel that cellgrad adds to the wasm backend or replaces there. */
export const WASM_KERNELS: readonly WasmKernel[] = [
  ...windowGuards,
  ...fusedBiases,
  ...emptyReductions,
  avgPool3d,
  avgPool3dGrad,
  avgPoolGrad,
  batchMatMul,
  batchNorm,
  castToBool,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  conv3d,
  conv3dBackpropFilter,
  conv3dBackpropInput,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  einsum,
  maxPool3d,
  maxPool3dGrad,
  maxPoolGrad,
  resizeNearestNeighborGrad,
  unsortedSegmentSum,
];

let registered = false;

/** Registers {@link WASM_KERNELS}; the wasm backend must have started. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  for (const kernel of WASM_KERNELS) {
    const kernelFunc = kernel.create();
    if (tf.getKernel(kernel.name, "wasm") !== undefined) tf.unregisterKernel(kernel.name, "wasm");
    tf.registerKernel({ kernelName: kernel.name, backendName: "wasm", kernelFunc });
  }
}
