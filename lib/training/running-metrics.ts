// Metrics that are fed batch by batch, by name or as given: the model's outputs are turned into what each of them wants.

import { deserialize, serialize } from "node:v8";
import { invalid } from "../engine/invalid.js";
import { isOfClasses, type LossChoice } from "../losses/named-loss.js";
import { streaming } from "../metrics/index.js";
import type { StreamingMetric } from "../metrics/metric.js";
import type { NamedValues } from "./named-values.js";

/** A metric that fit() knows by name: those whose value is one number. */
export type MetricName =
  | "accuracy"
  | "balancedAccuracy"
  | "cohenKappa"
  | "matthews"
  | "precision"
  | "recall"
  | "f1Score"
  | "logLoss"
  | "meanAbsoluteError"
  | "meanSquaredError"
  | "r2"
  | "topKAccuracy";

type Running = StreamingMetric<readonly number[], readonly (number | number[])[], number>;

const makers: Record<MetricName, () => unknown> = {
  accuracy: streaming.accuracy,
  balancedAccuracy: streaming.balancedAccuracy,
  cohenKappa: streaming.cohenKappa,
  matthews: streaming.matthews,
  // Macro averages mean the same for two classes as for many.
  precision: () => streaming.precision({ average: "macro" }),
  recall: () => streaming.recall({ average: "macro" }),
  f1Score: () => streaming.f1Score({ average: "macro" }),
  logLoss: streaming.logLoss,
  meanAbsoluteError: streaming.meanAbsoluteError,
  meanSquaredError: streaming.meanSquaredError,
  r2: streaming.r2,
  topKAccuracy: streaming.topKAccuracy,
};

/** What is computed beside a loss unless somebody chooses. */
export function usualMetrics(loss: LossChoice): readonly MetricName[] {
  return isOfClasses(loss) ? ["accuracy"] : [];
}

/** A model's outputs of one batch as plain numbers. */
export interface Outputs {
  readonly data: ArrayLike<number>;
  /** [batch, columns] or [batch]. */
  readonly shape: readonly number[];
}

export class RunningMetrics {
  private readonly metrics: { name: string; metric: Running }[];
  /** Metrics whose earlier samples no file could hold: they have no value before the next reset. */
  private readonly unknown = new Set<string>();

  /** @throws when there is no metric of such a name, with the names that there are */
  constructor(names: readonly string[]) {
    this.metrics = names.map((name) => {
      if (!Object.hasOwn(makers, name)) throw invalid("metrics", `some of ${Object.keys(makers).join(", ")}`, name);
      return { name, metric: makers[name as MetricName]() as Running };
    });
  }

  reset(): void {
    for (const { metric } of this.metrics) metric.reset();
    this.unknown.clear();
  }

  /** What they know so far, as bytes, to go on with in another process. A metric of somebody's own whose state is not plain is left out. */
  state(): NamedValues[] {
    return this.metrics.flatMap(({ name, metric }) => {
      const values = bytesOf(metric.state);
      return values ? [{ name, shape: [values.length], dtype: "bool" as const, values }] : [];
    });
  }

  restore(saved: readonly NamedValues[]): void {
    for (const { name, metric } of this.metrics) {
      const found = saved.find((it) => it.name === name);
      if (found) metric.restore(deserialize(found.values));
      else this.unknown.add(name);
    }
  }

  update(yTrue: ArrayLike<number>, outputs: Outputs): void {
    if (!this.metrics.length) return;
    const rows = toRows(outputs);
    const truth = Array.from(yTrue);
    for (const { metric } of this.metrics) {
      if (metric.prediction === "labels") metric.update(truth, rows.map(classOf));
      else if (metric.prediction === "scores") metric.update(truth, rows.map(softmax));
      else
        metric.update(
          truth,
          rows.map((row) => (row.length === 1 ? (row[0] ?? Number.NaN) : row)),
        );
    }
  }

  /** Name → value; a metric without a value (a class that never occurs) is left out. */
  values(): Record<string, number> {
    const values: Record<string, number> = {};
    for (const { name, metric } of this.metrics) {
      if (this.unknown.has(name)) continue;
      try {
        values[name] = metric.compute();
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
