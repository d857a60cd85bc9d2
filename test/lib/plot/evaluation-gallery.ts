// The charts of evaluation once each, and again with input at the edges of what makes sense: a part of the gallery.
import type { Chart } from "../../../lib/plot/chart.js";
import {
  bars,
  calibration,
  lossCurve,
  type Predictions,
  precisionRecall,
  rocCurve,
  thresholds,
} from "../../../lib/plot/index.js";
import { epochsOf, noise } from "./gallery.js";

/** A classifier that is right more often than not; some classes have no samples where there are many. */
export function predictionsOf(samples: number, classes: number): Predictions & { readonly probabilities: number[][] } {
  const random = noise(samples + classes);
  const yTrue = Array.from({ length: samples }, () => Math.floor(classes * random()));
  const probabilities = yTrue.map((label) => {
    const row = Array.from({ length: classes }, (_, c) => random() ** 3 + (c === label ? random() : 0));
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => value / sum);
  });
  return { yTrue, probabilities };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `class number ${i}`);

export const evaluationGallery: Record<string, () => Chart> = {
  "ROC curves of an evaluation": () => rocCurve({ ...predictionsOf(300, 10), classNames: names(10) }),
  "ROC curves, 100 classes": () => rocCurve(predictionsOf(2000, 100)),
  "ROC curve, 100,000 samples": () => rocCurve(predictionsOf(100_000, 2)),
  "ROC curve, constant scores": () => rocCurve({ yTrue: [0, 1, 1], probabilities: [0.5, 0.5, 0.5] }),
  "precision–recall": () => precisionRecall({ ...predictionsOf(200, 2), classNames: ["healthy", "ill"] }),
  "precision–recall, two points": () => precisionRecall({ precision: [0.5, 1], recall: [1, 0] }),
  "precision–recall, one sample a class": () =>
    precisionRecall({
      yTrue: [0, 1, 2],
      probabilities: [
        [0.5, 0.3, 0.2],
        [0.5, 0.3, 0.2],
        [0.5, 0.3, 0.2],
      ],
    }),
  "precision–recall, 100 classes, 10,000 samples": () => precisionRecall(predictionsOf(10_000, 100)),
  "precision–recall, 100,000 samples": () => precisionRecall(predictionsOf(100_000, 2)),
  "precision–recall, constant scores": () => precisionRecall({ yTrue: [0, 1, 1], probabilities: [0.5, 0.5, 0.5] }),
  calibration: () => calibration(predictionsOf(1000, 10)),
  "calibration, one sample": () => calibration({ yTrue: [1], probabilities: [0.7] }),
  "calibration, 100 bins, 100,000 samples": () => calibration(predictionsOf(100_000, 2), { bins: 100 }),
  "calibration, 100 classes": () => calibration(predictionsOf(5000, 100)),
  "calibration, constant": () =>
    calibration({ yTrue: new Uint8Array(40).fill(1), probabilities: new Float32Array(40).fill(0.75) }),
  "calibration, two by name": () =>
    calibration({
      before: { probTrue: [0.1, 0.3, 0.6], probPred: [0.1, 0.5, 0.9], counts: [100, 40, 20] },
      after: { probTrue: [0.1, 0.45, 0.8], probPred: [0.1, 0.5, 0.85], counts: [90, 50, 30] },
    }),
  thresholds: () => thresholds({ ...predictionsOf(300, 2), classNames: ["healthy", "ill"] }),
  "thresholds, one sample": () => thresholds({ yTrue: [1], probabilities: [0.7] }),
  "thresholds, constant scores": () => thresholds({ yTrue: [0, 1, 1], probabilities: [0.5, 0.5, 0.5] }),
  "thresholds, confidence, 100 classes": () => thresholds(predictionsOf(1000, 100)),
  "runs compared": () =>
    lossCurve({
      adam: { epochs: epochsOf(20) },
      sgd: epochsOf(12).map(({ epoch, loss = 0, valLoss = 0 }) => ({
        epoch,
        loss: 1.4 * loss,
        valLoss: 1.4 * valLoss,
      })),
      "no validation": [1, 2, 3].map((epoch) => ({ epoch, loss: 2 / epoch })),
    }),
  "runs compared, 12 of 1000 epochs": () =>
    lossCurve(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`run ${i}`, epochsOf(1000)]))),
  "runs compared, two of 100,000 epochs": () =>
    lossCurve({ a: epochsOf(100_000), b: epochsOf(100_000).map((row) => ({ ...row, valLoss: 1 })) }),
  "runs compared, constant, NaN": () =>
    lossCurve({
      constant: [1, 2, 3].map((epoch) => ({ epoch, loss: 2, valLoss: 2 })),
      diverged: [1, 2, 3].map((epoch) => ({ epoch, loss: epoch > 1 ? Number.NaN : 3, valLoss: Number.NaN })),
    }),
  "runs compared, one of one epoch": () => lossCurve({ only: epochsOf(1) }),
  "bars, scores by class": () => bars({ ...predictionsOf(300, 10), classNames: names(10) }),
  "bars, 100 classes": () => bars(predictionsOf(2000, 100), { sort: "descending" }),
  "bars, numbers, NaN and below 0": () => bars({ a: 12, b: -7.5, c: Number.NaN, d: 0 }, { label: "change in ms" }),
  "bars, constant": () => bars({ a: 3, b: 3, c: 3 }),
  "bars, all 0": () => bars({ a: 0, b: 0 }),
  "bars, one": () => bars({ only: 1e-3 }),
  "bars, 100,000 names": () => bars(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, i]))),
  "thresholds, 100,000 samples, one class only": () =>
    thresholds({ yTrue: new Uint8Array(100_000), probabilities: new Float32Array(100_000).fill(0.25) }),
};
