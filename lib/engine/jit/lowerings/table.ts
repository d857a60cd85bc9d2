// The table of lowerings: tfjs kernel → how it is written in ONNX. A kernel that is not here makes the step run eagerly.
import type { Lowering } from "../emitter.js";
import { arithmetic } from "./arithmetic.js";
import { convolutions } from "./convolution.js";
import { crops } from "./crop.js";
import { einsums } from "./einsum.js";
import { fusedKernels } from "./fused.js";
import { indexings } from "./indexing.js";
import { matrixProducts } from "./matmul.js";
import { normalizations } from "./normalization.js";
import { pools } from "./pooling.js";
import { reductions } from "./reduction.js";
import { resizes } from "./resize.js";
import { shapes } from "./shape.js";

export const lowerings: Readonly<Record<string, Lowering>> = {
  ...arithmetic,
  ...convolutions,
  ...crops,
  ...einsums,
  ...fusedKernels,
  ...indexings,
  ...matrixProducts,
  ...normalizations,
  ...pools,
  ...reductions,
  ...resizes,
  ...shapes,
};
