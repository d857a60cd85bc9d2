// How models and what training found show themselves: as charts, which training itself does not know. Loaded once, with
// lib/index.ts.
import * as tf from "@tensorflow/tfjs";
import { type Chart, learningRateRange, lossCurve, modelGraph } from "./plot/index.js";
import { History } from "./training/history.js";
import { LearningRateRange } from "./training/learning-rate-range.js";
import { summary } from "./training/summary.js";

type Bundle = Record<string, unknown>;

const displayMethod = Symbol.for("Jupyter.display");

function setDisplay<Value extends object>(
  of: { readonly prototype: Value },
  show: (value: Value) => Bundle | Promise<Bundle>,
): void {
  const value = function (this: Value) {
    return show(this);
  };
  Object.defineProperty(of.prototype, displayMethod, { configurable: true, writable: true, value });
}

/** A chart with a text of its own; only the text where there is nothing to draw. No HTML: front ends would prefer it. */
async function bundleOf(chart: Chart | undefined, text: string): Promise<Bundle> {
  return { ...(await chart?.bundle()), "text/plain": text };
}

setDisplay(History, (history) => {
  const hasLosses = history.epochs.some(({ loss, valLoss }) => [loss, valLoss].some(Number.isFinite));
  return bundleOf(hasLosses ? lossCurve(history) : undefined, String(history));
});

setDisplay(LearningRateRange, (range) => {
  const hasLosses = range.smoothedLosses.some(Number.isFinite);
  return bundleOf(hasLosses ? learningRateRange(range) : undefined, String(range));
});

setDisplay<tf.LayersModel>(tf.LayersModel, (model) => {
  // An empty one knows no shapes.
  if (!model.layers.length) return { "text/plain": `${model.name}: a model without layers` };
  const found = summary(model);
  return bundleOf(modelGraph(found), String(found));
});
