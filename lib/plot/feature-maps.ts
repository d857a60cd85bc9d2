// What a layer makes of an image, channel by channel: where a network finds what it looks for.
import type * as tf from "@tensorflow/tfjs";
import { imageBytes } from "../engine/image-bytes.js";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { checkTitle } from "./class-names.js";
import { checkModel, findLayer, isConvolution, layerOutput, putsOutMaps, readBatch } from "./model-layers.js";
import { extent, short } from "./number-series.js";
import { Picture } from "./picture.js";
import { boxOf, columnsFor, sheetSpec, type Tile } from "./tile-sheet.js";

export interface FeatureMapsOptions {
  /** The name of a layer that puts out [height, width, channels]; the model's first convolution by default. */
  layer?: string;
  /** How many channels at most, from the first on; 1 to 128, 32 by default. */
  count?: number;
  /** Above the picture. */
  title?: string;
}

export interface FeatureMapsData {
  readonly layer: string;
  /** Of the layer's output: [height, width, channels]. */
  readonly shape: readonly number[];
  /** The values that are shown black and white, the same for all maps. */
  readonly range: readonly [number, number];
  /** The shown maps, each row by row. */
  readonly maps: readonly (readonly number[])[];
}

/**
 * Draws what a layer puts out for one image (dropout off, moving averages used), one tile a channel.
 * @param model a tf.LayersModel
 * @param image as the model takes it (transformed): [height, width, channels], or a batch of one
 * @throws unless the image fits the model, and the layer puts out finite maps
 */
export function featureMaps(
  model: tf.LayersModel,
  image: tf.Tensor,
  options: FeatureMapsOptions = {},
): Picture<FeatureMapsData> {
  checkOptions("options", options, ["layer", "count", "title"]);
  checkTitle(options);
  checkModel(model);
  const { count = 32 } = options;
  checkWhole("count", count, 1, 128);
  const fits = options.layer === undefined ? isConvolution : putsOutMaps;
  const layer = findLayer(model, options.layer, { fits, what: "a layer that puts out [height, width, channels]" });
  const { title = `Feature maps of ${layer.name}` } = options;
  const xs = readBatch("image", image, model, 1);
  let shape: readonly number[] = [];
  let values: ArrayLike<number> = [];
  try {
    const { inside, output } = layerOutput(model, layer, xs);
    [shape, values] = [inside.shape.slice(1), inside.dataSync()];
    inside.dispose();
    output.dispose();
  } finally {
    xs.dispose();
  }
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) throw invalid("layer", "one that puts out finite values", values[i]);
  const [height = 0, width = 0, channels = 0] = shape;
  const shown = Math.min(count, channels);
  const maps = Array.from({ length: shown }, (_, channel) =>
    Array.from({ length: height * width }, (_, pixel) => values[pixel * channels + channel] ?? 0),
  );
  const [least, most] = extent(maps.flat()) ?? [0, 0];
  const range = most > least ? ([least, most] as const) : ([least - 1, least + 1] as const);
  const tiles = maps.map((map): Tile => ({ pixels: imageBytes(map, range), height, width, channels: 1 }));
  const box = boxOf({ height, width });
  const some =
    shown < channels ? `${shown} of ${channels} channels` : `${channels} ${channels === 1 ? "channel" : "channels"}`;
  const silent = maps.filter((map) => map.every((value) => value === 0)).length;
  const dead = silent ? `, ${silent} of them 0 everywhere` : "";
  const summary = `${some} of [${height}, ${width}]${dead}, black ${short(range[0])}, white ${short(range[1])}`;
  const sheet = { tiles, names: maps.map((_, i) => String(i)), box, columns: columnsFor(shown, box), title, summary };
  return new Picture(() => sheetSpec(sheet), { layer: layer.name, shape, range, maps }, `${title}: ${summary}`);
}
