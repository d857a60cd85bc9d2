// The state of one training run: the compiled step, the schedule, running metrics, what callbacks wished. fit() drives it.
import * as tf from "@tensorflow/tfjs";
import { cellSignal } from "../engine/cell-signal.js";
import type { CompiledStep } from "../engine/jit/compile.js";
import { isOfClasses, type LossChoice } from "../losses/named-loss.js";
import { adam } from "../optimizers/index.js";
import { type BatchSource, batchSource, disposeBatch, type StepBatch, stepBatches, valuesOf } from "./batches.js";
import type { TrainingView } from "./callback.js";
import { checkFit } from "./check-fit.js";
import { checkBatch, checkLoss, checkModel } from "./check-model.js";
import { type Checkpoint, readCheckpoint } from "./checkpoint-file.js";
import { clipped, compileTraining } from "./compile-training.js";
import { attachHistory, messageOf } from "./ending-error.js";
import { EpochProgress, type PartialEpoch } from "./epoch-progress.js";
import type { FitOptions } from "./fit.js";
import { type EpochLogs, History } from "./history.js";
import { LearningRate } from "./learning-rate.js";
import { type MetricChoice, usualMetrics, validationName } from "./metric-choice.js";
import { ModelInference } from "./model-inference.js";
import { tensorsOf, weightsOf } from "./named-values.js";
import { nonFiniteLoss } from "./non-finite.js";
import { settingsOf, withSettings } from "./run-settings.js";
import { RunningMetrics } from "./running-metrics.js";
import { checkSavedWeights } from "./saved-weights.js";
import { score } from "./score.js";
import { ToldCallbacks } from "./told-callbacks.js";
import { turns } from "./turns.js";
import { untilStop } from "./until-stop.js";

export class Trainer {
  private readonly rows: EpochLogs[] = [];
  private readonly signal = cellSignal();
  /** The epoch that is being trained. */
  private readonly epoch: EpochProgress;
  /** Where the epoch goes on that the resumed run was interrupted in. */
  private partial: PartialEpoch | undefined;
  private steps = 0;
  /** Steps that a resumed run had before. */
  private stepsBefore = 0;
  /** The loss is no longer finite. */
  private diverged = false;
  private readonly turn = turns();
  /** What callbacks had in the checkpoint that is resumed. */
  private saved: Checkpoint["callbacks"] = [];
  /** Made at the first validation, kept over the epochs. */
  private inference: ModelInference | undefined;

  private constructor(
    private readonly model: tf.LayersModel,
    private readonly options: FitOptions,
    private readonly train: BatchSource,
    private readonly validation: BatchSource | undefined,
    private readonly compiled: CompiledStep,
    private readonly rate: LearningRate,
    private readonly metrics: readonly MetricChoice[],
    private readonly callbacks: ToldCallbacks,
  ) {
    this.epoch = new EpochProgress(new RunningMetrics(metrics));
    this.signal?.addEventListener("abort", this.onAbort);
  }

  static async prepare(model: tf.LayersModel, given: FitOptions): Promise<Trainer> {
    checkModel(model);
    checkFit(given);
    const saved = given.resume === undefined ? undefined : await readCheckpoint(given.resume);
    const options = saved === undefined ? given : withSettings(given, saved.settings);
    const { loss = "crossEntropy" } = options;
    const seed = options.seed ?? saved?.seed;
    const train = batchSource("train", options.train);
    const validation = options.validation === undefined ? undefined : batchSource("validation", options.validation);
    const optimizer = clipped(options.optimizer ?? adam(), options);
    checkLoss(model, loss);
    const metrics = options.metrics ?? usualMetrics(loss);
    const step = compileTraining(model, loss, optimizer, seed, options);
    const rate = new LearningRate(options.schedule, optimizer.learningRate);
    const callbacks = new ToldCallbacks(options.callbacks ?? []);
    const trainer = new Trainer(model, options, train, validation, step, rate, metrics, callbacks);
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
    return this.callbacks.stopped === undefined && this.rows.length < this.options.epochs;
  }

  begin(): Promise<void> {
    return this.callbacks.begin(() => this.view, this.saved);
  }

  batches(): AsyncIterable<StepBatch> {
    const { partial } = this;
    this.partial = undefined;
    this.epoch.begin(partial);
    if (partial) this.compiled.scalars.learningRate = partial.learningRate;
    return stepBatches(this.train, this.rows.length, partial?.batches);
  }

  async step(batch: StepBatch): Promise<void> {
    const { xs, ys } = batch;
    try {
      this.signal?.throwIfAborted();
      checkBatch("train", batch, this.model, isOfClasses(this.loss));
      const learningRate = this.rate.beforeStep(this.rows.length, this.compiled.status().steps);
      this.compiled.scalars.learningRate = learningRate;
      const { loss, outputs } = await this.compiled(xs, ys);
      if (!Number.isFinite(loss)) throw this.notFinite(batch, loss, learningRate);
      this.steps += 1;
      this.epoch.add(loss, { data: valuesOf(ys), shape: ys.shape }, outputs.outputs, outputs.scores);
      await this.tellStep(loss, learningRate);
    } finally {
      disposeBatch(batch);
    }
  }

