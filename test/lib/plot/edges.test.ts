// Input at the edges of what makes sense: that the galleries, whose every picture is drawn, measured and kept, have each edge of
// each function of ml.plot, or that the function refuses it by name. What is empty or NaN throughout is tried beside this file.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import * as plot from "../../../lib/plot/index.js";
import { everySpec } from "./every-chart.js";
import { tableGallery } from "./table-gallery.js";

/** By a name of the galleries; or the call that is refused. */
type Edge = string | (() => unknown);
/** One point or sample; something that is NaN among others; all the same; the most classes, or names; the most samples. */
type Edges = Readonly<Record<"one" | "nan" | "constant" | "many" | "large", Edge>>;

const nan = Number.NaN;
const some = { yTrue: [0, 1], probabilities: [nan, 0.5] };
const nanImages = () => tf.tensor4d([nan, 1, 1, 1], [1, 2, 2, 1]);
const net = () => tf.sequential({ layers: [tf.layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [2, 2, 1] })] });

const edges: Readonly<Record<string, Edges>> = {
  lossCurve: {
    one: "loss curve, one epoch",
    nan: "loss curve, training only, NaN",
    constant: "loss curve, constant",
    many: "loss curve, 20 metrics",
    large: "loss curve, 100,000 epochs",
  },
  learningRateRange: {
    one: "learning-rate range, one point",
    nan: "learning-rate range, diverging",
    constant: "learning-rate range, constant",
    many: "learning-rate range, 100,000 points",
    large: "learning-rate range, 100,000 points",
  },
  rocCurve: {
    one: () => plot.rocCurve({ yTrue: [1], probabilities: [0.5] }),
    nan: () => plot.rocCurve(some),
    constant: "ROC curve, constant scores",
    many: "ROC curves, 100 classes",
    large: "ROC curve, 100,000 samples",
  },
  precisionRecall: {
    one: "precision–recall, one sample a class",
    nan: () => plot.precisionRecall(some),
    constant: "precision–recall, constant scores",
    many: "precision–recall, 100 classes, 10,000 samples",
    large: "precision–recall, 100,000 samples",
  },
  calibration: {
    one: "calibration, one sample",
    nan: () => plot.calibration(some),
    constant: "calibration, constant",
    many: "calibration, 100 classes",
    large: "calibration, 100 bins, 100,000 samples",
  },
  thresholds: {
    one: "thresholds, one sample",
    nan: () => plot.thresholds(some),
    constant: "thresholds, constant scores",
    many: "thresholds, confidence, 100 classes",
    large: "thresholds, 100,000 samples, one class only",
  },
  bars: {
    one: "bars, one",
    nan: "bars, numbers, NaN and below 0",
    constant: "bars, constant",
    many: "bars, 100 classes",
    large: "bars, 100,000 names",
  },
  confusionMatrix: {
    one: "confusion matrix, 1 class, empty",
    nan: () =>
      plot.confusionMatrix([
        [1, nan],
        [0, 1],
      ]),
    constant: "confusion matrix, constant",
    many: "confusion matrix, 100 classes",
    large: "confusion matrix, large counts",
  },
  classBalance: {
    one: "class balance, one class",
    nan: () => plot.classBalance([1, nan]),
    constant: "class balance, constant",
    many: "class balance, 100 classes",
    large: "class balance, 100,000 labels of 100 classes",
  },
  metricTable: {
    one: "scores, one sample",
    nan: () => plot.metricTable(some),
    constant: "scores, constant",
    many: "scores, 100 classes",
    large: "scores, 100,000 samples",
  },
  table: {
    one: "table, one cell",
    nan: "table, nothing in it",
    constant: "table, constant",
    many: "table, 100 columns",
    large: "table, 100,000 rows",
  },
  histogram: {
    one: "histogram, one value",
    nan: "histogram, NaN and infinity",
    constant: "histogram, constant",
    many: "histogram, 200 bins of 7 series",
    large: "histogram, two series, 100,000 values",
  },
  line: {
    one: "line, one point",
    nan: "line, constant, a gap",
    constant: "line, constant, a gap",
    many: "line, 7 series",
    large: "line, 100,000 points",
  },
  scatter: {
    one: "scatter, one point",
    nan: "scatter, NaN",
    constant: "scatter, constant",
    many: "scatter, 100,000 points, 100 classes",
    large: "scatter, 100,000 points, 100 classes",
  },
  embedding: {
    one: () => plot.embedding([[1, 2]]),
    nan: () =>
      plot.embedding([
        [nan, 1],
        [1, 2],
      ]),
    constant: "embedding, two samples, the same",
    many: "embedding, 100,000 samples of 100 classes",
    large: "embedding, 100,000 samples of 100 classes",
  },
  imageGrid: {
    one: "image grid, one pixel",
    nan: () => plot.imageGrid(nanImages()),
    constant: "image grid, constant",
    many: "image grid, 200 images of noise",
    large: "image grid, 100,000 images",
  },
  misclassified: {
    one: "misclassified, one sample",
    nan: () => plot.misclassified(nanImages(), { yTrue: [1], probabilities: [0.1] }),
    constant: "misclassified, constant, 100 classes",
    many: "misclassified, constant, 100 classes",
    large: "misclassified, 100,000 samples",
  },
  topLosses: {
    one: "top losses, one sample, constant",
    nan: () => plot.topLosses(nanImages(), { yTrue: [1], probabilities: [0.1] }),
    constant: "top losses, one sample, constant",
    many: "top losses, 100 classes",
    large: "top losses, 100,000 samples",
  },
  augmentations: {
    one: "augmentations, one image, constant",
    nan: () => plot.augmentations(nanImages(), { apply: (images: tf.Tensor) => images }),
    constant: "augmentations, one image, constant",
    many: "augmentations",
    large: "augmentations, 100,000 images",
  },
  channelStatistics: {
    one: "channel statistics, one pixel, NaN",
    nan: "channel statistics, one pixel, NaN",
    constant: "channel statistics, constant, grey",
    many: "channel statistics, 7 channels",
    large: "channel statistics, 100,000 images",
  },
  filters: {
    one: "filters, constant, a single one",
    nan: () => {
      const model = net();
      model.setWeights([tf.fill([1, 1, 1, 2], nan), tf.zeros([2])]);
      return plot.filters(model);
    },
    constant: "filters, constant, a single one",
    many: "filters of a deeper layer",
    large: "filters, 64 of 32 channels",
  },
  featureMaps: {
    one: "feature maps, constant",
    nan: () => plot.featureMaps(net(), nanImages()),
    constant: "feature maps, 0 everywhere",
    many: "feature maps",
    large: "feature maps of a large image",
  },
  gradCam: {
    one: "Grad-CAM, one image, constant",
    nan: () => plot.gradCam(net(), nanImages()),
    constant: "Grad-CAM, one image, constant",
    many: "Grad-CAM",
    large: "Grad-CAM of a large image",
  },
  weightHistograms: {
    one: "gradient histograms, one",
    nan: "weight histograms",
    constant: "weight histograms",
    many: "weight histograms, 900 tensors",
    large: "weight histograms, 900 tensors",
  },
  gradientHistograms: {
    one: "gradient histograms, one",
    nan: "gradient histograms, constant, NaN",
    constant: "gradient histograms, constant, NaN",
    many: "gradient histograms, 40 tensors",
    large: "gradient histograms, 40 tensors",
  },
  modelGraph: {
    one: "model graph, one layer",
    nan: () =>
      plot.modelGraph({
        name: "a",
        layers: [{ name: "b", type: "Dense", outputShapes: [], parameters: nan, from: [] }],
      }),
    constant: "model graph, one layer",
    many: "model graph, 300 layers",
    large: "model graph, 3,000 layers",
  },
};

describe("plot: input at the edges", () => {
  before(() => ready());

  it("is tried with all that ml.plot has", () => {
    const functions = Object.entries(plot).filter(([name, it]) => typeof it === "function" && /^[a-z]/.test(name));
    assert.deepEqual(functions.map(([name]) => name).sort(), Object.keys(edges).sort());
  });

  const drawn = new Set([...everySpec.map(([name]) => name), ...Object.keys(tableGallery)]);
  for (const [name, tried] of Object.entries(edges))
    it(name, () => {
      for (const [edge, how] of Object.entries(tried))
        if (typeof how === "string") assert.ok(drawn.has(how), `${edge}: ${how}`);
        else assert.throws(how, { message: /^invalid [a-zA-Z][\w.[\], ]*; expected .+: .+$/ }, edge);
    });
});
