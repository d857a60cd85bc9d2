// What a transform is, and how one is made out of a function on batches. Every other file here makes one with it; the loader,
// exporters and the server use them.
import type * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import { mixSeeds, type Random, SplitMix32 } from "../engine/random.js";
import type { ImageBatch } from "./image-batch.js";
import { batchOf, tensorOf } from "./tensors.js";

/** A transform as JSON: its name, and its options complete with defaults. */
export interface TransformJSON {
  readonly transform: string;
  readonly [option: string]: unknown;
}

/** Changes images, the same way in training, in worker threads and when serving. Immutable. */
export interface Transform {
  /** The function of `ml.transforms` that makes it. */
  readonly name: string;
  /** Whether its results depend on seeds. */
  readonly random: boolean;
  /** The URL of the module whose `fromJSON` makes it again, in a worker thread. */
  readonly module: string;
  /**
   * @param batch images; its arrays may be overwritten
   * @param seeds a whole number in [0, 2³²) an image: the same seeds, the same result
   * @throws when the transform doesn't fit the images
   */
  transformBatch(batch: ImageBatch, seeds: Uint32Array): ImageBatch;
  /**
   * The same for tensors, which stay as they are.
   * @param images [images, height, width, channels] or [height, width, channels]; int32 holds bytes (0 to 255)
   * @param seed whole number; by default one that grows with each call of this transform
   * @returns a new tensor, int32 for bytes, else float32
   */
  apply(images: tf.Tensor, seed?: number): tf.Tensor;
  /** JSON.stringify(transform) ⇄ fromJSON. */
  toJSON(): TransformJSON;
}

export interface TransformParts {
  readonly name: string;
  /** Complete with defaults, and JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly random: boolean;
  run(batch: ImageBatch, seeds: Uint32Array): ImageBatch;
}

/** A transform out of its parts. */
export function makeTransform({ name, options, random, run }: TransformParts): Transform {
  let calls = 0;
  const toJSON = () => ({ transform: name, ...structuredClone(options) });
  const transform: Transform = {
    name,
    random,
    module: new URL("./from-json.js", import.meta.url).href,
    transformBatch: run,
    apply(images, seed = calls++) {
      if (!Number.isInteger(seed)) throw invalid("seed", "a whole number", seed);
      const batch = batchOf(images);
      const seeds = Uint32Array.from({ length: batch.shape[0] }, (_, i) => mixSeeds(seed, i));
      return tensorOf(run(batch, seeds), images);
    },
    toJSON,
  };
  const show = () => ({ "text/plain": JSON.stringify(toJSON(), undefined, 1).replaceAll(/\s*\n\s*/g, " ") });
  Object.defineProperty(transform, Symbol.for("Jupyter.display"), { value: show, enumerable: false });
  return Object.freeze(transform);
}

/** Calls `change` with each image's random numbers. */
export function eachImage(seeds: Uint32Array, change: (image: number, random: Random) => void): void {
  seeds.forEach((seed, image) => {
    change(image, new SplitMix32(seed));
  });
}
