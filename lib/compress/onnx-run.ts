// Runs a model file on samples: for calibration, and for what a compressed model loses and gains. Used by activations.ts and measure.ts.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import { loadRuntime, openSession, runSession } from "../engine/jit/onnxruntime.js";

/** A batch of the model's input, and its labels where there are any. */
export interface SampleBatch {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly labels: readonly number[] | undefined;
}

/** Starts from the beginning at each call. */
export type Samples = () => AsyncGenerator<SampleBatch>;

/** What is read of an answer. Not onnxruntime's own type: an optional package is no part of the library's declarations. */
export interface Answer {
  readonly data: ArrayLike<number | bigint | string>;
}

export interface OpenModel {
  /** Answers by output name. */
  run(batch: SampleBatch): Promise<Readonly<Record<string, Answer>>>;
  readonly outputNames: readonly string[];
  close(): Promise<void>;
}

/** @throws when onnxruntime can't read the bytes, or the model has more than one input */
export async function openModel(bytes: Uint8Array, threads = 1): Promise<OpenModel> {
  const runtime = await loadRuntime();
  const session = await openSession(bytes, {
    intraOpNumThreads: threads,
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const [name, second] = session.inputNames;
  if (name === undefined || second !== undefined) {
    await session.release();
    throw invalid("file", "a model with one input", session.inputNames.length);
  }
  const [metadata] = session.inputMetadata;
  const type = metadata?.isTensor ? metadata.type : "float32";
  return {
    outputNames: session.outputNames,
    async run({ values, shape }) {
      const data = type === "uint8" ? pixels(values) : type === "int32" ? Int32Array.from(values) : values;
      return runSession(session, { [name]: new runtime.Tensor(type as "float32", data as Float32Array, [...shape]) });
    },
    close: () => session.release(),
  };
}

/** @throws when they are none: a transformed picture, of which bytes would be all but black */
function pixels(values: Float32Array): Uint8Array {
  const wrong = values.find((value) => !(value >= 0 && value <= 255 && Number.isInteger(value)));
  if (wrong !== undefined)
    throw invalid("samples", "pictures of whole numbers from 0 to 255, since the file has its transform within", wrong);
  return Uint8Array.from(values);
}

/**
 * A loader, an array of batches { xs, ys }, or a tensor, as samples that can be gone through again.
 * @throws when it is none of these
 */
export function samplesOf(name: string, given: unknown): Samples {
  if (given instanceof tf.Tensor) {
    const [values, shape] = [Float32Array.from(given.dataSync()), [...given.shape]];
    return async function* () {
      yield { values, shape, labels: undefined };
    };
  }
  const batches = given as
    | (AsyncIterable<unknown> & Iterable<unknown> & { epoch?(n: number): AsyncIterable<unknown> })
    | undefined;
  const isBatches = typeof batches?.[Symbol.asyncIterator] === "function" || Array.isArray(batches);
  if (!isBatches || batches === undefined)
    throw invalid(name, "a loader, an array of batches { xs, ys }, or a tensor", given);
  return async function* () {
    const isLoader = typeof batches.epoch === "function";
    for await (const batch of batches.epoch?.(0) ?? batches) yield readBatch(name, batch, isLoader);
  };
}

function readBatch(name: string, batch: unknown, dispose: boolean): SampleBatch {
  const { xs, ys } = (batch ?? {}) as { xs?: unknown; ys?: unknown };
  if (!(xs instanceof tf.Tensor)) throw invalid(name, "batches { xs, ys } of tensors", batch);
  const labels = ys instanceof tf.Tensor && ys.rank === 1 ? Array.from(ys.dataSync()) : undefined;
  const sample = { values: Float32Array.from(xs.dataSync()), shape: [...xs.shape], labels };
  // A loader's batches are whose who iterates.
  if (dispose) tf.dispose([xs, ys instanceof tf.Tensor ? ys : undefined].filter((tensor) => tensor !== undefined));
  return sample;
}
