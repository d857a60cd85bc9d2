// Makes transforms again from JSON: in worker threads (which import this module), and from what a model was exported with.

import { invalid } from "../engine/invalid.js";
import { centerCrop } from "./center-crop.js";
import { type ColorJitterOptions, colorJitter } from "./color-jitter.js";
import { compose } from "./compose.js";
import { type CutoutOptions, cutout } from "./cutout.js";
import { type FlipOptions, randomHorizontalFlip, randomVerticalFlip } from "./flip.js";
import { type GrayscaleOptions, grayscale } from "./grayscale.js";
import { type MixupOptions, mixup } from "./mixup.js";
import { normalize } from "./normalize.js";
import { pad } from "./pad.js";
import { randomCrop } from "./random-crop.js";
import { type RandomErasingOptions, randomErasing } from "./random-erasing.js";
import { randomResizedCrop } from "./random-resized-crop.js";
import { randomRotation } from "./random-rotation.js";
import { resize } from "./resize.js";
import type { Size } from "./size.js";
import { toTensor } from "./to-tensor.js";
import type { Transform, TransformJSON } from "./transform.js";
import type { Padding } from "./window.js";

type Options = Readonly<Record<string, unknown>>;

// Each function checks its own options, so what JSON holds needs no check here.
const MAKERS: Readonly<Record<string, (options: Options) => Transform>> = {
  compose: ({ transforms }) => compose(Array.isArray(transforms) ? transforms.map(fromJSON) : (transforms as never)),
  resize: ({ size, ...options }) => resize(size as Size, options),
  toTensor: () => toTensor(),
  normalize: ({ mean, std }) => normalize(mean as number[], std as number[]),
  pad: ({ padding, ...options }) => pad(padding as Padding, options),
  centerCrop: ({ size }) => centerCrop(size as Size),
  randomCrop: ({ size, ...options }) => randomCrop(size as Size, options),
  randomResizedCrop: ({ size, ...options }) => randomResizedCrop(size as Size, options),
  randomHorizontalFlip: (options) => randomHorizontalFlip(options as FlipOptions),
  randomVerticalFlip: (options) => randomVerticalFlip(options as FlipOptions),
  randomRotation: ({ degrees, ...options }) => randomRotation(degrees as number, options),
  colorJitter: (options) => colorJitter(options as ColorJitterOptions),
  grayscale: (options) => grayscale(options as GrayscaleOptions),
  cutout: (options) => cutout(options as unknown as CutoutOptions),
  randomErasing: (options) => randomErasing(options as RandomErasingOptions),
  mixup: (options) => mixup(options as MixupOptions),
};

/**
 * The transform that JSON.stringify was given.
 * @param json the text, or the object in it
 * @throws when it names no transform, or an option is out of range
 */
export function fromJSON(json: string | TransformJSON): Transform {
  const given: unknown = typeof json === "string" ? parsed(json) : json;
  const { transform, ...options } = (given ?? {}) as Partial<TransformJSON>;
  const make = typeof transform === "string" && Object.hasOwn(MAKERS, transform) ? MAKERS[transform] : undefined;
  if (make === undefined) throw invalid("transform", `one of ${Object.keys(MAKERS).join(", ")}`, transform);
  return make(options);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("json", "what JSON.stringify(transform) gave", text.slice(0, 80));
  }
}
