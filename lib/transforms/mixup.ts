// Mixes the images of a batch, and their labels.

import { checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import { SplitMix32 } from "../engine/random.js";
import type { ImageBatch } from "./image-batch.js";
import { checkPixels } from "./size.js";
import { makeTransform, type Transform } from "./transform.js";

export interface MixupOptions {
  /** The share of the other image is drawn from Beta(alpha, alpha); above 0, 1 (uniform) by default. */
  readonly alpha?: number;
  /** How many classes; by default as many as the data set has. */
  readonly classes?: number;
}

/**
 * Each image becomes λ · itself + (1 − λ) · the one before it in the batch, with one λ a batch; labels become probabilities
 * [images, classes], mixed alike (torchvision's MixUp; Zhang et al., "mixup: beyond empirical risk minimization", 2018,
 * arXiv 1710.09412). The last transform of all, on float32 images; use it for training only. The loss takes probabilities.
 * @throws when an option is out of range; (when it runs) when it does not fit the images
 */
export function mixup(options: MixupOptions = {}): Transform {
  checkOptions("options", options, ["alpha", "classes"]);
  const { alpha = 1, classes } = options;
  checkNumber("alpha", alpha, { above: 0 });
  if (classes !== undefined) checkPixels("classes", classes, 1);
  return makeTransform({
    name: "mixup",
    options: { alpha, ...(classes === undefined ? {} : { classes }) },
    random: true,
    run: (batch, seeds) => {
      const { values, shape } = batch;
      if (!(values instanceof Float32Array)) throw invalid("images", "float32 for mixup (toTensor() before)", "uint8");
      const share = new SplitMix32(seeds[0] ?? 0).beta(alpha, alpha);
      const targets = probabilities(batch, classes ?? batch.classes);
      return { ...batch, values: mixed(values, shape[0], share), labels: mixed(targets, shape[0], share) };
    },
  });
}

/** One-hot rows for classes; what is no class is mixed as it is. */
function probabilities({ labels, shape }: ImageBatch, classes: number): Float32Array {
  if (labels instanceof Float32Array) return labels;
  if (labels.length > 0 && classes < 1) throw invalid("classes", "the number of classes", classes);
  const rows = new Float32Array(labels.length === 0 ? 0 : shape[0] * classes);
  labels.forEach((label, i) => {
    if (label >= classes) throw invalid("classes", `more than ${label}, a label`, classes);
    rows[i * classes + label] = 1;
  });
  return rows;
}

/** share · each row + (1 − share) · the row before it (the first one's is the last). */
function mixed(values: Float32Array, rows: number, share: number): Float32Array {
  const size = values.length / Math.max(1, rows);
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const other = i < size ? values.length - size + i : i - size;
    result[i] = Math.fround((values[i] ?? 0) * share) + Math.fround((values[other] ?? 0) * (1 - share));
  }
  return result;
}
