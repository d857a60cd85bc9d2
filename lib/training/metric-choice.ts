// Which metrics are computed beside a loss: by name, or as the running metrics of ml.metrics.streaming. Read by RunningMetrics.
import { invalid } from "../engine/invalid.js";
import { isOfClasses, type LossChoice } from "../losses/named-loss.js";
import { StreamingMetric, streaming } from "../metrics/index.js";

/** A running metric whose value is one number, whatever it takes. */
export type RunningMetric = StreamingMetric<never, never, number>;

const makers = {
  accuracy: streaming.accuracy,
  averagePrecision: streaming.averagePrecision,
  balancedAccuracy: streaming.balancedAccuracy,
  brierScore: streaming.brierScore,
  cohenKappa: streaming.cohenKappa,
  expectedCalibrationError: streaming.expectedCalibrationError,
  // Macro averages mean the same for two classes as for many.
  f1Score: () => streaming.f1Score({ average: "macro" }),
  logLoss: streaming.logLoss,
  matthews: streaming.matthews,
  meanAbsoluteError: streaming.meanAbsoluteError,
  meanSquaredError: streaming.meanSquaredError,
  precision: () => streaming.precision({ average: "macro" }),
  r2: streaming.r2,
  recall: () => streaming.recall({ average: "macro" }),
  // Of two classes it means the same.
  rocAuc: () => streaming.rocAuc({ multiClass: "ovr" }),
  topKAccuracy: streaming.topKAccuracy,
} satisfies Record<string, () => RunningMetric>;

/** A metric that fit() knows by name: those whose value is one number and that need no option. */
export type MetricName = keyof typeof makers;

/**
 * A name; or one of `ml.metrics.streaming` with its options, as `ml.metrics.streaming.fBeta({ beta: 2, average: "macro" })`, which appears
 * under its function's name, or the one that `.named("f2")` gives it.
 */
export type MetricChoice = MetricName | RunningMetric;

/** What is computed beside a loss unless somebody chooses. */
export function usualMetrics(loss: LossChoice): readonly MetricName[] {
  return isOfClasses(loss) ? ["accuracy"] : [];
}

/** Columns of a row of the history that are no metrics. */
const taken = ["epoch", "loss", "valLoss", "learningRate", "seconds", "imagesPerSecond"];

/** The column of a metric on the validation batches. */
export function validationName(name: string): string {
  return `val${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/**
 * @returns new ones: what somebody else has fed into the given ones stays there
 * @throws when there is no metric of such a name, with the names that there are, or when two have one name
 */
export function chosenMetrics(choices: readonly MetricChoice[]): RunningMetric[] {
  const columns = new Set(taken);
  return choices.map((choice) => {
    const metric = chosen(choice);
    for (const column of [metric.name, validationName(metric.name)]) {
      if (columns.has(column))
        throw invalid(
          "metrics",
          'names that differ from each other and from the other columns (.named("…"))',
          metric.name,
        );
      columns.add(column);
    }
    return metric;
  });
}

function chosen(choice: MetricChoice): RunningMetric {
  if (choice instanceof StreamingMetric) {
    if (choice.name === "") throw invalid("metrics", 'a metric with a name (.named("…"))', choice);
    return choice.named(choice.name);
  }
  // What is no text would be made one: a list of a single name is none.
  if (typeof choice === "string" && Object.hasOwn(makers, choice)) {
    const make: () => RunningMetric = makers[choice];
    return make();
  }
  // The one that is known, but says nothing without its option.
  const what = (choice as string) === "fBeta" ? "ml.metrics.streaming.fBeta({ beta })" : Object.keys(makers).join(", ");
  throw invalid("metrics", `some of ${what}, or of ml.metrics.streaming`, choice);
}
