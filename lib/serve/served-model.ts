// One version of a model as it is served: loaded, warmed up and checked before anybody is answered by it, and closed once the last
// request that it took is answered. Made by start.ts and by Server.swap.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { invalid } from "../engine/invalid.js";
import { onnxMetadata } from "../exporters/onnx-metadata.js";
import { Batcher } from "./batcher.js";
import type { ModelVersion } from "./messages.js";
import { type ModelRules, modelRules, type RuleSettings } from "./model-file.js";
import { ModelThread } from "./model-thread.js";
import type { Numbers, Signature } from "./model-worker.js";
import { RequestFailure } from "./request-failure.js";

export interface ServedModelSettings extends RuleSettings {
  readonly threads: number;
  readonly batchSize: number;
  readonly batchDelay: number;
  isMoreExpected(): boolean;
  onBatch(size: number, seconds: number): void;
}

export class ServedModel {
  /** Of the inputs and answers of this version. */
  readonly rules: ModelRules;
  readonly version: ModelVersion;
  readonly #thread: ModelThread;
  readonly #batcher: Batcher<Numbers, Float32Array>;
  #users = 0;
  #isRetired = false;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  private constructor(thread: ModelThread, rules: ModelRules, version: ModelVersion, settings: ServedModelSettings) {
    this.#thread = thread;
    this.rules = rules;
    this.version = version;
    this.#batcher = new Batcher({
      size: Math.min(settings.batchSize, rules.largestBatch),
      delay: settings.batchDelay,
      isMoreExpected: settings.isMoreExpected,
      run: async (inputs) => {
        const start = performance.now();
        const outputs = await this.#answer(inputs);
        settings.onBatch(inputs.length, (performance.now() - start) / 1000);
        return outputs;
      },
    });
  }

  /**
   * @param name what the version is called; by default it follows from the file's content
   * @throws when the file can't be read or served, or its answers to blank inputs are not finite
   */
  static async open(file: string, settings: ServedModelSettings, name?: string): Promise<ServedModel> {
    const bytes = await readFile(file).catch((error: Error) => {
      throw invalid("model", "an ONNX file that can be read", file, error);
    });
    const metadata = onnxMetadata(bytes, "model");
    const version = name ?? createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const thread = await ModelThread.start({ bytes, threads: settings.threads });
    try {
      const rules = modelRules(metadata, thread.inputs, thread.outputs, settings);
      const model = new ServedModel(thread, rules, { name: basename(file), version }, settings);
      await model.#warmUp(Math.min(settings.batchSize, rules.largestBatch));
      return model;
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  /** What the file says of its input and its output. */
  get signature(): { readonly input: Signature; readonly output: Signature } {
    const [input] = this.#thread.inputs;
    const [output] = this.#thread.outputs;
    // modelRules() has seen that there are both.
    if (input === undefined || output === undefined) throw invalid("model", "an input and an output", "none");
    return { input, output };
  }

  /** Whether it can answer now. */
  get isReady(): boolean {
    return this.#thread.isReady && !this.#isRetired;
  }

  /** How many inputs wait for a batch. */
  get waiting(): number {
    return this.#batcher.length;
  }

  /** What runs meanwhile is answered by this version, also when it is replaced before it ends. */
  async use<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#users++;
    try {
      return await work();
    } finally {
      this.#users--;
      if (this.#users === 0) this.#onIdle?.();
    }
  }

  /** @param input as the model takes it */
  predict(input: Numbers): Promise<Float32Array> {
    return this.#batcher.add(input);
  }

  /** Answers what it took, then closes. */
  retire(): Promise<void> {
    this.#closing ??= this.#retire();
    return this.#closing;
  }

  async #retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#users > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    await this.#thread.close();
  }

  /** What the model can't answer (an index that no embedding has) fails alone, and not with what it shared a batch with. */
  async #answer(inputs: readonly Numbers[]): Promise<readonly (Float32Array | Error)[]> {
    try {
      return await this.#run(inputs);
    } catch (error) {
      if (error instanceof RequestFailure) throw error;
      const [only, another] = inputs;
      if (only !== undefined && another === undefined)
        return [new RequestFailure(422, "inputs", "numbers that the model can answer", (error as Error).message)];
      const answers: (Float32Array | Error)[] = [];
      for (const input of inputs) answers.push(...(await this.#answer([input])));
      return answers;
    }
  }

  async #run(inputs: readonly Numbers[]): Promise<readonly Float32Array[]> {
    const { modelType, modelShape } = this.rules.input;
    const size = modelShape.reduce((product, length) => product * length, 1);
    const Values = modelType === "uint8" ? Uint8Array : modelType === "int32" ? Int32Array : Float32Array;
    const batch = new Values(inputs.length * size);
    inputs.forEach((values, i) => {
      batch.set(values, i * size);
    });
    const answers = await this.#thread.run(batch, [inputs.length, ...modelShape]);
    const { classes } = this.rules;
    return inputs.map((_, i) => answers.subarray(i * classes, (i + 1) * classes));
  }

  /** The first run of a size allocates, and must not fall on a request; and a model that can't answer must not take over. */
  async #warmUp(largest: number): Promise<void> {
    const { modelType, modelShape } = this.rules.input;
    const size = modelShape.reduce((product, length) => product * length, 1);
    for (const count of new Set([1, largest])) {
      const Values = modelType === "uint8" ? Uint8Array : modelType === "int32" ? Int32Array : Float32Array;
      const answers = await this.#run(Array.from({ length: count }, () => new Values(size)));
      for (const answer of answers)
        if (answer.length !== this.rules.classes || !answer.every(Number.isFinite))
          throw invalid("model", `${this.rules.classes} finite numbers as the answer to an input of zeros`, answer);
    }
  }
}
