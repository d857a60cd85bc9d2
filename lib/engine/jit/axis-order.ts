// Rearranges a dense array from one axis order to another: tfjs's order to the order in which a graph stores a variable, and back.
// Called by mirrored-variable.ts and by exports; the arrays are weights, not images.
import type { Numbers } from "./recording.js";

function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) result[axis] = (result[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return result;
}

/**
 * Copies `from` into `to`. Axis p of `to` is axis `order[p]` of `from`, as NumPy's transpose has it.
 *
 * @param shape lengths of the axes of `from`.
 */
export function rearrange(from: Numbers, shape: readonly number[], order: readonly number[], to: Numbers): void {
  const steps = strides(shape);
  const lengths = order.map((axis) => shape[axis] ?? 1);
  const jumps = order.map((axis) => steps[axis] ?? 1);
  const position = new Array<number>(order.length).fill(0);
  let source = 0;
  for (let i = 0; i < to.length; i++) {
    to[i] = from[source] ?? 0;
    for (let axis = order.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      source += jumps[axis] ?? 0;
      if (next < (lengths[axis] ?? 1)) {
        position[axis] = next;
        break;
      }
      source -= next * (jumps[axis] ?? 0);
      position[axis] = 0;
    }
  }
}

/** The order that undoes `order`. */
export function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}
