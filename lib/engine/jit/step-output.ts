// What a compiled step or inference gives back: plain numbers, of which no tensor is made. Made by step-program.ts and inference-graph.ts.
import type { Numbers } from "./recording.js";

/** A result of the loss function besides the loss, or of a prediction, row by row. */
export interface StepOutput {
  readonly data: Numbers;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
}
