// The mistakes of a classifier as pictures, the surest first: mislabelled data and blind spots are seen at once.
import type * as tf from "@tensorflow/tfjs";
import type { ImageSamples } from "./image-values.js";
import type { Picture } from "./picture.js";
import type { Predictions } from "./predictions.js";
import { type SampleGalleryData, type SampleGalleryOptions, sampleGallery } from "./sample-gallery.js";

/**
 * Shows the images that were taken for another class, with the predicted class, the true one, and the probability of the
 * predicted class; those that the classifier was surest of come first.
 * @param images what was evaluated, in the same order: a tensor [count, height, width, channels], or a data set of images
 * @param evaluation what `ml.evaluate` returns, or `{ yTrue, probabilities }`, for a loader that doesn't shuffle
 * @throws unless there are as many images as samples, and those of a data set are the evaluated ones, in their order
 */
export function misclassified(
  images: tf.Tensor | ImageSamples,
  evaluation: Predictions,
  options: SampleGalleryOptions = {},
): Picture<SampleGalleryData> {
  return sampleGallery(images, evaluation, options, {
    title: "Misclassified",
    isChosen: ({ isRight }) => !isRight,
    badness: ({ confidence }) => confidence,
    line: ({ confidence }) => `${(100 * confidence).toFixed(1)} %`,
    summary: (shown, chosen, all) => {
      const of = `${chosen.toLocaleString("en")} of ${all.toLocaleString("en")} samples`;
      if (chosen === 0) return `none of ${all.toLocaleString("en")} ${all === 1 ? "sample" : "samples"}`;
      return shown < chosen ? `${of}, the ${shown} surest mistakes` : of;
    },
  });
}
