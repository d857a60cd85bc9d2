// Refuses convolutions whose filter is larger than the image. tfjs's wasm kernels write outside their memory for them,
// after which every operation fails.
import * as tf from "@tensorflow/tfjs";
import { type KernelCall, kernelFunc, pair, type WasmKernel } from "./kernel.js";

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number] | null;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

export const convolutionGuards: readonly WasmKernel[] = [
  tf.Conv2D,
  tf.FusedConv2D,
  tf.DepthwiseConv2dNative,
  tf.FusedDepthwiseConv2D,
].map((name) => ({
  name,
  create() {
    const own = tf.getKernel(name, "wasm").kernelFunc;
    return kernelFunc<"x" | "filter", Attributes>((call) => {
      assertFits(call);
      return own(call as unknown as Parameters<tf.KernelFunc>[0]) as tf.TensorInfo;
    });
  },
}));

function assertFits({ inputs, attrs }: KernelCall<"x" | "filter", Attributes>): void {
  // With "same" padding every image is large enough.
  if (attrs.pad === "same") return;
  const { x, filter } = inputs;
  const [kh = 1, kw = 1] = filter.shape;
  const [, height = 0, width = 0] = x.shape;
  const [dh, dw] = pair(attrs.dilations);
  const [vertical, horizontal] = paddings(attrs.pad);
  if (height + vertical >= (kh - 1) * dh + 1 && width + horizontal >= (kw - 1) * dw + 1) return;
  const reach = `${(kh - 1) * dh + 1} × ${(kw - 1) * dw + 1}`;
  throw new Error(
    `invalid x; expected at least ${reach} pixels with the padding, as many as the filter covers: ${height + vertical} × ${width + horizontal}`,
  );
}

function paddings(pad: Attributes["pad"]): readonly [number, number] {
  if (typeof pad === "number") return [2 * pad, 2 * pad];
  if (typeof pad === "string") return [0, 0];
  return [pad[1][0] + pad[1][1], pad[2][0] + pad[2][1]];
}
