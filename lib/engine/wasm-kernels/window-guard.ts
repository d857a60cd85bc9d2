// What stands before tfjs's own convolutions and pools on the wasm backend. XNNPACK refuses some paddings without a word, and the result is
// then zeros; for others tfjs's sums give a result that is smaller than what XNNPACK writes, after which every operation fails. So they
// are given their padding in numbers here, and windows that don't fit the image are refused. Called by register.ts.
import * as tf from "@tensorflow/tfjs";
import { checkPooled, type Padding, type Rounding, type WindowAxis, windowAxis } from "../window-axis.js";
import { type KernelCall, kernelFunc, pair, type WasmKernel } from "./kernel.js";

interface Attributes {
  readonly strides: number | readonly number[];
  readonly pad: Padding;
  readonly dilations?: number | readonly number[] | null;
  readonly filterSize?: number | readonly number[];
  readonly dimRoundingMode?: Rounding;
  readonly dataFormat?: string;
}

type Inputs = "x" | "filter";

export const windowGuards: readonly WasmKernel[] = [
  tf.Conv2D,
  tf.FusedConv2D,
  tf.DepthwiseConv2dNative,
  tf.FusedDepthwiseConv2D,
  tf.AvgPool,
  tf.MaxPool,
].map((name) => ({
  name,
  create() {
    const own = tf.getKernel(name, "wasm").kernelFunc;
    return kernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      const given = { inputs, attrs: prepared(inputs, attrs) as unknown as tf.NamedAttrMap, backend };
      return own(given) as tf.TensorInfo;
    });
  },
}));

function prepared({ x, filter }: Partial<KernelCall<Inputs, Attributes>["inputs"]>, attrs: Attributes): Attributes {
  // Channels first are refused by tfjs's kernels.
  if (x === undefined || (attrs.dataFormat ?? "NHWC") !== "NHWC") return attrs;
  const [lengths, strides, dilations] = [filter?.shape ?? attrs.filterSize, attrs.strides, attrs.dilations].map(pair);
  const extents = ([0, 1] as const).map((i) => ((lengths?.[i] ?? 1) - 1) * (dilations?.[i] ?? 1) + 1);
  const [rows, columns] = ([0, 1] as const).map((i): WindowAxis => {
    const [input, extent, stride] = [x.shape[i + 1] ?? 1, extents[i] ?? 1, strides?.[i] ?? 1];
    const axis = windowAxis(input, extent, stride, attrs.pad, i + 1, attrs.dimRoundingMode);
    if (filter === undefined) checkPooled(axis, input, extent, stride);
    return axis;
  });
  if (rows === undefined || columns === undefined) return attrs;
  if (rows.output < 1 || columns.output < 1) {
    const [height, width] = [rows, columns].map(({ before, after }, i) => (x.shape[i + 1] ?? 1) + before + after);
    throw new Error(
      `invalid x; expected at least ${extents.join(" × ")} pixels with the padding, as many as the filter covers: ${height} × ${width}`,
    );
  }
  const fits = ([0, 1] as const).every((i) => (strides?.[i] ?? 1) <= (extents[i] ?? 1));
  if (attrs.pad === "valid" || (attrs.pad === "same" && fits)) return attrs;
  const { dimRoundingMode: _, ...rest } = attrs;
  const pad = [
    [0, 0],
    [rows.before, rows.after],
    [columns.before, columns.after],
    [0, 0],
  ] as const;
  return { ...rest, pad };
}
