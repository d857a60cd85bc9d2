// The samples with the largest losses as pictures, as fastai's plot_top_losses: what the model finds hardest.
import type * as tf from "@tensorflow/tfjs";
import type { ImageSamples } from "./image-values.js";
import type { Picture } from "./picture.js";
import type { Predictions } from "./predictions.js";
import { type SampleGalleryData, type SampleGalleryOptions, sampleGallery } from "./sample-gallery.js";

/**
 * Shows the images with the largest loss, −ln of the true class's probability, right or wrong; with the predicted class, the
 * true one, and the loss. The mean of all losses is `ml.metrics.logLoss`.
 * @param images what was evaluated, in the same order: a tensor [count, height, width, channels], or a data set of images
 * @param evaluation what `ml.evaluate` returns, or `{ yTrue, probabilities }`, for a loader that doesn't shuffle
 * @throws unless there are as many images as samples, and those of a data set are the evaluated ones, in their order
 */
export function topLosses(
  images: tf.Tensor | ImageSamples,
  evaluation: Predictions,
  options: SampleGalleryOptions = {},
): Picture<SampleGalleryData> {
  return sampleGallery(images, evaluation, options, {
    title: "Top losses",
    isChosen: () => true,
    badness: ({ loss }) => loss,
    line: ({ loss }) => `loss ${loss.toFixed(2)}`,
    summary: (shown, _, all) => `${shown} of ${all.toLocaleString("en")} samples`,
  });
}
