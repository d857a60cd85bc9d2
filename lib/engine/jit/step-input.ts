// What a compiled step or inference takes: tensors, or plain numbers of which no tensor is made where the graph runs. Checked here once
// for stepper.ts and compile-inference.ts.
import * as tf from "@tensorflow/tfjs";
import type { Numbers } from "./recording.js";

/** An input as plain numbers, row by row; they are read while the step runs, and not kept. */
export interface RawInput {
  readonly data: Numbers;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
}

export type StepInput = tf.Tensor | RawInput;

export type StepMode = "compiled" | "eager";

const holders = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** @throws for a dtype that no graph takes, elements of another type than said, or another number of them than the shape says. */
export function checkInput(input: StepInput, i: number): void {
  const { dtype, shape } = input;
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")
    throw new Error(`invalid input ${i}; expected dtype float32, int32 or bool: ${dtype}`);
  if (input instanceof tf.Tensor) return;
  const size = shape.reduce((product, length) => product * length, 1);
  if (!(input.data instanceof holders[dtype]))
    throw new Error(
      `invalid input ${i}; expected ${holders[dtype].name} for ${dtype}: ${input.data?.constructor?.name}`,
    );
  if (input.data.length !== size)
    throw new Error(`invalid input ${i}; expected ${size} elements for shape [${shape.join()}]: ${input.data.length}`);
}
