// Where the windows of a convolution or a pool lie along one axis: how many there are, and what is padded for them. tfjs's own sums are
// wrong for a padding given as one number where strides or filter lengths differ, and in three dimensions where "same" strides are longer
// than the filter. Used by the wasm kernels and by the lowerings.
import { invalid } from "./invalid.js";

/** A padding as tfjs's attributes have it; a list has one pair for each axis of the tensor. */
export type Padding = "same" | "valid" | number | readonly (readonly [number, number])[];

export type Rounding = "floor" | "round" | "ceil" | undefined;

export interface WindowAxis {
  /** The number of windows; below 1 where the axis is shorter than one. */
  readonly output: number;
  /** Zeros in front of the axis. */
  readonly before: number;
  /** Zeros behind it: at least so many that the last window ends among them. */
  readonly after: number;
}

/**
 * @param input the axis's length
 * @param extent how many elements one window covers, those that dilation skips included
 * @param stride from window to window
 * @param pad the padding of the whole tensor, channels last; `axis` is this axis in it
 * @throws when a padding is below 0
 */
export function windowAxis(
  input: number,
  extent: number,
  stride: number,
  pad: Padding,
  axis: number,
  rounding?: Rounding,
): WindowAxis {
  if (pad === "same") {
    const output = Math.ceil(input / stride);
    const total = Math.max(0, (output - 1) * stride + extent - input);
    const before = Math.floor(total / 2);
    return { output, before, after: total - before };
  }
  const [before, after] = amounts(pad, axis);
  if (!(before >= 0 && after >= 0)) throw invalid("pad", "numbers of at least 0", pad);
  const output = rounded((input + before + after - extent) / stride + 1, rounding);
  const needed = output < 1 ? 0 : (output - 1) * stride + extent - input - before;
  return { output, before, after: Math.max(after, needed) };
}

function amounts(pad: Exclude<Padding, "same">, axis: number): readonly [number, number] {
  if (pad === "valid") return [0, 0];
  return typeof pad === "number" ? [pad, pad] : (pad[axis] ?? [0, 0]);
}

function rounded(value: number, rounding: Rounding): number {
  if (rounding === "round") return Math.round(value);
  return rounding === "ceil" ? Math.ceil(value) : Math.floor(value);
}

/** @throws when a pool's window lies in the padding alone: of no element there is neither a maximum nor a mean */
export function checkPooled(axis: WindowAxis, input: number, extent: number, stride: number): void {
  const { output, before, after } = axis;
  if (before < extent && (output - 1) * stride - before < input) return;
  throw invalid("pad", `less than the window's length, ${extent}`, [before, after]);
}
