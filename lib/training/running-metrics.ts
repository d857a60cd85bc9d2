// Metrics that are fed batch by batch: the model's outputs, and what is true, are turned into what each of them wants.
import { deserialize, serialize } from "node:v8";
import { invalid } from "../engine/invalid.js";
import type { StreamingMetric } from "../metrics/index.js";
import { chosenMetrics, type MetricChoice } from "./metric-choice.js";
import type { NamedValues } from "./named-values.js";

type Running = StreamingMetric<readonly (number | number[])[], readonly (number | number[])[], number>;

/** A model's outputs of one batch, or what is true of it, as plain numbers. */
export interface Outputs {
  readonly data: ArrayLike<number>;
  /** [batch, columns] or [batch]. */
  readonly shape: readonly number[];
}

export class RunningMetrics {
  private readonly metrics: readonly Running[];
  /** Metrics whose earlier samples no file could hold: they have no value before the next reset. */
  private readonly unknown = new Set<string>();
  /** Whether their values were seen to be numbers. */
  private checked = false;

  /** @throws when there is no such metric, or two have one name */
  constructor(choices: readonly MetricChoice[]) {
    this.metrics = chosenMetrics(choices) as unknown as readonly Running[];
  }

  reset(): void {
    for (const metric of this.metrics) metric.reset();
    this.unknown.clear();
  }

  /** What they know so far, as bytes, to go on with in another process. A metric of somebody's own whose state is not plain is left out. */
  state(): NamedValues[] {
    return this.metrics.flatMap(({ name, state }) => {
      const values = bytesOf(state);
      return values ? [{ name, shape: [values.length], dtype: "bool" as const, values }] : [];
    });
  }

  restore(saved: readonly NamedValues[]): void {
    for (const metric of this.metrics) {
      const found = saved.find(({ name }) => name === metric.name);
      if (found) metric.restore(deserialize(found.values));
      else this.unknown.add(metric.name);
    }
  }

  /** @param scores what metrics of classes and probabilities look at: outputs before a last softmax or sigmoid */
  update(ys: Outputs, outputs: Outputs, scores = outputs): void {
    if (!this.metrics.length) return;
    const rows = toRows(scores);
    const truth = toRows(ys);
    for (const metric of this.metrics) {
      if (metric.prediction === "labels") metric.update(truth.map(trueClass), rows.map(classOf));
      else if (metric.prediction === "scores") metric.update(truth.map(trueClass), rows.map(softmax));
      else metric.update(truth.map(oneOrMany), toRows(outputs).map(oneOrMany));
    }
    // A metric that gives a list would be noticed at the epoch's end only.
    if (!this.checked) this.values();
    this.checked = true;
  }

  /** Name → value; a metric without a value (a class that never occurs) is left out. */
  values(): Record<string, number> {
    const values: Record<string, number> = {};
    for (const metric of this.metrics) {
      const { name } = metric;
      if (this.unknown.has(name)) continue;
      try {
        const value: unknown = metric.compute();
        if (typeof value !== "number") throw invalid(`metrics ${name}`, "a metric whose value is one number", value);
        values[name] = value;
      } catch (error) {
        if (!(error instanceof Error && error.name === "UndefinedMetricError")) throw error;
      }
    }
    return values;
  }
}

/** Undefined for what can't be written down, such as functions. */
function bytesOf(state: unknown): Uint8Array | undefined {
  try {
    return new Uint8Array(serialize(state));
  } catch {
    return undefined;
  }
}

/** The class of one sample; of probabilities (mixed labels) the likeliest. @throws where several may be true at once */
function trueClass(row: readonly number[], sample: number): number {
  if (row.length === 1) return row[0] ?? Number.NaN;
  const sum = row.reduce((total, value) => total + value, 0);
  if (!(Math.abs(sum - 1) < 1e-3)) throw invalid(`ys[${sample}]`, "a class, or probabilities that add up to 1", row);
  return classOf(row);
}

function oneOrMany(row: number[]): number | number[] {
  return row.length === 1 ? (row[0] ?? Number.NaN) : row;
}

export function toRows({ data, shape }: Outputs): number[][] {
  const count = shape[0] ?? 0;
  const columns = count === 0 ? 1 : data.length / count;
  return Array.from({ length: count }, (_, i) => Array.from({ length: columns }, (_, j) => data[i * columns + j] ?? 0));
}

/** The class of one row of logits: the largest of many, or the sign of a single one. */
export function classOf(row: readonly number[]): number {
  if (row.length === 1) return (row[0] ?? 0) > 0 ? 1 : 0;
  let best = 0;
  row.forEach((value, i) => {
    if (value > (row[best] ?? Number.NEGATIVE_INFINITY)) best = i;
  });
  return best;
}

/** Probabilities of one row of logits; a single logit gives those of no and yes. */
export function softmax(row: readonly number[]): number[] {
  const logits = row.length === 1 ? [0, row[0] ?? 0] : row;
  const largest = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - largest));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}
