// A model file in a thread of its own: started, asked, closed. A thread that dies is started anew. Used by served-model.ts.
import { Worker } from "node:worker_threads";
import { invalid } from "../engine/invalid.js";
import type { BatchRequest, ModelSetup, Numbers, Signature, ThreadMessage } from "./model-worker.js";
import { Overload } from "./request-failure.js";

interface Pending {
  resolve(values: Float32Array): void;
  reject(error: Error): void;
}

/** Milliseconds that a thread has to end by itself. */
const longestClose = 10_000;

export class ModelThread {
  readonly #setup: ModelSetup;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 0;
  #isClosed = false;
  inputs: readonly Signature[] = [];
  outputs: readonly Signature[] = [];

  private constructor(setup: ModelSetup) {
    this.#setup = setup;
  }

  /** @throws when onnxruntime is missing or can't read the bytes */
  static async start(setup: ModelSetup): Promise<ModelThread> {
    const thread = new ModelThread(setup);
    await thread.#start();
    return thread;
  }

  /** Whether the model can be asked now. */
  get isReady(): boolean {
    return this.#worker !== undefined;
  }

  /** The thread's id, undefined while there is none. */
  get id(): number | undefined {
    return this.#worker?.threadId;
  }

  /**
   * @param values given away: not to be used any more
   * @returns the first output's numbers, row by row
   * @throws Overload when the thread is gone; another error when the model fails on these values
   */
  run(values: Numbers, shape: readonly number[]): Promise<Float32Array> {
    const worker = this.#worker;
    if (worker === undefined) throw lost("starts again");
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { resolve, reject });
      const request: BatchRequest = { id, values, shape };
      worker.postMessage(request, [values.buffer as ArrayBuffer]);
    });
  }

  /** Ends the thread; what is not answered yet fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage("close");
    // One whose run never ends hears nothing.
    const end = setTimeout(() => void worker.terminate(), longestClose);
    await ended;
    clearTimeout(end);
  }

  async #start(): Promise<void> {
    const worker = new Worker(new URL("./model-worker.js", import.meta.url), {
      workerData: this.#setup,
      name: "cellgrad model",
      // Flags of the program (--import, --test, …) are not meant for its threads.
      execArgv: [],
    });
    const [inputs, outputs] = await new Promise<[readonly Signature[], readonly Signature[]]>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the model's thread ended with exit code ${code}`)));
      worker.once("message", (message: ThreadMessage) => {
        if (message.kind === "ready") resolve([message.inputs, message.outputs]);
        else if (message.kind === "unreadable")
          reject(invalid("model", "a file that onnxruntime reads", message.message));
      });
    });
    worker.removeAllListeners("error").removeAllListeners("exit");
    [this.inputs, this.outputs, this.#worker] = [inputs, outputs, worker];
    worker.on("message", (message: ThreadMessage) => this.#answer(message));
    worker.on("error", () => this.#lose(worker));
    worker.on("exit", () => this.#lose(worker));
  }

  #answer(message: ThreadMessage): void {
    if (message.kind !== "answer" && message.kind !== "failed") return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === "answer") pending?.resolve(message.values);
    else pending?.reject(new Error(message.message));
  }

  #lose(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#pending.values()) reject(lost("ended"));
    this.#pending.clear();
    if (!this.#isClosed) this.#restart();
  }

  /** The bytes were read once, so what fails now is the machine's state: it is tried again, ever more slowly. */
  #restart(wait = 100): void {
    const again = () => {
      if (this.#isClosed) return;
      setTimeout(() => this.#isClosed || this.#restart(Math.min(2 * wait, 10_000)), wait).unref();
    };
    this.#start().then(() => {
      if (this.#isClosed) void this.#worker?.terminate();
    }, again);
  }
}

function lost(state: string): Overload {
  return new Overload("model", "request", "a model that runs", `its thread ${state}`);
}
