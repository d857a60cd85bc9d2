// The precision-recall curve, of one classifier, of several, or one a class, with the average precision of each.
import { checkOptions, invalid, isList } from "../engine/invalid.js";
import { precisionRecallCurve } from "../metrics/index.js";
import { Chart } from "./chart.js";
import { axisNames, checkTitle } from "./class-names.js";
import { checkRates, curveColors, namedCurves } from "./named-curves.js";
import type { Predictions } from "./predictions.js";
import { brief, makeSpec, palette } from "./spec.js";
import { thinned } from "./thin.js";

/** What `ml.metrics.precisionRecallCurve` returns. */
export interface PrecisionRecallPoints {
  readonly precision: ArrayLike<number>;
  readonly recall: ArrayLike<number>;
  readonly thresholds?: ArrayLike<number>;
}

export interface PrecisionRecallData {
  readonly curves: readonly {
    readonly name: string;
    readonly averagePrecision: number;
    readonly points: PrecisionRecallPoints;
  }[];
}

const mostPoints = 600;

/**
 * Draws precision against recall at every threshold, as scikit-learn's `PrecisionRecallDisplay`: in steps, without
 * interpolation, with the average precision (that of `ml.metrics.averagePrecision`). Of a single curve the dashed line is
 * the precision where all samples are taken for positive: what guessing gives.
 * @param curves a curve of `ml.metrics.precisionRecallCurve`; or up to 12 by name, such as `{ cat: …, dog: … }`; or an
 *   evaluation of `ml.evaluate`: each class against the rest (of two classes, the second)
 * @throws unless precision and recall are equally many, from 0 to 1, at least two a curve
 */
export function precisionRecall(
  curves: PrecisionRecallPoints | Readonly<Record<string, PrecisionRecallPoints>> | Predictions,
  options: { title?: string } = {},
): Chart<PrecisionRecallData> {
  checkOptions("options", options, ["title"]);
  checkTitle(options);
  const { title = "Precision–recall curve" } = options;
  const read = namedCurves(curves, isCurve, (isMember, scores) => precisionRecallCurve(isMember, scores), areaOfSteps);
  const data = read.curves.map(({ name, points }) => {
    check(name, points);
    return { name, points, averagePrecision: areaOfSteps(points) };
  });
  const names = axisNames(data.map(({ name }) => name));
  const labels = data.map(({ averagePrecision }, i) => `${names[i]} (AP ${averagePrecision.toFixed(3)})`);
  const share = Math.floor(mostPoints / data.length);
  const total = data.reduce((sum, { points }) => sum + points.recall.length, 0);
  const values = data.flatMap(({ points }, i) => rows(labels[i] ?? "", points, share));
  const notices = [
    ...read.notices,
    ...(values.length < total ? [`${values.length} of ${total.toLocaleString("en")} points are drawn`] : []),
  ];
  const [alone] = read.isAlone ? data : [];
  const guess = alone?.points.recall[0] === 1 ? alone.points.precision[0] : undefined;
  const of = alone === undefined || alone.name === "classifier" ? "" : `of ${alone.name}: `;
  const head = alone
    ? [
        `${of}average precision ${alone.averagePrecision.toFixed(3)}${guess === undefined ? "" : `, all taken for positive ${guess.toFixed(3)}`}`,
      ]
    : [];
  const axis = (field: string) => ({
    field,
    type: "quantitative",
    title: field,
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 6 },
  });
  const [x, y] = [axis("recall"), axis("precision")];
  const hasThresholds = data.every(({ points }) => points.thresholds);
  const tooltip = ["recall", "precision", ...(hasThresholds ? ["threshold"] : [])].map((field) => ({
    field,
    type: "quantitative",
    format: ".4~f",
  }));
  const line = {
    mark: { type: "line", interpolate: "step-after", clip: false },
    encoding: {
      x,
      y,
      order: { field: "order", type: "quantitative" },
      ...curveColors("curve", labels, !read.isAlone),
      tooltip,
    },
  };
  const guessing = {
    data: { values: [0, 1].map((recall) => ({ recall, precision: brief(guess ?? 0) })) },
    mark: { type: "line", strokeDash: [4, 3], strokeWidth: 1, color: palette.grey },
    encoding: { x, y },
  };
  const subtitle = [...head, ...notices];
  const spec = makeSpec({
    title: { text: title, ...(subtitle.length ? { subtitle } : {}) },
    width: 320,
    height: 320,
    data: { values },
    layer: guess === undefined ? [line] : [guessing, line],
  });
  const lines = data.map(
    ({ name, averagePrecision, points }) =>
      `${name}: average precision ${averagePrecision.toFixed(4)}, ${points.recall.length} points`,
  );
  return new Chart(spec, { curves: data }, [title, ...lines, ...notices].join("\n"));
}

function isCurve(value: unknown): value is PrecisionRecallPoints {
  const { precision, recall } = (value ?? {}) as { precision?: unknown; recall?: unknown };
  return isList(precision) && isList(recall);
}

function check(name: string, points: PrecisionRecallPoints): void {
  if (!isCurve(points)) throw invalid(name, "a curve with precision and recall", points);
  const { precision, recall, thresholds } = points;
  checkRates(name, { precision, recall }, 2);
  const isThreshold = (one: unknown) => typeof one === "number" && !Number.isNaN(one);
  if (thresholds !== undefined && !(isList(thresholds) && Array.from(thresholds).every(isThreshold)))
    throw invalid(`${name}.thresholds`, "a list of numbers", thresholds);
}

/** Σ (Rₙ − Rₙ₊₁)·Pₙ from the lowest threshold on: `ml.metrics.averagePrecision`. */
function areaOfSteps({ precision, recall }: PrecisionRecallPoints): number {
  let sum = 0;
  for (let i = 0; i + 1 < recall.length; i++) sum += ((recall[i] ?? 0) - (recall[i + 1] ?? 0)) * (precision[i] ?? 0);
  return sum;
}

function rows(curve: string, { precision, recall, thresholds }: PrecisionRecallPoints, most: number): object[] {
  const indices = thinned(
    Array.from(recall, (_, i) => i),
    most,
  );
  return indices.map((at, order) => ({
    curve,
    order,
    recall: brief(recall[at] ?? Number.NaN),
    precision: brief(precision[at] ?? Number.NaN),
    ...(thresholds ? { threshold: brief(thresholds[at] ?? Number.NaN) } : {}),
  }));
}
