// A server that runs: where it is, which version answers, how that is replaced, and how it ends. Made by start.ts.
import { checkNumber, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import type { ModelVersion } from "./messages.js";
import { Mirror, type MirrorOptions } from "./mirror.js";
import type { ServedModel } from "./served-model.js";
import { serverBundle } from "./server-display.js";

/** What a server has counted since it started. */
export interface ServerCounts {
  readonly requests: number;
  readonly predictions: number;
  readonly batches: number;
  /** Answered with 503. */
  readonly rejected: number;
  /** Answered with 4xx. */
  readonly failed: number;
}

export interface SwapOptions {
  /** How the version is called in answers; by default the first 12 digits of the file's SHA-256. */
  readonly version?: string;
}

export interface ServerParts {
  /** Takes no more connections; resolves once all are over. */
  close(): Promise<void>;
  /** Ends the connections that there still are. */
  cut(): void;
  readonly url: string;
  readonly drainTimeout: number;
  readonly model: ServedModel;
  readonly counts: ServerCounts;
  open(file: string, version: string | undefined): Promise<ServedModel>;
  openMirrored(file: string, version: string | undefined): Promise<ServedModel>;
  /** Those that are told what is answered. */
  readonly mirrors: Set<Mirror>;
  /** Called with the version that answers from now on. */
  onSwap(model: ServedModel): void;
  onClose(): void;
}

/** An HTTP server of predictions; shows where it is and what it has done. */
export class Server {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly #parts: ServerParts;
  #model: ServedModel;
  #swapping: Promise<unknown> = Promise.resolve();
  #retiring = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#model = parts.model;
    this.url = parts.url;
  }

  /** The version that answers. */
  get model(): ModelVersion {
    return this.#model.version;
  }

  /** Whether close() was called. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** What was counted since the start. */
  get counts(): ServerCounts {
    return { ...this.#parts.counts };
  }

  /**
   * Replaces the model. The new one is loaded, warmed up and checked while the old one answers; what the old one has taken, it still
   * answers. Swaps follow each other in the order of the calls.
   * @param file path of an ONNX file with inputs like the old one's
   * @returns the version that answers now
   * @throws when the file can't be served, or takes other inputs; then the old version goes on
   */
  swap(file: string, options: SwapOptions = {}): Promise<ModelVersion> {
    const next = this.#swapping.catch(() => {}).then(() => this.#swap(file, options));
    this.#swapping = next;
    // Whoever called hears of it.
    next.catch(() => {});
    return next;
  }

  /**
   * Tries another version on real requests: once one is answered, the candidate gets the same inputs, in a thread of its own, and its
   * answers are compared and thrown away. Who asked waits for none of it. What the candidate can't keep up with is dropped and counted.
   * @param file path of an ONNX file with inputs like those of the version that answers
   * @returns the candidate's counts, and its end
   * @throws when the file can't be served, or takes other inputs
   */
  async mirror(file: string, options: MirrorOptions = {}): Promise<Mirror> {
    checkText("file", file, "the path of an ONNX file");
    checkOptions("options", options, ["version", "queue", "tolerance"]);
    const { version, queue = 64, tolerance = 0.05 } = options;
    if (version !== undefined) checkText("version", version, "a name");
    checkWhole("queue", queue, 1, 10_000);
    checkNumber("tolerance", tolerance, { least: 0 });
    const { mirrors } = this.#parts;
    const model = await this.#opened(() => this.#parts.openMirrored(file, version));
    const mirror = new Mirror(model, { queue, tolerance }, (closed) => mirrors.delete(closed));
    mirrors.add(mirror);
    return mirror;
  }

  /**
   * Takes no more requests, answers those that it has, and ends. Connections that are still open after `drainTimeout` are cut.
   * A second call waits for the first.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return serverBundle(this.url, this.model, this.counts, this.#closing !== undefined);
  }

  async #swap(file: string, options: SwapOptions): Promise<ModelVersion> {
    checkText("file", file, "the path of an ONNX file");
    checkOptions("options", options, ["version"]);
    if (options.version !== undefined) checkText("version", options.version, "a name");
    const model = await this.#opened(() => this.#parts.open(file, options.version));
    const old = this.#model;
    this.#model = model;
    this.#parts.onSwap(model);
    const retired = old.retire().finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
    return model.version;
  }

  /** A version beside the one that answers, which takes the same requests. */
  async #opened(open: () => Promise<ServedModel>): Promise<ServedModel> {
    this.#checkRunning();
    const model = await open();
    try {
      checkAlike(this.#model, model);
      // It may have been closed meanwhile.
      this.#checkRunning();
      return model;
    } catch (error) {
      await model.retire();
      throw error;
    }
  }

  #checkRunning(): void {
    if (this.#closing !== undefined) throw invalid("server", "one that runs", "a closed one");
  }

  async #close(): Promise<void> {
    this.#parts.onClose();
    const { drainTimeout } = this.#parts;
    const timer = setTimeout(() => this.#parts.cut(), drainTimeout);
    await this.#parts.close();
    clearTimeout(timer);
    await this.#swapping.catch(() => {});
    const mirrored = Array.from(this.#parts.mirrors, (mirror) => mirror.close());
    await Promise.all([this.#model.retire(), ...mirrored, ...this.#retiring]);
  }
}

/** @throws unless requests for one can be requests for the other */
function checkAlike({ rules: before }: ServedModel, { rules: after }: ServedModel): void {
  if (before.input.type !== after.input.type || before.input.shape.join() !== after.input.shape.join())
    throw invalid("file", `a model of ${inputText(before.input)}`, inputText(after.input));
  const kinds = [before, after].map(({ outputs }) => (outputs === "values" ? "values" : "classes"));
  if (kinds[0] !== kinds[1]) throw invalid("file", `a model that answers ${kinds[0]}`, kinds[1]);
}

function inputText({ type, shape }: ServedModel["rules"]["input"]): string {
  return `${type} [${shape.join(", ")}]`;
}
