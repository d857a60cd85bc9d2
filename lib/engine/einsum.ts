// tf.einsum in terms of the kernels that every backend has: sums, transposes, one product of matrices; and its gradients, which are einsums
// too. Used by the kernel for the WebAssembly backend, by its lowering in compiled steps, and by missing-gradients.ts.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "./invalid.js";

interface Terms {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** The labels of an equation, "ij,jk->ik". @throws what tf.einsum throws where it is wrong, and where the output repeats a label. */
function termsOf(equation: string, count: number): Terms {
  tf.backend_util.decodeEinsumEquation(equation, count);
  const [left = "", output = ""] = equation.replace(/\s/g, "").split("->");
  if (new Set(output).size < output.length) throw invalid("equation", "each label once in the output", equation);
  return { inputs: left.split(","), output };
}

/** The labels of `labels` that are, or are not, among `others`. */
const among = (labels: string, others: string): string => [...labels].filter((it) => others.includes(it)).join("");
const notAmong = (labels: string, others: string): string => [...labels].filter((it) => !others.includes(it)).join("");

/** A tensor whose axes have labels. */
interface Labelled<T> {
  readonly tensor: T;
  readonly labels: string;
}

/** Runs one kernel, whose result has this shape. */
export type RunKernel<T> = (
  kernel: "Sum" | "Transpose" | "Reshape" | "Multiply" | "BatchMatMul",
  inputs: Readonly<Record<string, T>>,
  attributes: Readonly<Record<string, unknown>>,
  shape: readonly number[],
) => T;

/**
 * Computes an einsum of one or two tensors by other kernels.
 *
 * @param tensors with their shapes
 * @returns the result of the last kernel that ran; at least one did
 */
export function decomposeEinsum<T>(
  equation: string,
  tensors: readonly (readonly [tensor: T, shape: readonly number[]])[],
  run: RunKernel<T>,
): T {
  const { inputs, output } = termsOf(equation, tensors.length);
  const lengths = lengthsOf(equation, inputs, tensors);
  const shapeOf = (labels: string): number[] => [...labels].map((label) => lengths.get(label) ?? 1);
  const sizeOf = (labels: string): number => shapeOf(labels).reduce((a, b) => a * b, 1);
  const transposed = ({ tensor, labels }: Labelled<T>, wanted: string): T =>
    run("Transpose", { x: tensor }, { perm: [...wanted].map((label) => labels.indexOf(label)) }, shapeOf(wanted));
  /** What neither the output nor the other tensor has is summed up first. */
  const reduced = (tensor: T, labels: string, rest: string): Labelled<T> => {
    const kept = among(labels, rest);
    if (kept === labels) return { tensor, labels };
    const axis = [...notAmong(labels, rest)].map((label) => labels.indexOf(label));
    return { tensor: run("Sum", { x: tensor }, { axis, keepDims: false }, shapeOf(kept)), labels: kept };
  };
  const [first, second] = tensors;
  const [labelsA = "", labelsB = ""] = inputs;
  if (first === undefined) throw invalid("tensors of einsum", "one or two", tensors.length);
  if (second === undefined) return transposed(reduced(first[0], labelsA, output), output);
  const [a, b] = [reduced(first[0], labelsA, labelsB + output), reduced(second[0], labelsB, labelsA + output)];
  const shared = among(a.labels, b.labels);
  // One matrix for each element of these; the inner axis of the products; their rows and columns.
  const [batch, inner] = [among(shared, output), notAmong(shared, output)];
  const [rows, columns] = [notAmong(a.labels, shared), notAmong(b.labels, shared)];
  const matrices = (operand: Labelled<T>, ...axes: readonly string[]): T => {
    const shape = axes.map(sizeOf);
    return run("Reshape", { x: transposed(operand, axes.join("")) }, { shape }, shape);
  };
  const [left, right] = [matrices(a, batch, rows, inner), matrices(b, batch, inner, columns)];
  const size = [batch, rows, columns].map(sizeOf);
  const product =
    inner === ""
      ? run("Multiply", { a: left, b: right }, {}, size)
      : run("BatchMatMul", { a: left, b: right }, { transposeA: false, transposeB: false }, size);
  const labels = batch + rows + columns;
  const tensor = run("Reshape", { x: product }, { shape: shapeOf(labels) }, shapeOf(labels));
  return transposed({ tensor, labels }, output);
}

/** How long the axis of each label is. */
function lengthsOf(
  equation: string,
  inputs: readonly string[],
  tensors: readonly (readonly [tensor: unknown, shape: readonly number[]])[],
): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const [i, [, shape]] of tensors.entries()) {
    const labels = inputs[i] ?? "";
    const fits = [...labels].every((label, axis) => (lengths.get(label) ?? shape[axis]) === shape[axis]);
    if (!fits || labels.length !== shape.length)
      throw invalid(`tensor ${i} of einsum`, `a shape that fits ${equation}`, shape);
    for (const [axis, label] of [...labels].entries()) lengths.set(label, shape[axis] ?? 1);
  }
  return lengths;
}

/** The gradient of an einsum with respect to its tensor `which`: an einsum of the result's gradient and the other tensor. */
export function einsumGradient(
  equation: string,
  tensors: readonly tf.Tensor[],
  which: number,
  dy: tf.Tensor,
): tf.Tensor {
  const { inputs, output } = termsOf(equation, tensors.length);
  const [own = "", shape = []] = [inputs[which], tensors[which]?.shape];
  const others = inputs.filter((_, i) => i !== which);
  // What was summed in this tensor alone gets the same gradient all along.
  const kept = among(own, output + others.join(""));
  const gradient = tf.einsum(
    `${[output, ...others].join(",")}->${kept}`,
    dy,
    ...tensors.filter((_, i) => i !== which),
  ) as tf.Tensor;
  if (kept === own) return gradient;
  const single = [...own].map((label, axis) => (kept.includes(label) ? (shape[axis] ?? 1) : 1));
  return tf.broadcastTo(tf.reshape(gradient, single), [...shape]);
}
