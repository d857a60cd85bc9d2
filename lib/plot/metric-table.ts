// The main scores of a classifier, each with its interval: how much of a difference between two models is chance.
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { checkSeed } from "../engine/random.js";
import {
  accuracy,
  type BootstrapInterval,
  balancedAccuracy,
  bootstrapInterval,
  expectedCalibrationError,
  f1Score,
  logLoss,
  precision,
  recall,
  UndefinedMetricError,
} from "../metrics/index.js";
import { checkTitle } from "./class-names.js";
import { DataTable } from "./data-table.js";
import { type Predictions, readPredictions } from "./predictions.js";

/** From true classes, predicted classes and probabilities (one row a sample) to a number. */
export type ScoreFunction = (yTrue: number[], yPred: number[], probabilities: (readonly number[])[]) => number;

export interface MetricTableOptions {
  /** Which scores, by the name that is shown; accuracies, macro averages, log loss, calibration error by default. */
  metrics?: Readonly<Record<string, ScoreFunction>>;
  /** How probably an interval holds its value, in (0, 1); 0.95 by default. */
  confidence?: number;
  /** Resamples of the bootstrap, 2 to 100,000; by default 1,000, fewer (at least 100) above 500 samples. */
  resamples?: number;
  /** A whole number in [0, 2³²): the same seed gives the same intervals; 0 by default. */
  seed?: number;
  /** Above the table. */
  title?: string;
}

export type MetricTableData = Readonly<Record<string, BootstrapInterval | undefined>>;

/** Resamples × samples that are worked through for one score, which takes about a second at most. */
const mostDraws = 500_000;

/**
 * A table of scores with their intervals, by `ml.metrics.bootstrapInterval` on the same resamples for all.
 * @param evaluation what `ml.evaluate` returns, or `{ yTrue, probabilities }`
 * @throws unless there are samples with probabilities, and every metric gives a finite number of them
 */
export function metricTable(evaluation: Predictions, options: MetricTableOptions = {}): DataTable<MetricTableData> {
  checkOptions("options", options, ["metrics", "confidence", "resamples", "seed", "title"]);
  checkTitle(options);
  const { yTrue, yPred, rows, classNames } = readPredictions("evaluation", evaluation);
  const { confidence = 0.95, seed = 0, title = "Scores" } = options;
  const { resamples = Math.max(100, Math.min(1000, Math.floor(mostDraws / yTrue.length))) } = options;
  checkWhole("resamples", resamples, 2, 100_000);
  checkSeed(seed);
  const metrics = options.metrics ?? defaultMetrics(classNames.length);
  if (typeof metrics !== "object" || metrics === null || !Object.keys(metrics).length)
    throw invalid("metrics", "functions of yTrue, yPred and probabilities, by name", metrics);
  const picks = Array.from(yTrue.keys());
  const intervals = Object.entries(metrics).map(([name, metric]) => {
    if (typeof metric !== "function")
      throw invalid(`metrics.${name}`, "a function of yTrue, yPred and probabilities", metric);
    const score = (chosen: number[]) =>
      metric(
        chosen.map((i) => yTrue[i] ?? 0),
        chosen.map((i) => yPred[i] ?? 0),
        chosen.map((i) => rows[i] ?? []),
      );
    return [name, intervalOf(score, picks, { confidence, resamples, seed })] as const;
  });
  const cells = intervals.map(([name, interval]) => {
    if (interval === undefined) return [name, "–", "–", "–"];
    return [name, ...[interval.value, interval.low, interval.high].map((value) => value.toFixed(4))];
  });
  const percent = `${Number((100 * confidence).toPrecision(4))} %`;
  const columns = ["", "value", `${percent} from`, "to"].map((name, i) => ({ name, isNumeric: i > 0 }));
  const samples = `${yTrue.length.toLocaleString("en")} ${yTrue.length === 1 ? "sample" : "samples"}`;
  const notice = `${samples}; intervals by the bootstrap, ${resamples.toLocaleString("en")} resamples`;
  return new DataTable(columns, cells, Object.fromEntries(intervals), title, [notice]);
}

/** @returns undefined where the score has no value on these samples, such as one that needs two classes */
function intervalOf(
  score: (picks: number[]) => number,
  picks: readonly number[],
  options: { confidence: number; resamples: number; seed: number },
): BootstrapInterval | undefined {
  try {
    return bootstrapInterval((chosen: number[]) => score(chosen), picks, picks, options);
  } catch (error) {
    if (error instanceof UndefinedMetricError) return undefined;
    throw error;
  }
}

/** All classes count in the averages, also those that a resample lacks. */
function defaultMetrics(classes: number): Readonly<Record<string, ScoreFunction>> {
  const labels = Array.from({ length: classes }, (_, i) => i);
  return {
    accuracy: (yTrue, yPred) => accuracy(yTrue, yPred),
    "balanced accuracy": (yTrue, yPred) => balancedAccuracy(yTrue, yPred),
    "precision, macro": (yTrue, yPred) => precision(yTrue, yPred, { labels, average: "macro" }),
    "recall, macro": (yTrue, yPred) => recall(yTrue, yPred, { labels, average: "macro" }),
    "F1 score, macro": (yTrue, yPred) => f1Score(yTrue, yPred, { labels, average: "macro" }),
    "log loss": (yTrue, _, probabilities) => logLoss(yTrue, probabilities, { labels }),
    "expected calibration error": (yTrue, _, probabilities) =>
      expectedCalibrationError(yTrue, probabilities, { labels }),
  };
}
