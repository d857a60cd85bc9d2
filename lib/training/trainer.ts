// The state of one training run: the compiled step, the schedule, running metrics, what callbacks wished. fit() drives it.
import * as tf from "@tensorflow/tfjs";
import { type CompiledStep, compile } from "../engine/jit/compile.js";
import { isOfClasses, type LossChoice, namedLoss } from "../losses/named-loss.js";
import { adam, clipByNorm, clipByValue } from "../optimizers/index.js";
import {
  abortSignal,
  type BatchSource,
  batchSource,
  disposeBatch,
  type StepBatch,
  stepBatches,
  tensorOf,
  valuesOf,
} from "./batches.js";
import type { Callback, TrainingView, Wish } from "./callback.js";
import { checkFit } from "./check-fit.js";
import { checkBatch, checkModel } from "./check-model.js";
import { type CallbackState, type Checkpoint, readCheckpoint } from "./checkpoint-file.js";
import type { FitOptions } from "./fit.js";
import { regularization } from "./forward.js";
import { type EpochLogs, History } from "./history.js";
import { LearningRate } from "./learning-rate.js";
import { ModelInference } from "./model-inference.js";
import { tensorsOf, weightsOf } from "./named-values.js";
import { describeNonFinite } from "./non-finite.js";
import { settingsOf, withSettings } from "./run-settings.js";
import { RunningMetrics, usualMetrics } from "./running-metrics.js";
import { score } from "./score.js";
import { turns } from "./turns.js";

export class Trainer {
  private readonly rows: EpochLogs[] = [];
  private readonly signal = abortSignal();
  private stopped: string | undefined;
  private wished: readonly tf.Tensor[] | undefined;
  /** Callbacks that began and don't know of the end yet. */
  private readonly untold: Callback[] = [];
  private epochStart = 0;
  private lossSum = 0;
  private images = 0;
  private batch = 0;
  private steps = 0;
  private readonly turn = turns();
  /** What callbacks had in the checkpoint that is resumed. */
  private readonly saved: (CallbackState & { readonly name: string })[] = [];
  /** Made at the first validation, kept over the epochs. */
  private inference: ModelInference | undefined;

  private constructor(
    private readonly model: tf.LayersModel,
    private readonly options: FitOptions,
    private readonly train: BatchSource,
    private readonly validation: BatchSource | undefined,
    private readonly compiled: CompiledStep,
    private readonly rate: LearningRate,
    private readonly metrics: RunningMetrics,
    private readonly callbacks: readonly Callback[],
  ) {}

  static async prepare(model: tf.LayersModel, given: FitOptions): Promise<Trainer> {
    checkModel(model);
    checkFit(given);
    const saved = given.resume === undefined ? undefined : await readCheckpoint(given.resume);
    const options = saved === undefined ? given : withSettings(given, saved.settings);
    const { loss = "crossEntropy", clipNorm, clipValue, accumulateGradBatches, threads } = options;
    const seed = options.seed ?? saved?.seed;
    const train = batchSource("train", options.train);
    const validation = options.validation === undefined ? undefined : batchSource("validation", options.validation);
    let optimizer = options.optimizer ?? adam();
    if (clipNorm !== undefined) optimizer = clipByNorm(optimizer, clipNorm);
    if (clipValue !== undefined) optimizer = clipByValue(optimizer, clipValue);
    const lossOf = namedLoss(loss);
    const metrics = new RunningMetrics(options.metrics ?? usualMetrics(loss));
    const step = compile(
      (xs, ys) => {
        const outputs = model.apply(xs as tf.Tensor, { training: true }) as tf.Tensor;
        const own = lossOf(ys as tf.Tensor, outputs);
        const extra = regularization(model);
        return { loss: extra ? own.add(extra) : own, outputs };
      },
      {
        optimizer,
        variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
        mode: options.mode ?? "auto",
        ...(seed === undefined ? {} : { seed }),
        ...(accumulateGradBatches === undefined ? {} : { accumulateGradBatches }),
        ...(threads === undefined ? {} : { threads }),
      },
    );
    const rate = new LearningRate(options.schedule, optimizer.learningRate);
    const trainer = new Trainer(model, options, train, validation, step, rate, metrics, options.callbacks ?? []);
    try {
      if (saved !== undefined) trainer.resume(saved);
      return trainer;
    } catch (error) {
      await trainer.dispose();
      throw error;
    }
  }

