// Does the model's answer stay the same where it should? For users' own tests of their models.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { checkNumber, checkOptions, checkWhole, invalid } from "../engine/invalid.js";

/** Anything that predicts: a tf.LayersModel, a tf.GraphModel, or a function. */
export type Predictor = { predict(images: tf.Tensor): tf.Tensor | tf.Tensor[] | object } | Mapping;
/** Anything that changes images but not what they show: a function, or an object with such an `apply`. */
export type ImageTransform = { apply(images: tf.Tensor): tf.Tensor | Promise<tf.Tensor> } | Mapping;
export type Mapping = (images: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>;

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
  if (!(images instanceof tf.Tensor) || images.rank < 2 || images.size === 0) {
    const given: unknown = images;
    throw invalid("images", "a tensor [n, height, width, channels] of one or more", given);
  }
  checkTensor("images", images);
  const predict = mappingOf("model", "predict", model);
  const change = mappingOf("transform", "apply", transform);
  const [total = 0] = images.shape;
  const changed: Invariance["changed"] = [];
  for (let start = 0; start < total; start += batchSize) {
    stopIfAborted();
    const size = Math.min(batchSize, total - start);
    const batch = images.slice([start, ...images.shape.slice(1).map(() => 0)], [size, ...images.shape.slice(1)]);
    try {
      const before = await classesOf(predict, batch, size, threshold);
      const after = await classesOf(async (input) => followedBy(await change(input), predict), batch, size, threshold);
      before.forEach((label, i) => {
        const other = after[i] ?? label;
        if (other !== label) changed.push({ image: start + i, before: label, after: other });
      });
    } finally {
      batch.dispose();
    }
  }
  return withDisplay({ rate: 1 - changed.length / total, images: total, changed });
}

function mappingOf(name: string, method: "predict" | "apply", given: Predictor | ImageTransform): Mapping {
  const call: unknown = typeof given === "function" ? given : (given as Record<string, unknown> | null)?.[method];
  if (typeof call !== "function") {
    throw invalid(name, `a function, or an object with ${method}(images)`, given);
  }
  return async (images) => {
    const result: unknown = await call.call(given, images);
    if (result instanceof tf.Tensor) return result;
    if (typeof result === "object" && result !== null) tf.dispose(result as tf.TensorContainer);
    throw invalid(name, "one tensor as its result", result);
  };
}

/** What `next` makes of a tensor that is then no longer needed (unless it is the result itself). */
async function followedBy(tensor: tf.Tensor, next: Mapping): Promise<tf.Tensor> {
  let result: tf.Tensor | undefined;
  try {
    result = await next(tensor);
    return result;
  } finally {
    if (result !== tensor) tensor.dispose();
  }
}

async function classesOf(predict: Mapping, batch: tf.Tensor, size: number, threshold: number): Promise<number[]> {
  // Of a copy: a transform or a model may hand back what it was given.
  const scores = await followedBy(batch.clone(), predict);
  try {
    const [rows = 0, columns = 1] = scores.shape;
    if (rows !== size || scores.size !== rows * columns) {
      throw new Error(`invalid model; expected scores of shape [${size}, classes]: [${scores.shape.join(", ")}]`);
    }
    const values = await scores.data();
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new Error(`invalid model; expected finite scores: ${values[bad]}`);
    return Array.from({ length: rows }, (_, row) => {
      const own = Array.from(values.subarray(row * columns, (row + 1) * columns));
      return columns === 1 ? Number((own[0] ?? 0) > threshold) : own.indexOf(Math.max(...own));
    });
  } finally {
    scores.dispose();
  }
}

/** @throws the reason of the current cell's AbortSignal, once it was told to stop. */
function stopIfAborted(): void {
  const signal = (globalThis as Record<symbol, unknown>)[Symbol.for("Jupyter.abortSignal")];
  (signal as AbortSignal | undefined)?.throwIfAborted();
}

function withDisplay(value: Invariance): Invariance {
  const percent = (100 * value.rate).toFixed(1);
  const examples = value.changed.slice(0, 5).map(({ image, before, after }) => `image ${image}: ${before} → ${after}`);
  const more = value.changed.length > 5 ? [`… ${value.changed.length - 5} more`] : [];
  const text = [`${percent} % of ${value.images} images keep their class`, ...examples, ...more].join("\n");
  const show = () => ({ "text/plain": text });
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { value: show, enumerable: false });
}
