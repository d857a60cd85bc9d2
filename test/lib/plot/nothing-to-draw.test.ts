// Input of which no picture can be drawn, empty or not a number throughout: every chart, picture and table says so by name.

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import * as plot from "../../../lib/plot/index.js";

const nan = Number.NaN;
const nobody = { yTrue: [], probabilities: [] };
const unknown = { yTrue: [0, 1], probabilities: [nan, nan] };
const noImages = () => tf.zeros([0, 4, 4, 1]);
const nanImages = () => tf.fill([1, 4, 4, 1], nan);
const same = { apply: (images: tf.Tensor) => images };

function net(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [4, 4, 1], name: "empty_look" }),
      tf.layers.flatten({ name: "empty_flat" }),
      tf.layers.dense({ units: 2, name: "empty_say" }),
    ],
  });
}

const cases: Readonly<Record<string, readonly (() => unknown)[]>> = {
  lossCurve: [
    () => plot.lossCurve([]),
    () => plot.lossCurve({ a: [] }),
    () => plot.lossCurve([{ epoch: 1, loss: nan, valLoss: nan }]),
  ],
  learningRateRange: [
    () => plot.learningRateRange({ learningRates: [], losses: [] }),
    () => plot.learningRateRange({ learningRates: [1, 2], losses: [nan, nan] }),
  ],
  rocCurve: [
    () => plot.rocCurve(nobody),
    () => plot.rocCurve(unknown),
    () => plot.rocCurve({ fpr: [], tpr: [] }),
    () => plot.rocCurve({ yTrue: [1], probabilities: [0.5] }),
  ],
  precisionRecall: [
    () => plot.precisionRecall(nobody),
    () => plot.precisionRecall(unknown),
    () => plot.precisionRecall({ precision: [], recall: [] }),
  ],
  calibration: [() => plot.calibration(nobody), () => plot.calibration(unknown)],
  thresholds: [() => plot.thresholds(nobody), () => plot.thresholds(unknown)],
  bars: [() => plot.bars({}), () => plot.bars({ a: nan }), () => plot.bars(nobody)],
  confusionMatrix: [() => plot.confusionMatrix([]), () => plot.confusionMatrix([[nan]])],
  classBalance: [() => plot.classBalance([]), () => plot.classBalance([nan])],
  metricTable: [() => plot.metricTable(nobody), () => plot.metricTable(unknown)],
  table: [() => plot.table([]), () => plot.table([{}])],
  histogram: [() => plot.histogram([]), () => plot.histogram([nan, nan])],
  line: [() => plot.line([]), () => plot.line([nan])],
  scatter: [() => plot.scatter([], []), () => plot.scatter([nan], [1])],
  embedding: [
    () => plot.embedding([]),
    () =>
      plot.embedding([
        [nan, 1],
        [1, 2],
      ]),
  ],
  imageGrid: [() => plot.imageGrid(noImages()), () => plot.imageGrid(nanImages())],
  misclassified: [
    () => plot.misclassified(noImages(), nobody),
    () => plot.misclassified(nanImages(), { yTrue: [1], probabilities: [0.1] }),
  ],
  topLosses: [
    () => plot.topLosses(noImages(), nobody),
    () => plot.topLosses(nanImages(), { yTrue: [1], probabilities: [0.1] }),
  ],
  augmentations: [() => plot.augmentations(noImages(), same), () => plot.augmentations(nanImages(), same)],
  channelStatistics: [() => plot.channelStatistics(noImages()), () => plot.channelStatistics(nanImages())],
  filters: [() => plot.filters(tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] }))],
  featureMaps: [() => plot.featureMaps(net(), noImages()), () => plot.featureMaps(net(), nanImages())],
  gradCam: [() => plot.gradCam(net(), noImages()), () => plot.gradCam(net(), nanImages())],
  weightHistograms: [() => plot.weightHistograms({})],
  gradientHistograms: [() => plot.gradientHistograms({})],
  modelGraph: [() => plot.modelGraph({ name: "net", layers: [] })],
};

describe("plot: nothing to draw", () => {
  before(() => ready());

  it("is tried with all that ml.plot has", () => {
    const functions = Object.entries(plot).filter(
      ([name, value]) => typeof value === "function" && /^[a-z]/.test(name),
    );
    assert.deepEqual(functions.map(([name]) => name).sort(), Object.keys(cases).sort());
  });

  for (const [name, tries] of Object.entries(cases))
    it(name, () => {
      for (const draw of tries) assert.throws(draw, { message: /^invalid [a-zA-Z][\w.[\], ]*; expected .+: .+$/ });
    });
});