  private get loss(): LossChoice {
    return this.options.loss ?? "crossEntropy";
  }

  get goesOn(): boolean {
    return this.stopped === undefined && this.rows.length < this.options.epochs;
  }

  async begin(): Promise<void> {
    for (const callback of this.callbacks) {
      this.untold.push(callback);
      this.grant(callback, await callback.begin?.(this.view, this.savedState(callback)));
    }
  }

  /** Two callbacks of one name are told apart by their order. */
  private savedState({ name, state }: Callback): CallbackState | undefined {
    if (state === undefined) return undefined;
    const index = this.saved.findIndex((it) => it.name === name);
    const [found] = index < 0 ? [] : this.saved.splice(index, 1);
    return found;
  }

  batches(): AsyncIterable<StepBatch> {
    this.epochStart = performance.now();
    this.lossSum = 0;
    this.images = 0;
    this.batch = 0;
    this.metrics.reset();
    return stepBatches(this.train, this.rows.length);
  }

  async step(batch: StepBatch): Promise<void> {
    const { xs, ys } = batch;
    try {
      this.signal?.throwIfAborted();
      checkBatch("train", batch, this.model, isOfClasses(this.loss));
      const learningRate = this.rate.beforeStep(this.rows.length, this.compiled.status().steps);
      this.compiled.scalars.learningRate = learningRate;
      const { loss, outputs } = await this.compiled(xs, ys);
      this.steps += 1;
      this.batch += 1;
      const count = xs.shape[0] ?? 0;
      this.images += count;
      this.lossSum += loss * count;
      if (!Number.isFinite(loss)) throw this.notFinite(batch, loss, learningRate);
      if (outputs.outputs) this.metrics.update(valuesOf(ys), outputs.outputs);
      await this.tellStep(loss, learningRate);
    } finally {
      disposeBatch(batch);
    }
  }

  private async tellStep(loss: number, learningRate: number): Promise<void> {
    const now = performance.now();
    for (const callback of this.callbacks) {
      if (!callback.afterStep) continue;
      const seconds = (now - this.epochStart) / 1000;
      const wish = await callback.afterStep(this.steps, {
        step: this.steps,
        epoch: this.rows.length + 1,
        epochs: this.options.epochs,
        batch: this.batch,
        batches: this.train.length,
        loss,
        learningRate,
        images: this.images,
        imagesPerSecond: this.images / seconds,
      });
      this.grant(callback, wish);
    }
    await this.turn();
  }

  async endEpoch(): Promise<void> {
    if (this.batch === 0) throw new Error("invalid train; expected at least one batch an epoch: none");
    await this.compiled.flush();
    const trained = (performance.now() - this.epochStart) / 1000;
    const epoch = this.rows.length + 1;
    const logs: Record<string, number> & { epoch: number } = { epoch, loss: this.lossSum / this.images };
    Object.assign(logs, this.metrics.values());
    this.compiled.sync();
    if (this.validation) Object.assign(logs, await this.validate(this.validation));
    logs.learningRate = this.compiled.scalars.learningRate;
    logs.seconds = (performance.now() - this.epochStart) / 1000;
    logs.imagesPerSecond = this.images / trained;
    const row = Object.freeze(logs) as unknown as EpochLogs;
    this.rows.push(row);
    this.rate.afterEpoch(row);
    for (const callback of this.callbacks) this.grant(callback, await callback.afterEpoch?.(epoch, row, this.view));
  }

  private async validate(source: BatchSource): Promise<Record<string, number>> {
    this.inference ??= new ModelInference(this.model, this.options.mode === "eager" ? "eager" : "auto", "inputs");
    const logs: Record<string, number> = {};
    for (const [name, value] of Object.entries(await score(this.inference, source, this.loss, this.metrics)))
      logs[`val${name[0]?.toUpperCase()}${name.slice(1)}`] = value;
    return logs;
  }

