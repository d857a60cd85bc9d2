// Batches of tensors out of a data set: shuffled, transformed, made ahead by worker threads. Read by ml.fit, ml.evaluate and
// people's own loops.
import * as tf from "@tensorflow/tfjs";
import { ready } from "../engine/backend.js";
import { type BatchSource, type BatchTransform, makeBatch, type ReadyBatch } from "./batch.js";
import type { WorkerSetup } from "./batch-worker.js";
import { stopSignal } from "./cell-signal.js";
import { Dataset } from "./dataset.js";
import { checkOptions, checkWhole, invalid } from "./invalid.js";
import { countUp, mixSeeds, Random, seedOrRandom } from "./random.js";
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
    return this.#batches(n);
  }

  /** Which samples the batches of epoch n hold, one after the other (indices into the data set). */
  order(n: number): Uint32Array {
    checkWhole("epoch", n, 0, 2 ** 32 - 1);
    const all = this.shuffle
      ? new Random(mixSeeds(this.seed, n, 1)).permutation(this.dataset.length)
      : countUp(this.dataset.length);
    return this.dropLast ? all.subarray(0, this.length * this.batchSize) : all;
  }

  /** Ends the worker threads now, rather than 5 s after the last loop. A later loop starts them again. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  [Symbol.for("Jupyter.display")](): { "text/plain": string } {
    const { dataset, length, batchSize, shuffle, workers, seed, transform } = this;
    const order = shuffle ? `shuffled (seed ${seed})` : "in order";
    const threads = workers > 0 ? `, ${workers} workers` : "";
    const how = transform?.toJSON === undefined ? "" : `\n${JSON.stringify(transform)}`;
    const samples = dataset.length.toLocaleString("en");
    const text = `${length.toLocaleString("en")} batches of ${batchSize} from ${samples} samples, ${order}${threads}${how}`;
    return { "text/plain": text };
  }

  async *#batches(epoch: number): AsyncGenerator<Batch, void, undefined> {
    const signal = stopSignal(this.#signal);
    signal?.throwIfAborted();
    await ready();
    const order = this.order(epoch);
    const base = mixSeeds(this.seed, epoch, 2);
    const seeds = order.map((index) => mixSeeds(base, index));
    const made = this.workers > 0 ? this.#ahead(order, seeds, signal) : this.#inPlace(order, seeds);
    for await (const batch of made) {
      signal?.throwIfAborted();
      yield tensorsOf(batch);
    }
  }

  *#inPlace(order: Uint32Array, seeds: Uint32Array): Generator<ReadyBatch, void, undefined> {
    const rows = rowsOf(this.dataset, order);
    const source = sourceOf(this.dataset, this.dataset.storage());
    for (let start = 0; start < rows.length; start += this.batchSize) {
      const end = start + this.batchSize;
      yield makeBatch(source, rows.subarray(start, end), seeds.subarray(start, end), this.transform);
    }
  }

  async *#ahead(
    order: Uint32Array,
    seeds: Uint32Array,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ReadyBatch, void, undefined> {
    const rows = rowsOf(this.dataset, order);
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const step = this.#jobBatches * this.batchSize;
    const queue: Promise<readonly ReadyBatch[]>[] = [];
    let start = 0;
    const fill = () => {
      for (; queue.length < this.#jobsAhead && start < rows.length; start += step) {
        const end = start + step;
        const job = {
          rows: rows.slice(start, end),
          seeds: seeds.slice(start, end),
          batchSize: this.batchSize,
          cancelled,
        };
        const promise = this.#pool.run(job);
        // Who waits for it sees the error; nobody does once the loop has been left.
        promise.catch(() => {});
        queue.push(promise);
      }
    };
    const aborted = rejection(signal);
    try {
      fill();
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const batches = await (aborted === undefined ? next : Promise.race([next, aborted.promise]));
        fill();
        yield* batches;
      }
    } finally {
      Atomics.store(cancelled, 0, 1);
      aborted?.forget();
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

function tensorsOf({ values, shape, labels, labelShape }: ReadyBatch): Batch {
  const ys = tf.tensor(labels, [...labelShape], labels instanceof Int32Array ? "int32" : "float32");
  return { xs: tf.tensor(values, [...shape], "float32"), ys };
}

function rejection(signal: AbortSignal | undefined): { promise: Promise<never>; forget(): void } | undefined {
  if (signal === undefined) return undefined;
  let stop = () => {};
  const promise = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  promise.catch(() => {});
  return { promise, forget: () => signal.removeEventListener("abort", stop) };
}
