// Lowerings of matrix products: Gemm for two matrices (its transposes are free), MatMul for batches of them.
import { type Emitter, identity, type Lowered, type Lowering } from "../emitter.js";
import { sizeOf, type Value } from "../graph.js";
import { flagOf, outputOf } from "./call.js";

function product(
  emit: Emitter,
  a: Lowered,
  b: Lowered,
  transposeA: boolean,
  transposeB: boolean,
  shape: readonly number[],
): Lowered {
  const batch = (tensor: Lowered): number => sizeOf(tensor.shape.slice(0, -2));
  if (batch(a) === 1 && batch(b) === 1) {
    const matrix = (tensor: Lowered): Lowered => emit.reshape(tensor, tensor.shape.slice(-2));
    const [left, right] = [operand(emit, matrix(a), transposeA), operand(emit, matrix(b), transposeB)];
    const rows = left.value.shape[left.transposed ? 1 : 0] ?? 1;
    const columns = right.value.shape[right.transposed ? 0 : 1] ?? 1;
    const attributes = { transA: Number(left.transposed), transB: Number(right.transposed) };
    const result = emit.graph.node("Gemm", [left.value, right.value], [rows, columns], attributes);
    return emit.reshape(emit.plain(result), shape);
  }
  const swapped = (tensor: Lowered, transposed: boolean): Value => {
    const rank = tensor.shape.length;
    const value = emit.full(tensor);
    return transposed ? emit.transpose(value, [...identity(rank - 2), rank - 1, rank - 2]) : value;
  };
  return emit.plain(emit.graph.node("MatMul", [swapped(a, transposeA), swapped(b, transposeB)], shape));
}

/** A matrix and whether Gemm should transpose it; one that is stored transposed needs no copy. */
function operand(emit: Emitter, matrix: Lowered, transpose: boolean): { value: Value; transposed: boolean } {
  const storedTransposed = matrix.order[0] === 1;
  return { value: emit.full(matrix, matrix.order), transposed: transpose !== storedTransposed };
}

export const matrixProducts: Readonly<Record<string, Lowering>> = {
  BatchMatMul: (call, emit) =>
    product(
      emit,
      emit.input(call, "a"),
      emit.input(call, "b"),
      flagOf(call, "transposeA"),
      flagOf(call, "transposeB"),
      outputOf(call).shape,
    ),
};

export { product };
