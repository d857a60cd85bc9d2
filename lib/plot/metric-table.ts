// The main scores of a classifier, each with its interval: how much of a difference between two models is chance.
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { checkSeed } from "../engine/random.js";
import { bootstrapIntervals } from "../metrics/bootstrap-interval.js";
import type { BootstrapInterval } from "../metrics/index.js";
import { checkTitle } from "./class-names.js";
import { DataTable } from "./data-table.js";
import { type ChosenScore, mainScores } from "./main-scores.js";
import { type Predictions, type ReadPredictions, readPredictions } from "./predictions.js";

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

/** Resamples × samples that are worked through for one score, beyond the least number of resamples. */
const mostDraws = 500_000;

/**
 * A table of scores with their intervals, by `ml.metrics.bootstrapInterval` on the same resamples for all.
 * @param evaluation what `ml.evaluate` returns, or `{ yTrue, probabilities }`
 * @throws unless there are samples with probabilities, and every metric gives a finite number of them
 */
export function metricTable(evaluation: Predictions, options: MetricTableOptions = {}): DataTable<MetricTableData> {
  checkOptions("options", options, ["metrics", "confidence", "resamples", "seed", "title"]);
  checkTitle(options);
  const read = readPredictions("evaluation", evaluation);
  const { yTrue } = read;
  const { confidence = 0.95, seed = 0, title = "Scores" } = options;
  const { resamples = Math.max(100, Math.min(1000, Math.floor(mostDraws / yTrue.length))) } = options;
  checkWhole("resamples", resamples, 2, 100_000);
  checkSeed(seed);
  const scores = options.metrics === undefined ? mainScores(read) : chosenScores(options.metrics, read);
  const places = Array.from(yTrue.keys());
  const found = bootstrapIntervals(
    Object.values(scores).map((score) => (chosen: number[]) => score(chosen)),
    places,
    places,
    { confidence, resamples, seed },
  );
  // A score may have no value on these samples, such as one that needs two classes.
  const intervals = Object.keys(scores).map((name, i) => {
    const interval = found[i];
    return [name, interval instanceof Error ? undefined : interval] as const;
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

/** Functions of one's own, as functions of the places of the samples. */
function chosenScores(
  metrics: Readonly<Record<string, ScoreFunction>>,
  { yTrue, yPred, rows }: ReadPredictions,
): Readonly<Record<string, ChosenScore>> {
  if (typeof metrics !== "object" || metrics === null || !Object.keys(metrics).length)
    throw invalid("metrics", "functions of yTrue, yPred and probabilities, by name", metrics);
  const named = Object.entries(metrics).map(([name, metric]): [string, ChosenScore] => {
    if (typeof metric !== "function")
      throw invalid(`metrics.${name}`, "a function of yTrue, yPred and probabilities", metric);
    return [
      name,
      (places) =>
        metric(
          places.map((i) => yTrue[i] ?? 0),
          places.map((i) => yPred[i] ?? 0),
          places.map((i) => rows[i] ?? []),
        ),
    ];
  });
  return Object.fromEntries(named);
}
