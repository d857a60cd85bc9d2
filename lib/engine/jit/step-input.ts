// What a compiled step or inference takes: tensors, or plain numbers of which no tensor is made where the graph runs. Checked here once
// for stepper.ts and compile-inference.ts.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../check-tensor.js";
import { checkChoice, checkWhole, invalid } from "../invalid.js";
import type { Numbers } from "./recording.js";

/** An input as plain numbers, row by row; they are read while the step runs, and not kept. */
export interface RawInput {
  readonly data: Numbers;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
}

export type StepInput = tf.Tensor | RawInput;

/** No machine gains by more. */
export const MOST_THREADS = 256;

export type StepMode = "compiled" | "eager";

const holders = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** @throws for a dtype that no graph takes, elements of another type than said, or another number of them than the shape says. */
export function checkInput(input: StepInput, i: number): void {
  if (input instanceof tf.Tensor) {
    checkTensor(`input ${i}`, input);
    return;
  }
  if (typeof input !== "object" || input === null)
    throw invalid(`input ${i}`, "a tensor, or { data, shape, dtype }", input);
  const { dtype, shape, data } = input;
  checkChoice(`dtype of input ${i}`, dtype, ["float32", "int32", "bool"]);
  if (!Array.isArray(shape)) throw invalid(`shape of input ${i}`, "a list of whole numbers", shape);
  for (const length of shape) checkWhole(`shape of input ${i}`, length);
  const size = shape.reduce((product, length) => product * length, 1);
  if (!(data instanceof holders[dtype]))
    throw invalid(`data of input ${i}`, `${holders[dtype].name} for ${dtype}`, data);
  if (data.length !== size) throw invalid(`input ${i}`, `${size} elements for shape [${shape.join()}]`, data.length);
}
