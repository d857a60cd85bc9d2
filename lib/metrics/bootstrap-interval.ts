// How sure a metric is: an interval from resampling the samples. evaluate() gives accuracy its own with it.
import { checkChoice, checkList, checkNumber, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { quantile } from "../engine/quantile.js";
import { checkSeed, Xoshiro128 } from "../engine/random.js";
import { checkLength } from "./labels.js";
import { UndefinedMetricError } from "./undefined-metric.js";

export interface BootstrapOptions {
  /** How probably the interval holds the value, in (0, 1); 0.95 by default. */
  confidence?: number | undefined;
  /** How many resamples, 2 to 1,000,000; 1,000 by default. */
  resamples?: number | undefined;
  /** A whole number in [0, 2³²): the same seed gives the same interval on every machine; 0 by default. */
  seed?: number | undefined;
  /** Quantiles of the resampled values ("percentile", the default), or these mirrored at the value ("basic"). */
  method?: "percentile" | "basic" | undefined;
}

export interface BootstrapInterval {
  /** The metric of the samples themselves. */
  value: number;
  low: number;
  high: number;
  confidence: number;
  /** The standard deviation of the resampled values. */
  standardError: number;
  /** How many resamples have a value: some lack a class without which a metric such as rocAuc has none. */
  resamples: number;
}

/**
 * A confidence interval by the bootstrap (Efron, 1979): the metric of `resamples` sets of n samples drawn with
 * replacement, whose quantiles are the ends.
 * @param metric any function of yTrue and yPred (labels, scores, rows) to a number: `ml.metrics.accuracy`, or
 *   `(yTrue, yPred) => ml.metrics.f1Score(yTrue, yPred, { average: "macro" })`
 * @param yTrue n values; @param yPred n values or rows
 * @throws when the input is empty or of different lengths, when the metric throws on the samples themselves, and when
 *   it has a value on fewer than half of the resamples
 */
export function bootstrapInterval<Truth, Prediction>(
  metric: (yTrue: Truth[], yPred: Prediction[]) => number,
  yTrue: ArrayLike<Truth>,
  yPred: ArrayLike<Prediction>,
  options: BootstrapOptions = {},
): BootstrapInterval {
  const [found] = bootstrapIntervals([metric], yTrue, yPred, options);
  if (found instanceof Error) throw found;
  if (found === undefined) throw invalid("metric", "a function of yTrue and yPred", metric);
  return found;
}

/**
 * The same for several metrics at once, all on the same resamples, which are drawn once.
 * @returns one interval a metric, or the error that says why it has no value
 */
export function bootstrapIntervals<Truth, Prediction>(
  metrics: readonly ((yTrue: Truth[], yPred: Prediction[]) => number)[],
  yTrue: ArrayLike<Truth>,
  yPred: ArrayLike<Prediction>,
  options: BootstrapOptions = {},
): (BootstrapInterval | UndefinedMetricError)[] {
  checkOptions("options", options, ["confidence", "resamples", "seed", "method"]);
  const { confidence = 0.95, resamples = 1000, seed = 0, method = "percentile" } = options;
  for (const metric of metrics)
    if (typeof metric !== "function") throw invalid("metric", "a function of yTrue and yPred", metric);
  checkNumber("confidence", confidence, { above: 0, below: 1 });
  checkWhole("resamples", resamples, 2, 1e6);
  checkSeed(seed);
  checkChoice("method", method, ["percentile", "basic"]);
  checkList("yTrue", yTrue, "values");
  checkList("yPred", yPred, "values");
  checkLength("yPred", yPred, yTrue.length);
  if (yTrue.length === 0) throw invalid("yTrue", "at least one sample", yTrue);

  const truth = Array.from(yTrue);
  const predicted = Array.from(yPred);
  const own = metrics.map((metric) => scoreOn(metric, truth, predicted));
  const values = metrics.map((): number[] => []);
  const random = new Xoshiro128(seed);
  for (let i = 0; i < resamples; i++) {
    const picks = truth.map(() => random.below(truth.length));
    const [labels, guesses] = [
      picks.map((pick) => truth[pick] as Truth),
      picks.map((pick) => predicted[pick] as Prediction),
    ];
    metrics.forEach((metric, m) => {
      const value = own[m] instanceof Error ? own[m] : scoreOn(metric, labels, guesses);
      if (typeof value === "number") values[m]?.push(value);
    });
  }
  return own.map((value, m) => {
    const found = values[m] ?? [];
    if (value instanceof Error) return value;
    if (found.length < resamples / 2)
      return new UndefinedMetricError("metric", `a value on at least half of ${resamples} resamples`, found.length);
    found.sort((a, b) => a - b);
    const ends = [quantile(found, (1 - confidence) / 2), quantile(found, (1 + confidence) / 2)] as const;
    const [low, high] = method === "basic" ? [2 * value - ends[1], 2 * value - ends[0]] : ends;
    return { value, low, high, confidence, standardError: standardDeviation(found), resamples: found.length };
  });
}

/** @returns the error where there is no value; @throws all others */
function scoreOn<Truth, Prediction>(
  metric: (yTrue: Truth[], yPred: Prediction[]) => number,
  yTrue: Truth[],
  yPred: Prediction[],
): number | UndefinedMetricError {
  try {
    return finite(metric(yTrue, yPred));
  } catch (error) {
    if (error instanceof UndefinedMetricError) return error;
    throw error;
  }
}

function finite(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalid("metric", "a function whose result is a finite number", value);
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(values.length - 1, 1));
}
