// What is asked of a model and of batches before anything is computed with them, so that a wrong shape is told in the words of
// the caller's arguments. Called by fit, evaluate, predict and findLearningRate.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { invalid } from "../engine/invalid.js";
import type { StepInput } from "../engine/jit/step-input.js";
import { lastActivation } from "../engine/model-scores.js";
import { isOfClasses, isOfYesAndNo, type LossChoice } from "../losses/named-loss.js";
import { type StepBatch, valuesOf } from "./batches.js";
import { isModel } from "./layer-calls.js";

/** @throws unless it is a model with one input and one output that knows its input's shape. */
export function checkModel(model: unknown): asserts model is tf.LayersModel {
  if (!isModel(model)) throw invalid("model", "a tf.LayersModel (tf.sequential, tf.model, ml.models)", model);
  const { inputs, outputs } = model as Partial<tf.LayersModel>;
  if (inputs === undefined || outputs === undefined)
    throw invalid("model", "one that knows its input's shape (inputShape in its first layer)", model);
  if (inputs.length !== 1) throw invalid("model", "one input", inputs.length);
  if (outputs.length !== 1) throw invalid("model", "one output", outputs.length);
  if (model.weights.some((weight) => weight.read().isDisposed))
    throw invalid("model", "weights that were not disposed", model);
}

/** @throws where the loss does not fit what the model answers, with the loss that does */
export function checkLoss(model: tf.LayersModel, loss: LossChoice): void {
  const last = lastActivation(model);
  const columns = model.outputs[0]?.shape.at(-1);
  if (isOfClasses(loss) && columns === 1)
    throw invalid("loss", `"binaryCrossEntropy", as the model has one output`, nameOf(loss));
  if (isOfClasses(loss) && last === "sigmoid")
    throw invalid("loss", `"binaryCrossEntropy", as the model ends in sigmoid`, nameOf(loss));
  if (isOfYesAndNo(loss) && last === "softmax")
    throw invalid("loss", `"crossEntropy", as the model ends in softmax`, nameOf(loss));
}

function nameOf(loss: LossChoice): string {
  return typeof loss === "string" ? loss : loss.name;
}

/** @throws unless `xs` is at least one sample of the shape that the model takes. */
export function checkInputs(name: string, xs: StepInput, model: tf.LayersModel): void {
  if (xs instanceof tf.Tensor) checkTensor(name, xs);
  const shape = model.inputs[0]?.shape ?? [];
  const fits = shape.length === xs.shape.length && shape.every((size, i) => size === null || size === xs.shape[i]);
  if (!fits) throw invalid(name, `the model's input [${shape.map((size) => size ?? "batch").join(", ")}]`, xs.shape);
  if (xs.shape.includes(0)) throw invalid(name, "at least one sample", xs.shape);
}

/** @throws unless there is a label, or a row, a sample; for classes: unless each is one of the model's. */
export function checkBatch(name: string, { xs, ys }: StepBatch, model: tf.LayersModel, classes: boolean): void {
  checkInputs(`${name}.xs`, xs, model);
  if (ys instanceof tf.Tensor) checkTensor(`${name}.ys`, ys);
  const count = xs.shape[0] ?? 0;
  if (ys.shape[0] !== count) throw invalid(`${name}.ys`, `${count} of them, as many as xs`, ys.shape);
  const columns = model.outputs[0]?.shape.at(-1);
  if (!classes || ys.shape.length !== 1 || typeof columns !== "number") return;
  // A single output tells no from yes.
  const most = Math.max(2, columns);
  const values = valuesOf(ys);
  for (let i = 0; i < values.length; i++) {
    const label = values[i] ?? Number.NaN;
    if (!(Number.isInteger(label) && label >= 0 && label < most))
      throw invalid(`${name}.ys[${i}]`, `a class from 0 to ${most - 1}, as the model has ${columns} outputs`, label);
  }
}
