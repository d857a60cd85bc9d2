// Does the model's answer stay the same where it should? For users' own tests of their models.
import type * as tf from "@tensorflow/tfjs";
import { checkNumber, checkOptions, checkWhole } from "../engine/invalid.js";
import {
  batches,
  checkImages,
  classesOf,
  followedBy,
  type ImageTransform,
  mappingOf,
  type Predictor,
} from "./predictor.js";
import { shown } from "./shown.js";

export interface InvarianceOptions {
  /** How many images are predicted at once; 64 by default. */
  batchSize?: number;
  /** Models with one output: above this is one class, the rest the other; 0.5 by default. */
  threshold?: number;
}

export interface Invariance {
  /** The share of images whose predicted class stays, in [0, 1]. */
  rate: number;
  /** How many images there were. */
  images: number;
  /** The images (by index) whose class changes, with both classes. */
  changed: { image: number; before: number; after: number }[];
}

/**
 * The share of images for which the model predicts the same class with and without the transform: an invariance test
 * (Ribeiro et al., Beyond Accuracy, 2020, arXiv 2005.04118). Needs no labels.
 * @param model gives [n, classes] scores, or [n, 1] for two classes, from [n, …] images
 * @param images [n, height, width, channels], as the model takes them; left as they are
 * @param transform from images to images of the shape that the model takes; called once a batch
 * @throws (rejects) when there are no images, when shapes do not fit, and when a prediction is not finite
 */
export async function invariance(
  model: Predictor,
  images: tf.Tensor,
  transform: ImageTransform,
  options: InvarianceOptions = {},
): Promise<Invariance> {
  checkOptions("options", options, ["batchSize", "threshold"]);
  const { batchSize = 64, threshold = 0.5 } = options;
  checkWhole("batchSize", batchSize, 1);
  checkNumber("threshold", threshold);
  checkImages(images);
  const predict = mappingOf("model", "predict", model);
  const change = mappingOf("transform", "apply", transform);
  const [total = 0] = images.shape;
  const changed: Invariance["changed"] = [];
  for await (const { batch, start, size } of batches(images, batchSize)) {
    const before = await classesOf(predict, batch, size, threshold);
    const after = await classesOf(async (input) => followedBy(await change(input), predict), batch, size, threshold);
    before.forEach((label, i) => {
      const other = after[i] ?? label;
      if (other !== label) changed.push({ image: start + i, before: label, after: other });
    });
  }
  return withDisplay({ rate: 1 - changed.length / total, images: total, changed });
}

function withDisplay(value: Invariance): Invariance {
  const percent = (100 * value.rate).toFixed(1);
  const examples = value.changed.map(({ image, before, after }) => `image ${image}: ${before} → ${after}`);
  return shown(value, `${percent} % of ${value.images} images keep their class`, examples);
}
