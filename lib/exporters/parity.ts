// Compares what a model file answers with what the model answers. Called by the exporters before a file is written.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import type { PortableInput } from "../engine/jit/portable-graph.js";
import { SplitMix32 } from "../engine/random.js";
import type { Transform } from "../transforms/transform.js";
import type { ImageShape } from "./transform-graph.js";

/** What a model is asked. */
export interface Sample {
  readonly inputs: readonly PortableInput[];
  readonly transform: Transform | undefined;
  /** What the transform gets. */
  readonly imageShape: ImageShape | undefined;
  /** Random inputs are whole numbers below this: indices of embeddings. */
  readonly below?: number | undefined;
  /** Real inputs, besides random ones. */
  readonly given: tf.Tensor | undefined;
}

export interface Parity {
  /** |file − model| / max(1, |model|), over all answers. */
  readonly maxDifference: number;
  /** How many samples were compared. */
  readonly samples: number;
  /** Where the largest difference is: "random input", "given input". */
  readonly worst: string;
}

/** One batch, for both. */
export interface Feed {
  readonly kind: string;
  readonly count: number;
  /** As the model gets it. */
  readonly tensors: readonly tf.Tensor[];
  /** As the file gets it. */
  readonly values: readonly {
    readonly type: "float32" | "int32" | "uint8";
    readonly data: Float32Array | Int32Array | Uint8Array;
    readonly shape: readonly number[];
  }[];
}

/**
 * @param answer what the file says to a feed, one list of numbers an output
 * @throws when `given` doesn't fit, and what `answer` throws
 */
export async function checkParity(
  model: tf.LayersModel,
  sample: Sample,
  answer: (feed: Feed) => Promise<readonly (Float32Array | undefined)[]>,
): Promise<Parity> {
  let [maxDifference, samples, worst] = [0, 0, "random input"];
  for (const feed of feedsOf(sample)) {
    try {
      const expected = answersOf(model, feed);
      const actual = await answer(feed);
      expected.forEach((values, k) => {
        const difference = largest(actual[k], values);
        if (difference > maxDifference || Number.isNaN(difference)) [maxDifference, worst] = [difference, feed.kind];
      });
      samples += feed.count;
    } finally {
      for (const tensor of feed.tensors) tensor.dispose();
    }
  }
  return { maxDifference, samples, worst };
}

/** What a model of TensorFlow.js says to a feed, one list of numbers an output. */
export function answersOf(model: tf.LayersModel, feed: Feed): Float32Array[] {
  return tf.tidy(() => {
    const [only] = feed.tensors;
    const answer = model.apply(feed.tensors.length === 1 && only ? only : [...feed.tensors], { training: false });
    return ([answer].flat() as tf.Tensor[]).map((tensor) => tensor.dataSync<"float32">().slice());
  });
}

/** How many rows the smallest embedding has; undefined where the model has none. */
export function fewestIndices(model: tf.LayersModel): number | undefined {
  const counts = model.layers.flatMap((layer) => {
    const { layers } = layer as unknown as Partial<tf.LayersModel>;
    if (layers) return fewestIndices(layer as unknown as tf.LayersModel) ?? [];
    return layer.getClassName() === "Embedding" ? Number(layer.getConfig().inputDim) : [];
  });
  return counts.length ? Math.min(...counts) : undefined;
}

function largest(actual: Float32Array | undefined, expected: Float32Array): number {
  if (actual?.length !== expected.length) return Number.NaN;
  let most = 0;
  expected.forEach((value, i) => {
    const other = actual[i] ?? Number.NaN;
    if (Object.is(value, other) || value === other) return;
    const difference = Math.abs(other - value) / Math.max(1, Math.abs(value));
    if (!(difference <= most)) most = difference;
  });
  return most;
}

/** Batches of several sizes, since the file takes any. */
export function* feedsOf(sample: Sample): Generator<Feed> {
  const random = new SplitMix32(7);
  for (const count of [1, 2, 5]) yield randomFeed(sample, count, random);
  if (sample.given !== undefined) yield givenFeed(sample, sample.given);
}

function randomFeed({ inputs, transform, imageShape, below }: Sample, count: number, random: SplitMix32): Feed {
  if (transform !== undefined && imageShape !== undefined) {
    const size = count * imageShape.reduce((product, length) => product * length, 1);
    return imageFeed(
      "random input",
      Uint8Array.from({ length: size }, () => random.below(256)),
      count,
      imageShape,
      transform,
    );
  }
  const values = inputs.map(({ shape, dtype }) => {
    const size = shape.reduce((product, length) => product * length, count);
    const number = () => (below === undefined ? 2 * random.unit() - 1 : random.below(below));
    const data =
      dtype === "int32"
        ? Int32Array.from({ length: size }, () => random.below(below ?? 2))
        : Float32Array.from({ length: size }, number);
    return { type: dtype === "int32" ? ("int32" as const) : ("float32" as const), data, shape: [count, ...shape] };
  });
  const tensors = values.map(({ data, shape, type }) => tf.tensor(data, shape, type));
  return { kind: "random input", count, tensors, values };
}

function imageFeed(kind: string, bytes: Uint8Array, count: number, shape: ImageShape, transform: Transform): Feed {
  const batch = { values: bytes.slice(), shape: [count, ...shape] as const, labels: new Int32Array(count), classes: 0 };
  const ready = transform.transformBatch(
    { ...batch, shape: [count, shape[0], shape[1], shape[2]] },
    new Uint32Array(count),
  );
  const tensor = tf.tensor(Float32Array.from(ready.values), [...ready.shape]);
  return { kind, count, tensors: [tensor], values: [{ type: "uint8", data: bytes, shape: batch.shape }] };
}

function givenFeed({ inputs, transform, imageShape }: Sample, given: tf.Tensor): Feed {
  const [input] = inputs;
  const expected = imageShape ?? input?.shape ?? [];
  if (!(given instanceof tf.Tensor) || inputs.length !== 1 || given.shape.slice(1).join() !== expected.join())
    throw invalid(
      "samples",
      `a tensor [batch, ${expected.join(", ")}]`,
      given instanceof tf.Tensor ? `[${given.shape.join(", ")}]` : given,
    );
  const count = given.shape[0] ?? 0;
  const data = given.dataSync();
  if (transform !== undefined && imageShape !== undefined)
    return imageFeed("given input", Uint8Array.from(data), count, imageShape, transform);
  const type = input?.dtype === "int32" ? ("int32" as const) : ("float32" as const);
  const values = type === "int32" ? Int32Array.from(data) : Float32Array.from(data);
  return { kind: "given input", count, tensors: [given.clone()], values: [{ type, data: values, shape: given.shape }] };
}
