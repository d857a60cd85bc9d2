// The calibration (reliability) diagram: whether what a classifier is 80 % sure of comes true in 80 of 100 cases.
import { checkChoice, checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import { calibrationCurve } from "../metrics/index.js";
import { wilsonInterval } from "../metrics/wilson-interval.js";
import { Chart } from "./chart.js";
import { axisNames, checkTitle } from "./class-names.js";
import { checkRates, curveColors, mostCurves } from "./named-curves.js";
import { extent } from "./number-series.js";
import { isPredictions, mostProbable, type Predictions, readPredictions } from "./predictions.js";
import { brief, makeSpec, palette } from "./spec.js";
import { countTicks, shortCounts } from "./ticks.js";

/** What `ml.metrics.calibrationCurve` returns. */
export interface CalibrationPoints {
  readonly probTrue: ArrayLike<number>;
  readonly probPred: ArrayLike<number>;
  readonly counts?: ArrayLike<number>;
}

export interface CalibrationOptions {
  /** Of an evaluation: how many bins, 1 to 100; 15 by default, as `ml.metrics.expectedCalibrationError` has. */
  bins?: number;
  /** Of an evaluation: bins of equal width (the default) or of about as many samples each. */
  strategy?: "uniform" | "quantile";
  /** Above the chart. */
  title?: string;
}

export interface CalibrationData {
  readonly curves: readonly {
    readonly name: string;
    /** The mean of |share − probability| over the bins, weighted by samples; undefined where counts are not given. */
    readonly expectedCalibrationError: number | undefined;
    readonly points: CalibrationPoints;
  }[];
}

const mostBins = 100;

/**
 * Draws how often what was predicted with a probability came true, as scikit-learn's `CalibrationDisplay`; with the 95 %
 * interval of each share (Wilson, 1927) and, below, how many samples each bin has. On the dashed line all is as predicted;
 * below it, the classifier is too sure.
 * @param curves a curve of `ml.metrics.calibrationCurve`; or up to 12 by name, such as `{ before: …, after: … }`; or an
 *   evaluation of `ml.evaluate`: how sure it is of its predictions against the share that is right, with the expected
 *   calibration error of `ml.metrics` (Guo et al., 2017, arXiv 1706.04599)
 * @throws unless a curve has 1 to 100 bins with rates from 0 to 1 and, if given, counts above 0
 */
export function calibration(
  curves: CalibrationPoints | Readonly<Record<string, CalibrationPoints>> | Predictions,
  options: CalibrationOptions = {},
): Chart<CalibrationData> {
  checkOptions("options", options, ["bins", "strategy", "title"]);
  checkTitle(options);
  const { bins = 15, strategy = "uniform", title = "Calibration" } = options;
  checkWhole("bins", bins, 1, mostBins);
  checkChoice("strategy", strategy, ["uniform", "quantile"]);
  const isConfidence = !isCurve(curves) && isPredictions(curves);
  const named: [name: string, points: CalibrationPoints][] = isCurve(curves)
    ? [["classifier", curves]]
    : isPredictions(curves)
      ? [["classifier", confidenceCurve(curves, bins, strategy)]]
      : Object.entries({ ...curves });
  if (named.length < 1 || named.length > mostCurves)
    throw invalid(
      "curves",
      `1 to ${mostCurves} curves`,
      named.map(([name]) => name),
    );
  const data = named.map(([name, points]) => {
    check(name, points);
    return { name, points, expectedCalibrationError: errorOf(points) };
  });
  const isAlone = isCurve(curves) || isConfidence;
  const names = axisNames(data.map(({ name }) => name));
  const labels = data.map(({ expectedCalibrationError: error }, i) =>
    error === undefined ? (names[i] ?? "") : `${names[i]} (ECE ${error.toFixed(3)})`,
  );
  const [first] = data;
  const error = first?.expectedCalibrationError;
  const samples = total(first?.points.counts);
  const head =
    isAlone && error !== undefined
      ? [
          `expected calibration error ${error.toFixed(3)}, ${samples.toLocaleString("en")} ${samples === 1 ? "sample" : "samples"}`,
        ]
      : [];
  const hasCounts = data.every(({ points }) => points.counts);
  const values = data.flatMap(({ points }, i) => rows(labels[i] ?? "", points));
  const texts = isConfidence
    ? { x: "confidence: probability of the predicted class", y: "share that is right" }
    : { x: "mean predicted probability", y: "share of positives" };
  const axis = (field: string, name: string) => ({
    field,
    type: "quantitative",
    title: name,
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 6 },
  });
  const [x, y] = [axis("probPred", texts.x), axis("probTrue", texts.y)];
  const color = curveColors("curve", labels, !isAlone);
  const curve = {
    mark: { type: "line", point: { size: 45 }, clip: false },
    encoding: {
      x,
      y,
      ...color,
      tooltip: [
        { field: "probPred", type: "quantitative", title: "predicted", format: ".4~f" },
        { field: "probTrue", type: "quantitative", title: "came true", format: ".4~f" },
        ...(hasCounts ? [{ field: "count", type: "quantitative", title: "samples", format: "," }] : []),
      ],
    },
  };
  const ideal = {
    data: { values: [0, 1].map((rate) => ({ probPred: rate, probTrue: rate })) },
    mark: { type: "line", strokeDash: [4, 3], strokeWidth: 1, color: palette.grey },
    encoding: { x, y },
  };
  const interval = {
    mark: { type: "rule", strokeWidth: 1 },
    encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color: color.color },
  };
  const layer = [ideal, ...(hasCounts ? [interval] : []), curve];
  const mostSamples = data.reduce((most, { points }) => Math.max(most, extent(points.counts ?? [])?.[1] ?? 0), 0);
  const counts = {
    width: 320,
    height: 60,
    mark: { type: "rule", strokeWidth: Math.max(2, Math.min(14, 220 / values.length)), color: palette.sky },
    encoding: {
      x: { ...x, title: texts.x },
      y: {
        field: "count",
        type: "quantitative",
        title: "samples",
        scale: { zero: true },
        axis: { ...shortCounts, ...countTicks(mostSamples, 3) },
      },
      tooltip: [{ field: "count", type: "quantitative", title: "samples", format: "," }],
    },
  };
  const bare = { ...x, title: null, axis: { ...x.axis, labels: false } };
  const panels =
    isAlone && hasCounts
      ? {
          spacing: 14,
          vconcat: [
            {
              width: 320,
              height: 320,
              layer: layer.map((one) => ({ ...one, encoding: { ...one.encoding, x: bare } })),
            },
            counts,
          ],
        }
      : { width: 320, height: 320, layer };
  const spec = makeSpec({ title: head.length ? { text: title, subtitle: head } : title, data: { values }, ...panels });
  return new Chart(spec, { curves: data }, [title, ...head, ...data.flatMap(asLines(isAlone))].join("\n"));
}

