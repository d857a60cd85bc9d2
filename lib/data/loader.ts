// Batches of tensors out of a data set: shuffled, transformed, made ahead by worker threads. Read by ml.fit, ml.evaluate and
// people's own loops.
import * as tf from "@tensorflow/tfjs";
import { ready } from "../engine/backend.js";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { countUp, mixSeeds, seedOrRandom, Xoshiro128 } from "../engine/random.js";
import { type BatchSource, type BatchTransform, makeBatch, type ReadyBatch } from "./batch.js";
import type { WorkerSetup } from "./batch-worker.js";
import { Dataset } from "./dataset.js";
import { showLoader } from "./loader-display.js";
import { prefetch } from "./prefetch.js";
import { stopSignal } from "./stop-signal.js";
import { WorkerPool } from "./worker-pool.js";

export interface LoaderOptions {
  /** Samples a batch, at least 1; 32 by default. The last batch has what is left, unless `dropLast`. */
  readonly batchSize?: number;
  /** Another order every epoch; false by default. */
  readonly shuffle?: boolean;
  /** Whole number in [0, 2³²): the same order and the same augmentation on every machine; a random one by default. */
  readonly seed?: number;
  /** One of `ml.transforms`, applied batch by batch. Without, images are float32 from 0 to 255. */
  readonly transform?: BatchTransform;
  /** Threads that make batches ahead, 0 (the default) to 64. Batches are the same for any number. */
  readonly workers?: number;
  /** Leave out a last batch that is not full; false by default. */
  readonly dropLast?: boolean;
  /** With workers: how many batches are made ahead at most; by default two a worker, or 1 MB a worker where that is more. */
  readonly prefetch?: number;
  /** Ends an iteration with the signal's reason. The current cell's own signal always does. */
  readonly signal?: AbortSignal;
}

/** One batch. Whoever iterates owns the tensors and disposes both. */
export interface Batch {
  /** float32 [batch, height, width, channels], or [batch, features] for tables. */
  readonly xs: tf.Tensor;
  /** int32 classes [batch]; float32 values to predict [batch]; float32 probabilities [batch, classes] after mixup. */
  readonly ys: tf.Tensor;
}

/** The same batch as plain numbers: what compiled steps take without a tensor being made. Nothing to dispose. */
export interface ArrayBatch {
  readonly xs: { readonly data: Float32Array; readonly shape: readonly number[]; readonly dtype: "float32" };
  readonly ys:
    | { readonly data: Int32Array; readonly shape: readonly number[]; readonly dtype: "int32" }
    | { readonly data: Float32Array; readonly shape: readonly number[]; readonly dtype: "float32" };
}

const KEYS = ["batchSize", "shuffle", "seed", "transform", "workers", "dropLast", "prefetch", "signal"];
const JOB_BYTES = 2 ** 19;

/**
 * A loader of batches: `for await (const { xs, ys } of loader) { …; tf.dispose([xs, ys]) }`, an epoch a loop.
 * @throws when an option is out of range
 */
export function loader(dataset: Dataset, options: LoaderOptions = {}): Loader {
  return new Loader(dataset, options);
}

/** Made by {@link loader}. */
export class Loader implements AsyncIterable<Batch> {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly workers: number;
  /** What order and augmentation follow from: a loader with the same seed gives the same batches. */
  readonly seed: number;
  readonly transform: BatchTransform | undefined;
  /** How many batches an epoch has. */
  readonly length: number;
  /** Which epoch the next plain loop runs, from 0; each loop that starts adds one. May be set. */
  nextEpoch = 0;
  readonly #jobBatches: number;
  readonly #jobsAhead: number;
  readonly #signal: AbortSignal | undefined;
  readonly #pool: WorkerPool;

  constructor(dataset: Dataset, options: LoaderOptions = {}) {
    if (!(dataset instanceof Dataset)) throw invalid("dataset", "a data set of ml.data", dataset);
    checkOptions("options", options, KEYS);
    const { batchSize = 32, shuffle = false, dropLast = false, workers = 0, transform, prefetch, signal } = options;
    checkWhole("batchSize", batchSize, 1);
    checkWhole("workers", workers, 0, 64);
    if (prefetch !== undefined) checkWhole("prefetch", prefetch, 1);
    for (const [name, value] of Object.entries({ shuffle, dropLast })) {
      if (typeof value !== "boolean") throw invalid(name, "true or false", value);
    }
    if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid("signal", "an AbortSignal", signal);
    checkTransform(transform, dataset, workers);
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.workers = workers;
    this.seed = seedOrRandom(options.seed);
    this.transform = transform;
    this.length = dropLast ? Math.floor(dataset.length / batchSize) : Math.ceil(dataset.length / batchSize);
    const threads = Math.max(1, workers);
    const batchBytes = 4 * batchSize * Math.max(1, dataset.storage().size);
    this.#jobBatches =
      prefetch === undefined
        ? Math.max(1, Math.floor(JOB_BYTES / batchBytes))
        : Math.max(1, Math.floor(prefetch / (2 * threads)));
    this.#jobsAhead = Math.min(2 * threads, prefetch ?? Number.POSITIVE_INFINITY);
    this.#signal = signal;
    this.#pool = new WorkerPool(workers, () => this.#setup());
  }

  [Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    return this.epoch(this.nextEpoch++);
  }

