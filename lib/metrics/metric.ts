// What a metric is: a pure triple (initial, update, compute). `whole` makes the one-shot function of it, StreamingMetric
// the running one that fit() and evaluate() feed batch by batch; so the two forms cannot disagree.
import { checkText, invalid } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import type { Numbers } from "./numbers.js";

export interface Metric<Truth, Prediction, Value, State = unknown> {
  /** What the model's output must be turned into: class labels (argmax), scores or probabilities, or plain values. */
  readonly prediction: "labels" | "scores" | "values";
  /** The state before any sample. */
  readonly initial: State;
  /** The state after these samples; the state that was given is left as it is. */
  update(state: State, yTrue: Truth, yPred: Prediction, sampleWeight?: Numbers): State;
  /** The value over all samples so far. */
  compute(state: State): Value;
  /** The same state in few objects, to be written to a file, where the usual form is one of many. */
  pack?(state: State): State;
}

/** The metric of one whole set of samples. */
export function whole<Truth, Prediction, Value, State>(
  metric: Metric<Truth, Prediction, Value, State>,
  yTrue: Truth,
  yPred: Prediction,
  sampleWeight?: Numbers,
): Value {
  return metric.compute(metric.update(metric.initial, yTrue, yPred, sampleWeight));
}

/** A metric that is fed batch by batch; it holds nothing but the pure metric's state. */
export class StreamingMetric<Truth, Prediction, Value> {
  #state: unknown;

  /** @param name what fit's rows call it */
  constructor(
    readonly metric: Metric<Truth, Prediction, Value>,
    readonly name = "",
  ) {
    if (typeof name !== "string") throw invalid("name", "a string", name);
    if (typeof metric?.update !== "function" || typeof metric.compute !== "function")
      throw invalid("metric", "an object with initial, update and compute (ml.metrics.streaming makes such)", metric);
    this.#state = metric.initial;
  }

  /** What the model's output must be turned into for `update`. */
  get prediction(): "labels" | "scores" | "values" {
    return this.metric.prediction;
  }

  /** The same metric under another name, without samples. @throws when the name is empty */
  named(name: string): StreamingMetric<Truth, Prediction, Value> {
    checkText("name", name, "a name");
    return madeBy(new StreamingMetric(this.metric, name), "named", this, name);
  }

  /** Takes in a batch; on an error the samples so far are kept. @returns this, so that calls chain. */
  update(yTrue: Truth, yPred: Prediction, sampleWeight?: Numbers): this {
    this.#state = this.metric.update(this.#state, yTrue, yPred, sampleWeight);
    return this;
  }

  /** The value over all batches since the start or the last reset; may be asked at any time. */
  compute(): Value {
    return this.metric.compute(this.#state);
  }

  /** What the samples so far made: plain values, unless the metric is somebody's own. Another one of this metric goes on from it. */
  get state(): unknown {
    return this.metric.pack ? this.metric.pack(this.#state) : this.#state;
  }

  /** Goes on from where `state` was read. @returns this */
  restore(state: unknown): this {
    this.#state = state;
    return this;
  }

  /** Forgets all samples, as at the start of an epoch. */
  reset(): void {
    this.#state = this.metric.initial;
  }
}
