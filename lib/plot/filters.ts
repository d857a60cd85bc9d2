// The filters of a convolution as pictures: what a network looks for.
import type * as tf from "@tensorflow/tfjs";
import { imageBytes } from "../engine/image-bytes.js";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { checkTitle } from "./class-names.js";
import { checkModel, findLayer } from "./model-layers.js";
import { short } from "./number-series.js";
import { Picture } from "./picture.js";
import { boxOf, columnsFor, sheetSpec, type Tile } from "./tile-sheet.js";

export interface FiltersOptions {
  /** The name of a layer with filters; the model's first by default. */
  layer?: string;
  /** How many filters at most; 1 to 128, by default 64 of images, else 12. */
  count?: number;
  /** Above the picture. */
  title?: string;
}

export interface FiltersData {
  readonly layer: string;
  /** Of all filters: [height, width, inputs, filters]. */
  readonly shape: readonly number[];
  /** The weights that are shown black and white; grey is 0. */
  readonly range: readonly [number, number];
}

/** Beyond images, a filter is a row, with a tile for each of its first input channels. */
const mostInputs = 8;

/**
 * Draws the filters (kernels) of a convolution: those on grey or RGB images as they are, others a row each, with a tile for each
 * of their first 8 input channels. Grey is 0, black and white are minus and plus the largest weight.
 * @param model a tf.LayersModel
 * @throws unless the model has a layer of that name with filters [height, width, inputs, filters], of finite weights
 */
export function filters(model: tf.LayersModel, options: FiltersOptions = {}): Picture<FiltersData> {
  checkOptions("options", options, ["layer", "count", "title"]);
  checkTitle(options);
  checkModel(model);
  const what = "a layer with filters [height, width, inputs, filters]";
  const layer = findLayer(model, options.layer, { fits: (one) => one.weights[0]?.shape.length === 4, what });
  const weight = layer.getWeights()[0];
  const [height = 0, width = 0, inputs = 0, outputs = 0] = weight?.shape ?? [];
  const areImages = inputs === 1 || inputs === 3;
  const { count = areImages ? 64 : 12, title = `Filters of ${layer.name}` } = options;
  checkWhole("count", count, 1, 128);
  const values = weight?.dataSync() ?? [];
  let most = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) throw invalid("model", "finite weights", value);
    most = Math.max(most, Math.abs(value));
  }
  const range = [-(most || 1), most || 1] as const;
  const shown = Math.min(count, outputs);
  const parts = areImages ? 1 : Math.min(inputs, mostInputs);
  const channels = areImages ? (inputs as 1 | 3) : 1;
  const tiles = Array.from({ length: shown * parts }, (_, i): Tile => {
    const [filter, first] = [Math.floor(i / parts), areImages ? 0 : i % parts];
    const own = Array.from({ length: height * width * channels }, (_, at) => {
      const [pixel, channel] = [Math.floor(at / channels), first + (at % channels)];
      return values[(pixel * inputs + channel) * outputs + filter] ?? 0;
    });
    return { pixels: imageBytes(own, range), height, width, channels };
  });
  const box = boxOf({ height, width });
  const names = areImages
    ? tiles.map((_, i) => String(i))
    : tiles.map((_, i) => (i % parts ? "" : `filter ${i / parts}`));
  const heads = areImages ? undefined : Array.from({ length: parts }, (_, i) => `input ${i}`);
  const columns = areImages ? columnsFor(shown, box) : parts;
  const some =
    shown < outputs ? `${shown} of ${outputs} filters` : `${outputs} ${outputs === 1 ? "filter" : "filters"}`;
  const of = parts < inputs && !areImages ? `, ${parts} of ${inputs} inputs` : "";
  const summary = `${some} of [${height}, ${width}, ${inputs}]${of}, black ${short(range[0])}, grey 0, white ${short(range[1])}`;
  const sheet = { tiles, names, heads, box, columns, title, summary };
  const data = { layer: layer.name, shape: [height, width, inputs, outputs], range };
  return new Picture(() => sheetSpec(sheet), data, `${title}: ${summary}`);
}
