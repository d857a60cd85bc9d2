// Where a network looks: Grad-CAM, the regions of an image that speak for a class.
import * as tf from "@tensorflow/tfjs";
import { imageBytes, imageRange, isImageShape } from "../engine/image-bytes.js";
import { checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import { withScores } from "../engine/model-scores.js";
import { checkClassNames, checkTitle } from "./class-names.js";
import { checkModel, findLayer, isConvolution, layerOutput, putsOutMaps, readBatch, withCall } from "./model-layers.js";
import { extent } from "./number-series.js";
import { Picture } from "./picture.js";
import { boxOf, sheetSpec, type Tile } from "./tile-sheet.js";

export interface GradCamOptions {
  /** The class that is asked for, of all images or one an image; by default the one that the model predicts. */
  classes?: number | ArrayLike<number>;
  /** One a class. */
  classNames?: ArrayLike<string>;
  /** The name of a layer that puts out [height, width, channels]; the model's last convolution by default. */
  layer?: string;
  /** Above the picture. */
  title?: string;
}

export interface GradCamData {
  readonly layer: string;
  /** One an image. */
  readonly classes: readonly number[];
  /** α of the paper, one a channel for each image. */
  readonly weights: readonly (readonly number[])[];
  /** L of the paper for each image, at least 0, at the layer's size: rows of numbers. */
  readonly maps: readonly (readonly (readonly number[])[])[];
}

/** Vermillion, of the palette. */
const hot = [213, 94, 0];
const strength = 0.75;

/**
 * Draws which regions of images speak for a class: α, the gradient of the class's score (before the softmax) averaged over each
 * channel of a convolution's output A, then ReLU(Σ α A). Each image stands beside the same in grey under its map, whose
 * strongest place is full red. Selvaraju et al. 2017, Grad-CAM, https://arxiv.org/abs/1610.02391
 * @param model a tf.LayersModel that puts out one number a class (scores or probabilities)
 * @param images as the model takes them (transformed): [images, height, width, channels], or one image; 1 to 16, grey, RGB or RGBA
 * @throws unless the images fit the model, the classes exist, and all maps are finite
 */
export function gradCam(model: tf.LayersModel, images: tf.Tensor, options: GradCamOptions = {}): Picture<GradCamData> {
  checkOptions("options", options, ["classes", "classNames", "layer", "title"]);
  checkTitle(options);
  checkModel(model);
  const outputs = model.outputs[0]?.shape ?? [];
  const count = outputs[1] ?? 0;
  if (outputs.length !== 2 || count < 1) throw invalid("model", "one that puts out one number a class", outputs);
  const fits = options.layer === undefined ? isConvolution : putsOutMaps;
  const what = "a layer that puts out [height, width, channels]";
  const layer = findLayer(model, options.layer, { fits, what, last: true });
  const names = checkClassNames(options.classNames, count);
  const xs = readBatch("images", images, model, 16);
  try {
    const [, ...shape] = xs.shape;
    if (!isImageShape(shape)) throw invalid("images", "images of [height, width, 1, 3 or 4 channels]", shape);
    const { inside, output } = withScores(model, () => layerOutput(model, layer, xs));
    const scores = output.arraySync() as number[][];
    output.dispose();
    try {
      const classes = readClasses(options.classes, scores);
      const { weights, maps } = classMaps(model, layer, xs, inside, classes);
      const data: GradCamData = { layer: layer.name, classes, weights: weights.arraySync(), maps: maps.arraySync() };
      const [height = 0, width = 0] = shape;
      const large = tf.tidy(() => tf.image.resizeBilinear(maps.expandDims(-1) as tf.Tensor4D, [height, width]));
      const heats = large.dataSync();
      tf.dispose([weights, maps, large]);
      if (!heats.every(Number.isFinite)) throw invalid("model", "finite gradients and activations", "not finite");
      return drawn(data, names, xs, heats, options.title ?? "Grad-CAM");
    } finally {
      inside.dispose();
    }
  } finally {
    xs.dispose();
  }
}

function readClasses(given: GradCamOptions["classes"], scores: readonly (readonly number[])[]): number[] {
  if (given === undefined) return scores.map((row) => row.indexOf(Math.max(...row)));
  const all = typeof given === "number" ? scores.map(() => given) : given;
  if (!isList(all) || all.length !== scores.length)
    throw invalid("classes", `a class, or ${scores.length} of them, one an image`, given);
  return Array.from(all, (one, i) => {
    checkWhole(typeof given === "number" ? "classes" : `classes[${i}]`, one, 0, (scores[0]?.length ?? 1) - 1);
    return Number(one);
  });
}

/** α [images, channels] and L [images, height, width]. */
function classMaps(
  model: tf.LayersModel,
  layer: tf.layers.Layer,
  xs: tf.Tensor,
  inside: tf.Tensor,
  classes: readonly number[],
): { weights: tf.Tensor2D; maps: tf.Tensor3D } {
  return tf.tidy(() => {
    const chosen = tf.oneHot(tf.tensor1d([...classes], "int32"), model.outputs[0]?.shape[1] ?? 1).toFloat();
    // The gradient with respect to what is added to the layer's output is the one with respect to that output.
    const score = (added: tf.Tensor): tf.Scalar =>
      withCall(
        layer,
        (call) => (inputs, kwargs) => tf.add(call(inputs, kwargs) as tf.Tensor, added),
        () => tf.sum(tf.mul(model.apply(xs, { training: false }) as tf.Tensor, chosen)),
      );
    const gradient = withScores(model, () => tf.grad(score)(tf.zerosLike(inside)));
    const weights = gradient.mean([1, 2]) as tf.Tensor2D;
    const weighted = inside.mul(weights.expandDims(1).expandDims(1));
    return { weights, maps: weighted.sum(-1).relu() as tf.Tensor3D };
  });
}

function drawn(
  data: GradCamData,
  names: readonly string[],
  xs: tf.Tensor,
  heats: ArrayLike<number>,
  title: string,
): Picture<GradCamData> {
  const [, height = 0, width = 0, channels = 1] = xs.shape;
  const [pixels, size] = [height * width, height * width * channels];
  const values = xs.dataSync();
  const images = data.classes.map((_, i) => values.subarray(i * size, (i + 1) * size));
  const range = imageRange(images);
  const tiles = images.flatMap((image, i): Tile[] => {
    const bytes = imageBytes(image, range);
    const heat = Array.from({ length: pixels }, (_, at) => heats[i * pixels + at] ?? 0);
    const shape = { height, width };
    return [
      { pixels: bytes, ...shape, channels: channels as Tile["channels"] },
      { pixels: overlaid(bytes, channels, heat), ...shape, channels: 3 },
    ];
  });
  const labels = data.classes.map((one, i) => {
    const isEmpty = (data.maps[i] ?? []).every((row) => row.every((value) => value === 0));
    return `${names[one]}${isEmpty ? " (nothing)" : ""}`;
  });
  const columns = 2 * Math.min(data.classes.length, 4);
  const summary = `${labels.length} ${labels.length === 1 ? "image" : "images"}, what speaks for the class in ${data.layer}`;
  const tileNames = labels.flatMap((label) => ["", label]);
  const sheet = { tiles, names: tileNames, box: boxOf({ height, width }), columns, title, summary };
  return new Picture(() => sheetSpec(sheet), data, `${title}: ${summary}\n${labels.join(", ")}`);
}

/** The image in grey, red where the map is strong. */
function overlaid(bytes: Uint8Array, channels: number, heat: readonly number[]): Uint8Array {
  const most = extent(heat)?.[1] || 1;
  const colors = channels === 4 ? 3 : channels;
  return Uint8Array.from({ length: 3 * heat.length }, (_, at) => {
    const pixel = Math.floor(at / 3);
    let grey = 0;
    for (let color = 0; color < colors; color++) grey += (bytes[pixel * channels + color] ?? 0) / colors;
    const share = (strength * (heat[pixel] ?? 0)) / most;
    return Math.round((1 - share) * grey + share * (hot[at % 3] ?? 0));
  });
}
