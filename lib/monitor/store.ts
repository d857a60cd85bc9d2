// A store of predictions: what ml.serve logs, the true labels that come later, and what reports and alarms ask for. Made by open.ts.
import { checkOptions, invalid } from "../engine/invalid.js";
import { withDisplay } from "../metrics/table.js";
import type { Driver } from "./driver.js";
import { milliseconds } from "./duration.js";
import {
  checkId,
  checkTrueLabel,
  type LoggedPrediction,
  type StoredPrediction,
  storedPrediction,
  type TrueLabel,
} from "./prediction.js";
import { type SampleColumns, sampleColumns } from "./sample-columns.js";
import { isSampled } from "./sampling.js";
import { type PredictionWindow, queryOf } from "./window.js";
import { type QueueCounts, type QueueSettings, WriteQueue } from "./write-queue.js";

export interface StoreSettings extends QueueSettings {
  readonly sample: number;
  readonly now: () => number;
}

export interface StoreCounts extends QueueCounts {
  /** Given to `append`. */
  readonly appended: number;
  /** Left out by `sample`. */
  readonly skipped: number;
}

export interface FlushOptions {
  /** How long to wait at most: "10s" by default. */
  readonly within?: string | number;
}

/** A store of predictions, their true labels and alarms, in a database; shows what it has counted. */
export class Store {
  /** The database, without user and password. */
  readonly name: string;
  readonly #driver: Driver;
  readonly #queue: WriteQueue;
  readonly #settings: StoreSettings;
  #appended = 0;
  #skipped = 0;
  #closing: Promise<void> | undefined;
  readonly #closers = new Set<() => Promise<void>>();

  constructor(name: string, driver: Driver, settings: StoreSettings) {
    this.name = name;
    this.#driver = driver;
    this.#settings = settings;
    this.#queue = new WriteQueue((rows) => driver.addPredictions(rows), settings);
    withDisplay(this, () => ({
      caption: this.isClosed ? `${this.name} (closed)` : this.name,
      columns: ["predictions"],
      rows: Object.entries(this.counts).map(([what, count]) => ({ name: what, cells: [count.toLocaleString("en")] })),
    }));
  }

  /** What has become of the predictions that this program appended. */
  get counts(): StoreCounts {
    return { appended: this.#appended, skipped: this.#skipped, ...this.#queue.counts };
  }

  /** Whether close() was called. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Called by close(), before the database is closed: for alarms, which end then. */
  onClose(call: () => Promise<void>): void {
    this.#closers.add(call);
  }

  /** Milliseconds since 1970, by the store's clock. */
  now(): number {
    return this.#settings.now();
  }

  /** The database itself, for alarms, which keep their state there. */
  get driver(): Driver {
    return this.#driver;
  }

  /**
   * Takes note of a prediction and returns at once; it is written with others, soon. What a full queue has no room for is dropped and
   * counted, so that a store that is slow or gone never slows a prediction.
   * @param record as `ml.serve` makes it, or one's own with at least `id` and `prediction`
   * @throws when the record can't be kept, and after close()
   */
  append(record: LoggedPrediction): void {
    if (this.isClosed) throw invalid("store", "one that is open", "a closed one");
    checkId("record.id", record?.id);
    this.#appended++;
    if (!isSampled(record.id, this.#settings.sample)) this.#skipped++;
    else this.#queue.append(storedPrediction(record, this.now()));
  }

  /**
   * Says what a prediction should have been; the last word on an id holds. It may come before its prediction is written, and for one that
   * was not sampled it counts nothing. Resolves once it is in the database.
   * @param id the prediction's; or many labels by id
   * @param label the index of the true class (a whole number), or its name
   */
  label(id: string, label: TrueLabel): Promise<void>;
  label(labels: Readonly<Record<string, TrueLabel>>): Promise<void>;
  async label(given: string | Readonly<Record<string, TrueLabel>>, label?: TrueLabel): Promise<void> {
    if (typeof given !== "string" && (typeof given !== "object" || given === null))
      throw invalid("id", "a prediction's id, or labels by id", given);
    const entries = typeof given === "string" ? [[given, label] as const] : Object.entries(given);
    const time = this.now();
    const rows = entries.map(([id, one]) => {
      checkId("id", id);
      checkTrueLabel("label", one);
      return { id, label: one, time };
    });
    if (rows.length > 0) await this.#driver.addLabels(rows);
  }

  /**
   * Resolves once every prediction that was appended before is in the database: then not even the end of the program (kill −9) loses it.
   * @throws when that takes too long; the store goes on trying
   */
  async flush(options: FlushOptions = {}): Promise<void> {
    checkOptions("options", options, ["within"]);
    await this.#queue.flush(milliseconds("within", options.within ?? 10_000));
  }

  /**
   * The predictions of a window of time in the order in which they were made, with the true labels that are known; of more than `limit`
   * the newest.
   * @throws when the window is none, or the database can't be asked
   */
  async predictions(window: PredictionWindow = {}): Promise<StoredPrediction[]> {
    return this.#driver.predictions(queryOf(window, this.now()));
  }

  /**
   * The same as columns by name, for `ml.monitor.drift`: the features of the inputs, `predicted` (the class) and `confidence`. Only what
   * every prediction of the window has is a column.
   * @throws when the window is none or has no predictions
   */
  async features(window: PredictionWindow = {}): Promise<SampleColumns> {
    return sampleColumns(await this.predictions(window));
  }

  /** Removes what is older than `keep` ("90d"): predictions, labels, events of alarms. */
  async forget(keep: string | number): Promise<void> {
    await this.#driver.forget(this.now() - milliseconds("keep", keep, 0));
  }

  /** Writes what waits, for 10 seconds at most, and closes the database. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#closers].map((call) => call()));
    // What could not be written is counted; there is nobody left to try again.
    await this.#queue.flush(this.#settings.timeout).catch(() => {});
    this.#queue.end();
    await this.#driver.close();
  }
}