  private async tellStep(loss: number, learningRate: number): Promise<void> {
    const { epoch } = this;
    const { batches: batch, samples: images, seconds } = epoch;
    for (const callback of this.callbacks.all) {
      if (!callback.afterStep) continue;
      const wish = callback.afterStep(this.steps, {
        step: this.steps,
        epoch: this.rows.length + 1,
        epochs: this.options.epochs,
        batch,
        batches: this.train.length,
        loss,
        learningRate,
        // Not all callbacks want them, and some take their time.
        get metrics() {
          return epoch.metricValues();
        },
        images,
        imagesPerSecond: images / seconds,
      });
      this.callbacks.grant(callback, await untilStop(wish, this.signal));
    }
    await this.turn();
  }

  async endEpoch(): Promise<void> {
    const { batches, samples } = this.epoch;
    if (batches === 0) throw new Error("invalid train; expected at least one batch an epoch: none");
    await this.compiled.flush();
    const trained = this.epoch.seconds;
    const epoch = this.rows.length + 1;
    const logs: Record<string, number> & { epoch: number } = { epoch, ...this.epoch.values() };
    this.compiled.sync();
    if (this.validation) Object.assign(logs, await this.validate(this.validation));
    logs.learningRate = this.compiled.scalars.learningRate;
    logs.seconds = this.epoch.seconds;
    logs.imagesPerSecond = samples / trained;
    const row = Object.freeze(logs) as unknown as EpochLogs;
    this.rows.push(row);
    this.epoch.begin();
    this.rate.afterEpoch(row);
    for (const callback of this.callbacks.all)
      this.callbacks.grant(callback, await callback.afterEpoch?.(epoch, row, this.view));
  }

  private async validate(source: BatchSource): Promise<Record<string, number>> {
    this.inference ??= new ModelInference(this.model, this.options.mode === "eager" ? "eager" : "auto", "inputs");
    const logs: Record<string, number> = {};
    const metrics = new RunningMetrics(this.metrics);
    for (const [name, value] of Object.entries(await score(this.inference, source, this.loss, metrics)))
      logs[validationName(name)] = value;
    return logs;
  }

  async end(): Promise<History> {
    await this.callbacks.end(this.history);
    const { weights } = this.callbacks;
    if (weights) this.model.setWeights([...weights]);
    return this.history;
  }

  /** Training ends with an error, which is the one to be seen: callbacks are told, and what they say or throw changes nothing. */
  async fail(error: unknown): Promise<void> {
    this.callbacks.stopped ??= messageOf(error);
    if (!this.diverged && this.steps > this.stepsBefore) await this.callbacks.interrupted(() => this.view);
    const { history } = this;
    await this.callbacks.end(history).catch(() => undefined);
    attachHistory(error, history);
  }

  /** Who awaits fit in a notebook hears of Stop before fit itself does. */
  private readonly onAbort = (): void => {
    const reason: unknown = this.signal?.reason;
    attachHistory(reason, this.historyUntil(messageOf(reason)));
  };

  /** The weights go back into the model's variables whatever happened. */
  async dispose(): Promise<void> {
    this.signal?.removeEventListener("abort", this.onAbort);
    this.callbacks.dispose();
    await this.inference?.dispose();
    await this.compiled.dispose();
  }

  private get history(): History {
    return this.historyUntil(this.callbacks.stopped);
  }

  private historyUntil(stopped: string | undefined): History {
    const { mode, reason } = this.compiled.status();
    return new History([...this.rows], mode === "compiled" ? mode : `eager: ${reason ?? ""}`, stopped);
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

  private notFinite(batch: StepBatch, loss: number, learningRate: number): Error {
    this.diverged = true;
    this.compiled.sync();
    const where = `step ${this.steps + 1} (epoch ${this.rows.length + 1})`;
    return nonFiniteLoss(this.model, batch, `${loss} at ${where}`, learningRate);
  }

  private checkpoint(): Checkpoint {
    return {
      epochs: [...this.rows],
      partial: this.partial ?? this.epoch.partial(this.compiled.scalars.learningRate),
      weights: weightsOf(this.model),
      optimizer: this.compiled.state(),
      schedule: this.rate.state,
      seed: this.compiled.seed,
      settings: settingsOf(this.options),
      callbacks: this.callbacks.states(),
    };
  }

  private resume(saved: Checkpoint): void {
    checkSavedWeights(saved, this.model, this.options.resume);
    if (saved.optimizer) this.compiled.restore(saved.optimizer);
    tf.tidy(() => this.model.setWeights(tensorsOf(saved.weights)));
    for (const epoch of saved.epochs) this.rows.push(epoch);
    this.saved = saved.callbacks;
    this.partial = saved.partial;
    this.steps = this.compiled.status().batches;
    this.stepsBefore = this.steps;
    this.rate.restore(saved.schedule);
  }
}