/** How sure it is of what it predicts, against whether that is right. */
function confidenceCurve(given: Predictions, bins: number, strategy: "uniform" | "quantile"): CalibrationPoints {
  const { yTrue, rows } = readPredictions("curves", given);
  const predicted = rows.map(mostProbable);
  const isRight = predicted.map((label, i) => Number(label === yTrue[i]));
  const confidences = rows.map((row, i) => row[predicted[i] ?? 0] ?? 0);
  return calibrationCurve(isRight, confidences, { bins, strategy, posLabel: 1 });
}

function isCurve(value: unknown): value is CalibrationPoints {
  const { probTrue, probPred } = (value ?? {}) as { probTrue?: unknown; probPred?: unknown };
  return isList(probTrue) && isList(probPred);
}

function check(name: string, points: CalibrationPoints): void {
  if (!isCurve(points)) throw invalid(name, "a curve with probTrue and probPred", points);
  const { probTrue, probPred, counts } = points;
  checkRates(name, { probTrue, probPred }, 1);
  if (probTrue.length > mostBins) throw invalid(`${name}.probTrue`, `at most ${mostBins} bins`, probTrue);
  if (counts === undefined) return;
  const isCount = (one: unknown) => typeof one === "number" && Number.isFinite(one) && one > 0;
  if (!isList(counts) || counts.length !== probTrue.length || !Array.from(counts).every(isCount))
    throw invalid(`${name}.counts`, `${probTrue.length} counts above 0, one a bin`, counts);
}

function errorOf({ probTrue, probPred, counts }: CalibrationPoints): number | undefined {
  if (counts === undefined) return undefined;
  const gaps = Array.from(counts, (count, i) => count * Math.abs((probTrue[i] ?? 0) - (probPred[i] ?? 0)));
  return total(gaps) / total(counts);
}

function rows(curve: string, { probTrue, probPred, counts }: CalibrationPoints): object[] {
  return Array.from(probTrue, (share, i) => ({
    curve,
    probPred: brief(probPred[i] ?? Number.NaN),
    probTrue: brief(share),
    ...(counts ? { count: counts[i], ...interval(share, counts[i] ?? 1) } : {}),
  }));
}

function interval(share: number, n: number): { low: number | null; high: number | null } {
  const { low, high } = wilsonInterval(share, n);
  return { low: brief(low), high: brief(high) };
}

function total(values: ArrayLike<number> = []): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

function asLines(isAlone: boolean): (curve: CalibrationData["curves"][number]) => string[] {
  return ({ name, points, expectedCalibrationError: error }) => [
    ...(isAlone ? [] : [error === undefined ? name : `${name}: expected calibration error ${error.toFixed(4)}`]),
    ...Array.from(points.probTrue, (share, i) => {
      const samples = points.counts ? `, of ${points.counts[i]?.toLocaleString("en")}` : "";
      return `  predicted ${(points.probPred[i] ?? 0).toFixed(3)}, came true ${share.toFixed(3)}${samples}`;
    }),
  ];
}
