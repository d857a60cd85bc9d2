// Products that are put off: a large tensor times a small one (a batch norm's scale, one number a channel) keeps the small one beside it as
// its factor. Then products of such tensors and sums over them share their large operators, and most of a batch norm's gradient happens
// on numbers a channel. Called by the lowerings of products and sums; all others see the product.
import type { Emitter, Lowered } from "../emitter.js";
import { sizeOf } from "../graph.js";

/** Single numbers become factors within these bounds only: beyond, they may be there to keep products from overflowing. */
const largestNumber = 1024;

export function withoutFactor({ factor: _, ...base }: Lowered): Lowered {
  return base;
}

/** The product of two tensors that broadcast to `shape`; operands may have factors, and so may the result. */
export function product(emit: Emitter, a: Lowered, b: Lowered, shape: readonly number[]): Lowered {
  const multiply = (x: Lowered, y: Lowered, lengths: readonly number[]): Lowered =>
    emit.elementwise([x, y], lengths, (values, stored) => emit.graph.node("Mul", values, stored));
  const isWhole = ({ value, shape: own }: Lowered): boolean =>
    value.type === "float32" && own.join() === shape.join() && sizeOf(value.shape) === sizeOf(shape);
  for (const [large, other] of [
    [a, b],
    [b, a],
  ] as const)
    if (isWhole(large) && isFactor(emit, other, shape)) {
      const small = emit.multipliedOut(other);
      const more = emit.stored(small.value, small.order);
      const factor = large.factor === undefined ? more : multiply(large.factor, more, broadcast(large.factor, more));
      return { ...large, factor };
    }
  const factors = [a, b].flatMap(({ factor }) => (factor === undefined ? [] : [factor]));
  const [first, second] = factors;
  if (first === undefined || !isWhole(a) || !isWhole(b))
    return multiply(emit.multipliedOut(a), emit.multipliedOut(b), shape);
  // Always in the same order, so that a · b and b · a are one node.
  const bases = [withoutFactor(a), withoutFactor(b)].sort((x, y) => (x.value.name < y.value.name ? -1 : 1));
  const base = multiply(bases[0] ?? a, bases[1] ?? b, shape);
  return { ...base, factor: second === undefined ? first : multiply(first, second, broadcast(first, second)) };
}

/** True for a number a channel (or row, …) of a tensor of this shape, and for a small constant. */
function isFactor(emit: Emitter, small: Lowered, shape: readonly number[]): boolean {
  const size = sizeOf(small.value.shape);
  if (small.phases !== undefined || size >= sizeOf(shape)) return false;
  if (size > 1) return shape.length > 1;
  const [number] = emit.graph.constants.get(small.value) ?? [];
  return typeof number === "number" && Math.abs(number) <= largestNumber && Math.abs(number) >= 1 / largestNumber;
}

function broadcast(a: Lowered, b: Lowered): number[] {
  const rank = Math.max(a.shape.length, b.shape.length);
  const length = ({ shape }: Lowered, i: number): number => shape[i - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, i) => Math.max(length(a, i), length(b, i)));
}

/** What the sum over `axes`, of shape `result`, is to be multiplied by: undefined where there is no factor or it differs along them. */
export function factorAfterSum(
  emit: Emitter,
  { factor, shape }: Lowered,
  axes: readonly number[],
  result: readonly number[],
): Lowered | undefined {
  if (factor === undefined) return undefined;
  const lengths = [...new Array<number>(shape.length - factor.shape.length).fill(1), ...factor.shape];
  if (axes.some((axis) => lengths[axis] !== 1)) return undefined;
  const kept = result.length === shape.length ? lengths : lengths.filter((_, axis) => !axes.includes(axis));
  return emit.reshape(factor, kept);
}