  /**
   * The batches of epoch n, in the order that only the seed and n decide: a run that resumes there sees what an
   * uninterrupted one sees. Any number of epochs may run at once.
   * @param n from 0
   */
  epoch(n: number): AsyncGenerator<Batch, void, undefined> {
    checkWhole("epoch", n, 0, 2 ** 32 - 1);
    return this.#tensors(n);
  }

  /**
   * The batches of {@link epoch} n as plain numbers, each in arrays of its own.
   * @param n from 0
   */
  arrays(n: number): AsyncGenerator<ArrayBatch, void, undefined> {
    checkWhole("epoch", n, 0, 2 ** 32 - 1);
    return this.#arrays(n);
  }

  /** The same samples in the same batches, with another transform; without, as they are. */
  withTransform(transform?: BatchTransform): Loader {
    const { dataset, batchSize, shuffle, dropLast, workers, seed } = this;
    const options = { batchSize, shuffle, dropLast, workers, seed };
    return new Loader(dataset, transform === undefined ? options : { ...options, transform });
  }

  /** Which samples the batches of epoch n hold, one after the other (indices into the data set). */
  order(n: number): Uint32Array {
    checkWhole("epoch", n, 0, 2 ** 32 - 1);
    const all = this.shuffle
      ? new Xoshiro128(mixSeeds(this.seed, n, 1)).permutation(this.dataset.length)
      : countUp(this.dataset.length);
    return this.dropLast ? all.subarray(0, this.length * this.batchSize) : all;
  }

  /** Ends the worker threads now, rather than 5 s after the last loop. A later loop starts them again. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  [Symbol.for("Jupyter.display")](): { "text/plain": string; "text/html": string } {
    const { dataset, transform, length: batches, batchSize, shuffle, dropLast, workers, seed } = this;
    const source = sourceOf(dataset, dataset.storage());
    const first = dataset.length ? rowsOf(dataset, Uint32Array.of(0))[0] : undefined;
    const how = { batches, batchSize, shuffle, dropLast, workers, seed };
    return showLoader({ source, transform, samples: dataset.length, first, ...how });
  }

  async *#tensors(epoch: number): AsyncGenerator<Batch, void, undefined> {
    await ready();
    for await (const { xs, ys } of this.#arrays(epoch)) {
      yield {
        xs: tf.tensor(xs.data, [...xs.shape], xs.dtype),
        ys: tf.tensor(ys.data, [...ys.shape], ys.dtype),
      };
    }
  }

  async *#arrays(epoch: number): AsyncGenerator<ArrayBatch, void, undefined> {
    const signal = stopSignal(this.#signal);
    signal?.throwIfAborted();
    const order = this.order(epoch);
    const base = mixSeeds(this.seed, epoch, 2);
    const seeds = order.map((index) => mixSeeds(base, index));
    const rows = rowsOf(this.dataset, order);
    const made = this.workers > 0 ? this.#inWorkers(rows, seeds, signal) : this.#inPlace(rows, seeds);
    for await (const batch of made) {
      signal?.throwIfAborted();
      yield arraysOf(batch);
    }
  }

  #inWorkers(rows: Uint32Array, seeds: Uint32Array, signal: AbortSignal | undefined): AsyncIterable<ReadyBatch> {
    const { batchSize } = this;
    return prefetch(this.#pool, {
      rows,
      seeds,
      batchSize,
      jobBatches: this.#jobBatches,
      jobsAhead: this.#jobsAhead,
      signal,
    });
  }

  *#inPlace(rows: Uint32Array, seeds: Uint32Array): Generator<ReadyBatch, void, undefined> {
    const source = sourceOf(this.dataset, this.dataset.storage());
    for (let start = 0; start < rows.length; start += this.batchSize) {
      const end = start + this.batchSize;
      yield makeBatch(source, rows.subarray(start, end), seeds.subarray(start, end), this.transform);
    }
  }

  #setup(): WorkerSetup {
    const { transform, dataset } = this;
    const source = sourceOf(dataset, dataset.sharedStorage());
    if (transform?.module === undefined) return { source, transform: undefined };
    return { source, transform: { module: transform.module, json: JSON.parse(JSON.stringify(transform)) } };
  }
}

function checkTransform(transform: BatchTransform | undefined, dataset: Dataset, workers: number): void {
  if (transform === undefined) return;
  if (typeof transform?.transformBatch !== "function") throw invalid("transform", "one of ml.transforms", transform);
  if (dataset.shape.length !== 3 && dataset.shape.length !== 1) {
    throw invalid("dataset", "samples of [height, width, channels] or [features] for a transform", dataset.shape);
  }
  if (workers > 0 && (typeof transform.toJSON !== "function" || typeof transform.module !== "string")) {
    throw invalid("transform", "one with toJSON and module, that workers can make again (or workers: 0)", transform);
  }
}

function sourceOf({ shape, classNames }: Dataset, { values, labels }: ReturnType<Dataset["storage"]>): BatchSource {
  return { values, labels, shape, classes: classNames.length };
}

/** Where the samples of a data set are stored. */
function rowsOf(dataset: Dataset, order: Uint32Array): Uint32Array {
  const { indices } = dataset.storage();
  return indices === undefined ? order : order.map((index) => indices[index] ?? 0);
}

function arraysOf({ values, shape, labels, labelShape }: ReadyBatch): ArrayBatch {
  const xs = { data: values, shape, dtype: "float32" } as const;
  if (labels instanceof Int32Array) return { xs, ys: { data: labels, shape: labelShape, dtype: "int32" } };
  return { xs, ys: { data: labels, shape: labelShape, dtype: "float32" } };
}
