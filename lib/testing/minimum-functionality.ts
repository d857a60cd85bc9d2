// Does the model get the simple cases right? For users' own tests of their models.
import type * as tf from "@tensorflow/tfjs";
import { checkNumber, checkOptions, checkWhole } from "../engine/invalid.js";
import { batches, checkImages, checkLabels, classesOf, mappingOf, type Predictor } from "./predictor.js";
import { shown } from "./shown.js";

export interface MinimumFunctionalityOptions {
  /** How many images are predicted at once; 64 by default. */
  batchSize?: number;
  /** Models with one output: above this is class 1, the rest class 0; 0.5 by default. */
  threshold?: number;
}

export interface MinimumFunctionality {
  /** The share of cases that are right, in [0, 1]. */
  rate: number;
  /** How many cases there were. */
  images: number;
  /** The cases (by index) that are wrong, with what was expected and what came. */
  failed: { image: number; expected: number; predicted: number }[];
}

/**
 * The share of simple cases that the model gets right: a minimum functionality test (Ribeiro et al., Beyond Accuracy, 2020,
 * arXiv 2005.04118), the unit test of a model. The cases are few, clear to anybody, and made or chosen by hand.
 * @param model gives [n, classes] scores, or [n, 1] for two classes, from [n, …] images
 * @param images [n, height, width, channels], as the model takes them
 * @param labels the class of each, a whole number from 0
 * @throws (rejects) when there are no images, when the labels are not as many, when shapes do not fit, and when a prediction is not finite
 */
export async function minimumFunctionality(
  model: Predictor,
  images: tf.Tensor,
  labels: ArrayLike<number>,
  options: MinimumFunctionalityOptions = {},
): Promise<MinimumFunctionality> {
  checkOptions("options", options, ["batchSize", "threshold"]);
  const { batchSize = 64, threshold = 0.5 } = options;
  checkWhole("batchSize", batchSize, 1);
  checkNumber("threshold", threshold);
  checkImages(images);
  const [total = 0] = images.shape;
  checkLabels(labels, total);
  const predict = mappingOf("model", "predict", model);
  const failed: MinimumFunctionality["failed"] = [];
  for await (const { batch, start, size } of batches(images, batchSize)) {
    const classes = await classesOf(predict, batch, size, threshold);
    classes.forEach((predicted, i) => {
      const expected = labels[start + i] ?? -1;
      if (predicted !== expected) failed.push({ image: start + i, expected, predicted });
    });
  }
  const value = { rate: 1 - failed.length / total, images: total, failed };
  return shown(
    value,
    `${total - failed.length} of ${total} simple cases are right`,
    failed.map(({ image, expected, predicted }) => `image ${image}: ${predicted} instead of ${expected}`),
  );
}
