// Single samples of an evaluation as pictures, each with what was predicted, what is true, and a number that says how bad it
// is: the drawing of misclassified and topLosses.
import type * as tf from "@tensorflow/tfjs";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { checkTitle } from "./class-names.js";
import { type ImageSamples, readImages } from "./image-values.js";
import { Picture } from "./picture.js";
import { type Predictions, readPredictions } from "./predictions.js";
import { boxOf, columnsFor, sheetSpec } from "./tile-sheet.js";

export interface SampleGalleryOptions {
  /** How many at most, 1 to 200; 32 by default. */
  count?: number;
  /** Images in a row; what fits 700 pixels by default. */
  columns?: number;
  /** Above the pictures. */
  title?: string;
}

export interface GallerySample {
  /** Which of the images, counted from 0. */
  readonly index: number;
  readonly trueClass: string;
  readonly predictedClass: string;
  /** The probability of the predicted class. */
  readonly confidence: number;
  /** −ln of the true class's probability, which is kept above 2⁻⁵², as in `ml.metrics.logLoss`. */
  readonly loss: number;
  readonly isRight: boolean;
}

export interface SampleGalleryData {
  /** Those that are shown, the worst first. */
  readonly samples: readonly GallerySample[];
  /** How many there are to choose from. */
  readonly total: number;
}

export interface GalleryKind {
  readonly title: string;
  readonly isChosen: (sample: GallerySample) => boolean;
  /** The largest come first. */
  readonly badness: (sample: GallerySample) => number;
  /** The third line below a picture. */
  readonly line: (sample: GallerySample) => string;
  readonly summary: (shown: number, chosen: number, all: number) => string;
}

export function sampleGallery(
  images: tf.Tensor | ImageSamples,
  evaluation: Predictions,
  options: SampleGalleryOptions,
  kind: GalleryKind,
): Picture<SampleGalleryData> {
  checkOptions("options", options, ["count", "columns", "title"]);
  checkTitle(options);
  const { count = 32, title = kind.title } = options;
  checkWhole("count", count, 1, 200);
  if (options.columns !== undefined) checkWhole("columns", options.columns, 1, 200);
  const all = samplesOf(evaluation);
  const chosen = all.filter(kind.isChosen).sort((a, b) => kind.badness(b) - kind.badness(a) || a.index - b.index);
  const samples = chosen.slice(0, count);
  const { pixels, height, width, channels } = readImages(images, (length) => {
    if (length !== all.length)
      throw invalid(
        "images",
        `${all.length} images, those that were evaluated, in the same order (shuffle: false)`,
        length,
      );
    return samples.map(({ index }) => index);
  });
  if ("get" in images) checkOrder(images, evaluation, samples);
  const summary = kind.summary(samples.length, chosen.length, all.length);
  const names = samples.map((sample) => `${sample.predictedClass}\ntrue ${sample.trueClass}\n${kind.line(sample)}`);
  const tiles = pixels.map((one) => ({ pixels: one, height, width, channels }));
  const box = boxOf({ height, width });
  const columns = options.columns ?? Math.max(1, columnsFor(tiles.length, box));
  const lines = samples.map(
    (sample) =>
      `  image ${sample.index}: predicted ${sample.predictedClass}, true ${sample.trueClass}, ${kind.line(sample)}`,
  );
  const spec = () => sheetSpec({ tiles, names, box, columns, title, summary });
  return new Picture(spec, { samples, total: chosen.length }, [`${title}: ${summary}`, ...lines].join("\n"));
}

/** Pictures under the wrong names would be looked at for long. A data set may have other class numbers, or other names. */
function checkOrder(images: ImageSamples, { yTrue }: Predictions, samples: readonly GallerySample[]): void {
  for (const { index, trueClass } of samples) {
    const { label, className } = images.get(index);
    if (label === undefined || label === yTrue[index] || className === trueClass) continue;
    throw invalid(
      `images[${index}]`,
      `one of ${JSON.stringify(trueClass)}, as evaluated, in the same order (shuffle: false)`,
      className ?? label,
    );
  }
}

function samplesOf(evaluation: Predictions): GallerySample[] {
  const { yTrue, yPred, rows, classNames } = readPredictions("evaluation", evaluation);
  return yTrue.map((label, index) => {
    const predicted = yPred[index] ?? 0;
    const probability = rows[index]?.[label] ?? 0;
    return {
      index,
      trueClass: classNames[label] ?? "",
      predictedClass: classNames[predicted] ?? "",
      confidence: rows[index]?.[predicted] ?? 0,
      loss: -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON)),
      isRight: label === predicted,
    };
  });
}
