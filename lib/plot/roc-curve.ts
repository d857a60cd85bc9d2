// The ROC curve, of one classifier or of several (or one a class) in one picture, with the area under each.
import { checkOptions, invalid, isList } from "../engine/invalid.js";
import { rocCurve as curveOf } from "../metrics/index.js";
import { Chart } from "./chart.js";
import { axisNames, checkTitle } from "./class-names.js";
import { checkRates, curveColors, namedCurves } from "./named-curves.js";
import type { Predictions } from "./predictions.js";
import { brief, makeSpec, palette } from "./spec.js";
import { thinned } from "./thin.js";

/** What `ml.metrics.rocCurve` returns. */
export interface RocPoints {
  readonly fpr: ArrayLike<number>;
  readonly tpr: ArrayLike<number>;
  readonly thresholds?: ArrayLike<number>;
}

export interface RocCurveData {
  readonly curves: readonly { readonly name: string; readonly area: number; readonly points: RocPoints }[];
}

const mostPoints = 600;

/**
 * Draws ROC curves: the share of positives found against the share of false alarms, at every threshold.
 * @param curves one curve of `ml.metrics.rocCurve`; or up to 12 by name, such as `{ cat: …, dog: … }`; or an evaluation of
 *   `ml.evaluate`: each class against the rest (of two classes, the second)
 * @throws unless rates are equally many, from 0 to 1, at least two a curve
 */
export function rocCurve(
  curves: RocPoints | Readonly<Record<string, RocPoints>> | Predictions,
  options: { title?: string } = {},
): Chart<RocCurveData> {
  checkOptions("options", options, ["title"]);
  checkTitle(options);
  const { title = "ROC curve" } = options;
  const read = namedCurves(curves, isCurve, (isMember, scores) => curveOf(isMember, scores), area);
  const data = read.curves.map(({ name, points }) => {
    check(name, points);
    return { name, points, area: area(points) };
  });
  const names = axisNames(data.map(({ name }) => name));
  const labels = data.map(({ area }, i) => `${names[i]} (AUC ${area.toFixed(3)})`);
  const share = Math.floor(mostPoints / data.length);
  const total = data.reduce((sum, { points }) => sum + points.fpr.length, 0);
  const values = data.flatMap(({ points }, i) =>
    rows(
      labels[i] ?? "",
      points,
      thinned(
        Array.from(points.fpr, (_, at) => at),
        share,
      ),
    ),
  );
  const notices = [
    ...read.notices,
    ...(values.length < total ? [`${values.length} of ${total.toLocaleString("en")} points are drawn`] : []),
  ];
  const [alone] = read.isAlone ? data : [];
  const of = alone === undefined || alone.name === "classifier" ? "" : `of ${alone.name}: `;
  const text = alone ? [`${of}area under the curve ${alone.area.toFixed(3)}`] : [];
  const axis = (field: string, name: string) => ({
    field,
    type: "quantitative",
    title: name,
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 6 },
  });
  const [x, y] = [axis("fpr", "false positive rate"), axis("tpr", "true positive rate")];
  const tooltip = ["fpr", "tpr", ...(data.every(({ points }) => points.thresholds) ? ["threshold"] : [])].map(
    (field) => ({ field, type: "quantitative", format: ".4~f" }),
  );
  const subtitle = [...text, ...notices];
  const spec = makeSpec({
    title: { text: title, ...(subtitle.length ? { subtitle } : {}) },
    width: 320,
    height: 320,
    data: { values },
    layer: [
      {
        data: { values: [0, 1].map((rate) => ({ fpr: rate, tpr: rate })) },
        mark: { type: "line", strokeDash: [4, 3], strokeWidth: 1, color: palette.grey },
        encoding: { x, y },
      },
      {
        mark: { type: "line", interpolate: "linear", clip: false },
        encoding: {
          x,
          y,
          order: { field: "order", type: "quantitative" },
          ...curveColors("curve", labels, !read.isAlone),
          tooltip,
        },
      },
    ],
  });
  const lines = data.map(({ name, area, points }) => `${name}: area ${area.toFixed(4)}, ${points.fpr.length} points`);
  return new Chart(spec, { curves: data }, [title, ...lines, ...notices].join("\n"));
}

function isCurve(value: unknown): value is RocPoints {
  return isList((value as { fpr?: unknown } | null | undefined)?.fpr);
}

function check(name: string, points: RocPoints): void {
  if (!isCurve(points)) throw invalid(name, "a curve with fpr and tpr", points);
  const { fpr, tpr, thresholds } = points;
  if (
    thresholds !== undefined &&
    !(isList(thresholds) && Array.from(thresholds).every((one) => typeof one === "number"))
  )
    throw invalid(`${name}.thresholds`, "a list of numbers", thresholds);
  checkRates(name, { fpr, tpr }, 2);
}

/** By the trapezoidal rule, as `ml.metrics.rocAuc`. */
function area({ fpr, tpr }: RocPoints): number {
  let sum = 0;
  for (let i = 1; i < fpr.length; i++)
    sum += ((fpr[i] ?? 0) - (fpr[i - 1] ?? 0)) * (((tpr[i] ?? 0) + (tpr[i - 1] ?? 0)) / 2);
  return sum;
}

function rows(curve: string, { fpr, tpr, thresholds }: RocPoints, indices: readonly number[]): object[] {
  return indices.map((at, order) => ({
    curve,
    order,
    fpr: brief(fpr[at] ?? Number.NaN),
    tpr: brief(tpr[at] ?? Number.NaN),
    ...(thresholds ? { threshold: brief(thresholds[at] ?? Number.NaN) } : {}),
  }));
}
