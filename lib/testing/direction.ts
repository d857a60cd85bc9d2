// Does the model's score go where it should? For users' own tests of their models.
import type * as tf from "@tensorflow/tfjs";
import { checkNumber, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import {
  batches,
  checkImages,
  checkLabels,
  classOf,
  followedBy,
  type ImageTransform,
  mappingOf,
  type Predictor,
  scoresOf,
} from "./predictor.js";
import { shown } from "./shown.js";

export interface DirectionOptions {
  /** Where the score should go: "decrease", the default, as when an image is blurred; or "increase". */
  expect?: "decrease" | "increase";
  /** By how much the score may go the other way, in the model's own unit; 0 by default. */
  tolerance?: number;
  /** Whose score is looked at, one class an image; by default the class that is predicted without the transform. */
  labels?: ArrayLike<number>;
  /** How many images are predicted at once; 64 by default. */
  batchSize?: number;
}

export interface Direction {
  /** The share of images whose score goes where it should, in [0, 1]. */
  rate: number;
  /** How many images there were. */
  images: number;
  /** The images (by index) whose score goes elsewhere, with both scores of the class. */
  violations: { image: number; label: number; before: number; after: number }[];
}

/**
 * The share of images for which a class's score falls (or rises) under the transform: a directional expectation test (Ribeiro et al.,
 * Beyond Accuracy, 2020, arXiv 2005.04118). A digit that is half covered should look less like itself.
 * @param model gives [n, classes] scores, or [n, 1] for two classes, of which class 0's score is the negative, from [n, …] images
 * @param images [n, height, width, channels], as the model takes them; left as they are
 * @param transform from images to images of the shape that the model takes; called once a batch
 * @throws (rejects) when an option is wrong, when there are no images, when shapes do not fit, and when a prediction is not finite
 */
export async function direction(
  model: Predictor,
  images: tf.Tensor,
  transform: ImageTransform,
  options: DirectionOptions = {},
): Promise<Direction> {
  checkOptions("options", options, ["expect", "tolerance", "labels", "batchSize"]);
  const { expect = "decrease", tolerance = 0, labels, batchSize = 64 } = options;
  if (expect !== "decrease" && expect !== "increase") throw invalid("expect", '"decrease" or "increase"', expect);
  checkNumber("tolerance", tolerance, { least: 0 });
  checkWhole("batchSize", batchSize, 1);
  checkImages(images);
  const [total = 0] = images.shape;
  if (labels !== undefined) checkLabels(labels, total);
  const predict = mappingOf("model", "predict", model);
  const change = mappingOf("transform", "apply", transform);
  const sign = expect === "decrease" ? 1 : -1;
  const violations: Direction["violations"] = [];
  for await (const { batch, start, size } of batches(images, batchSize)) {
    const before = await scoresOf(predict, batch, size);
    const after = await scoresOf(async (input) => followedBy(await change(input), predict), batch, size);
    before.forEach((row, i) => {
      const label = labels?.[start + i] ?? classOf(row, 0);
      const [from, to] = [scoreOf(row, label), scoreOf(after[i] ?? [], label)];
      if (sign * (to - from) > tolerance) violations.push({ image: start + i, label, before: from, after: to });
    });
  }
  return withDisplay({ rate: 1 - violations.length / total, images: total, violations }, expect);
}

function scoreOf(row: readonly number[], label: number): number {
  if (row.length === 1 && label <= 1) return label === 1 ? (row[0] ?? 0) : -(row[0] ?? 0);
  const score = row[label];
  if (score === undefined) throw invalid("labels", `classes below ${row.length}`, label);
  return score;
}

function withDisplay(value: Direction, expect: string): Direction {
  const percent = (100 * value.rate).toFixed(1);
  const examples = value.violations.map(
    ({ image, label, before, after }) => `image ${image}, class ${label}: ${brief(before)} → ${brief(after)}`,
  );
  return shown(value, `the scores of ${percent} % of ${value.images} images ${expect}`, examples);
}

function brief(score: number): number {
  return Number(score.toPrecision(4));
}