  async end(): Promise<History> {
    await this.tellEnd(this.history);
    if (this.wished) this.model.setWeights([...this.wished]);
    return this.history;
  }

  /** Training ends with an error, which is the one to be seen: callbacks are told, and what they say or throw changes nothing. */
  async fail(error: unknown): Promise<void> {
    this.stopped ??= error instanceof Error ? error.message : String(error);
    await this.tellEnd(this.history).catch(() => undefined);
  }

  /** Each callback is told once, also when another one throws. */
  private async tellEnd(history: History): Promise<void> {
    const failures: unknown[] = [];
    for (const callback of this.untold.splice(0))
      try {
        this.grant(callback, await callback.end?.(history));
      } catch (error) {
        failures.push(error);
      }
    if (failures.length) throw failures[0];
  }

  /** The weights go back into the model's variables whatever happened. */
  async dispose(): Promise<void> {
    this.release(this.wished);
    this.wished = undefined;
    await this.inference?.dispose();
    await this.compiled.dispose();
  }

  private get history(): History {
    const { mode, reason } = this.compiled.status();
    return new History([...this.rows], mode === "compiled" ? mode : `eager: ${reason ?? ""}`, this.stopped);
  }

  private get view(): TrainingView {
    const { model, options, train } = this;
    return {
      model,
      epochs: options.epochs,
      batches: train.length,
      rows: [...this.rows],
      checkpoint: () => this.checkpoint(),
    };
  }

  private grant(callback: Callback, wish: Wish): void {
    if (wish === "stop") this.stopped = `stopped by ${callback.name}`;
    else if (wish) {
      if (wish.stop !== undefined) this.stopped = `${callback.name}: ${wish.stop}`;
      if (wish.weights) {
        if (this.wished !== wish.weights) this.release(this.wished);
        this.wished = wish.weights;
      }
    }
  }

  private release(weights: readonly tf.Tensor[] | undefined): void {
    // model.getWeights() gives the model's own variables, which stay.
    for (const weight of weights ?? []) if (!(weight instanceof tf.Variable)) weight.dispose();
  }

  private notFinite(batch: StepBatch, loss: number, learningRate: number): Error {
    this.compiled.sync();
    const where = `step ${this.steps} (epoch ${this.rows.length + 1})`;
    const help = `Lower the learning rate (now ${learningRate}) or clip the gradients (clipNorm: 1)`;
    const xs = tensorOf(batch.xs);
    try {
      return new Error(`the loss became ${loss} at ${where}: ${describeNonFinite(this.model, xs)}. ${help}`);
    } finally {
      xs.dispose();
    }
  }

  private checkpoint(): Checkpoint {
    return {
      epochs: [...this.rows],
      weights: weightsOf(this.model),
      optimizer: this.compiled.state(),
      schedule: this.rate.state,
      seed: this.compiled.seed,
      settings: settingsOf(this.options),
      callbacks: this.callbacks.flatMap((it) => (it.state ? [{ ...it.state(), name: it.name }] : [])),
    };
  }

  private resume(saved: Checkpoint): void {
    const directory = this.options.resume;
    const weights = this.model.weights;
    if (saved.weights.length !== weights.length)
      throw new Error(`invalid resume; expected ${weights.length} weights in ${directory}: ${saved.weights.length}`);
    saved.weights.forEach(({ name, shape }, i) => {
      const own = weights[i];
      if (own && own.shape.join() !== shape.join())
        throw new Error(`invalid resume; expected shape [${own.shape.join(", ")}] for ${name}: [${shape.join(", ")}]`);
    });
    // What was collected for an update that was never made is not gone on with: an epoch starts anew.
    if (saved.optimizer) this.compiled.restore({ ...saved.optimizer, collected: undefined });
    tf.tidy(() => this.model.setWeights(tensorsOf(saved.weights)));
    this.rows.push(...saved.epochs);
    this.saved.push(...saved.callbacks);
    this.steps = this.compiled.status().batches;
    this.rate.restore(saved.schedule);
  }
}
