// What is known of the epoch that is being trained: how far it is, its mean loss, its metrics. The trainer adds each step; a checkpoint
// that is written in the middle of an epoch holds it.
import type { StepOutput } from "../engine/jit/step-output.js";
import type { NamedValues } from "./named-values.js";
import type { Outputs, RunningMetrics } from "./running-metrics.js";

/** An epoch that was interrupted. */
export interface PartialEpoch {
  /** Batches that are done. */
  readonly batches: number;
  readonly samples: number;
  /** Σ loss · samples. */
  readonly lossSum: number;
  readonly seconds: number;
  /** Of the last step. */
  readonly learningRate: number;
  readonly metrics: readonly NamedValues[];
}

export class EpochProgress {
  /** Batches of this epoch so far. */
  batches = 0;
  /** Samples of this epoch so far. */
  samples = 0;
  private lossSum = 0;
  private started = 0;

  constructor(private readonly metrics: RunningMetrics) {}

  /** An epoch begins, or goes on where it was interrupted. */
  begin(saved?: PartialEpoch): void {
    this.batches = saved?.batches ?? 0;
    this.samples = saved?.samples ?? 0;
    this.lossSum = saved?.lossSum ?? 0;
    this.started = performance.now() - 1000 * (saved?.seconds ?? 0);
    this.metrics.reset();
    if (saved) this.metrics.restore(saved.metrics);
  }

  add(loss: number, ys: Outputs, outputs: StepOutput | undefined, scores: StepOutput | undefined): void {
    const samples = ys.shape[0] ?? 0;
    this.batches += 1;
    this.samples += samples;
    this.lossSum += loss * samples;
    if (outputs) this.metrics.update(ys, outputs, scores);
  }

  /** Since the epoch began. */
  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  /** The mean loss and each metric that has a value. */
  values(): { loss: number } & Record<string, number> {
    return { loss: this.lossSum / this.samples, ...this.metricValues() };
  }

  /** Each metric that has a value. */
  metricValues(): Record<string, number> {
    return this.metrics.values();
  }

  /** Undefined between two epochs. */
  partial(learningRate: number): PartialEpoch | undefined {
    if (this.batches === 0) return undefined;
    const { batches, samples, lossSum, seconds } = this;
    return { batches, samples, lossSum, seconds, learningRate, metrics: this.metrics.state() };
  }
}
