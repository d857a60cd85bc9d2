// PyTorch's losses and their gradients on random input, as test/fixtures/losses/make.py wrote them. Used by the tests of eager and
// compiled losses.
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import * as losses from "../../../lib/losses/index.js";

export interface LossCase {
  readonly loss: "crossEntropy" | "binaryCrossEntropy" | "meanSquaredError" | "meanAbsoluteError" | "huber";
  readonly options: Readonly<Record<string, never>>;
  readonly yTrue: number[];
  readonly trueShape: number[];
  readonly yPred: number[];
  readonly shape: number[];
  readonly value: number;
  readonly gradient: readonly number[];
}

const file = new URL("../../../../test/fixtures/losses/losses.json", import.meta.url);

export const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly LossCase[] };

export function nameOf({ loss, options, shape, trueShape }: LossCase): string {
  const targets = loss === "crossEntropy" && trueShape.length === 2 ? " and soft labels" : "";
  return `${loss} of [${shape.join(", ")}] with ${JSON.stringify(Object.keys(options))}${targets}`;
}

/** The targets as a tensor: classes are whole numbers. */
export function targetsOf({ loss, yTrue, trueShape }: LossCase): tf.Tensor {
  return tf.tensor(yTrue, trueShape, loss === "crossEntropy" && trueShape.length === 1 ? "int32" : "float32");
}

export function lossOf({ loss, options }: LossCase): (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Scalar {
  const run: (yTrue: tf.Tensor, yPred: tf.Tensor, options: LossCase["options"]) => tf.Scalar = losses[loss];
  return (yTrue, yPred) => run(yTrue, yPred, options);
}

/** Equal to 1e-5, relative where the number is above 1. */
export function isClose(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected));
}
