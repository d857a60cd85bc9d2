// The learning-rate range test as a curve: the loss against the rate, and where to begin.
import { checkNumber, checkOptions, invalid, isList } from "../engine/invalid.js";
import { Chart } from "./chart.js";
import { checkTitle } from "./class-names.js";
import { brief, makeSpec, onWhite, palette } from "./spec.js";
import { thinned } from "./thin.js";

export interface LearningRateRangeData {
  /** Ascending, above 0; one a step. */
  readonly learningRates: ArrayLike<number>;
  /** The loss at each. */
  readonly losses: ArrayLike<number>;
  /** The same, smoothed. */
  readonly smoothedLosses?: ArrayLike<number>;
  /** The rate to begin with. */
  readonly suggestion?: number | undefined;
  /** The rate at which the loss is least; by default where it is least as drawn. */
  readonly lowest?: number;
}

const mostPoints = 400;

/**
 * Draws a learning-rate range test (Smith, "Cyclical Learning Rates for Training Neural Networks", 2017).
 * @param range what `ml.findLearningRate` returns
 * @throws unless rates and losses are equally many, at least one finite loss among them, and the rates are above 0
 */
export function learningRateRange(
  range: LearningRateRangeData,
  options: { title?: string } = {},
): Chart<LearningRateRangeData> {
  checkOptions("options", options, ["title"]);
  checkTitle(options);
  const { title = "Learning-rate range" } = options;
  if (typeof range !== "object" || range === null) throw invalid("range", "what ml.findLearningRate returns", range);
  const { learningRates, losses, smoothedLosses, suggestion, lowest: leastAt } = range;
  for (const [name, rate] of Object.entries({ suggestion, lowest: leastAt }))
    if (rate !== undefined) checkNumber(name, rate, { above: 0 });
  if (!isList(learningRates) || !learningRates.length) throw invalid("learningRates", "numbers above 0", learningRates);
  if (!isList(losses) || losses.length !== learningRates.length)
    throw invalid("losses", `${learningRates.length} numbers, one a learning rate`, losses);
  if (smoothedLosses !== undefined && !(isList(smoothedLosses) && smoothedLosses.length === losses.length))
    throw invalid("smoothedLosses", `${losses.length} numbers`, smoothedLosses);
  const points = Array.from({ length: learningRates.length }, (_, i) => {
    const learningRate = learningRates[i] ?? Number.NaN;
    checkNumber(`learningRates[${i}]`, learningRate, { above: 0 });
    for (const [name, values] of Object.entries({ losses, smoothedLosses }))
      if (values !== undefined && typeof values[i] !== "number") throw invalid(`${name}[${i}]`, "a number", values[i]);
    return { learningRate, loss: losses[i] ?? Number.NaN, smoothed: smoothedLosses?.[i] ?? Number.NaN };
  });
  const [lowest, highest] = [points[0]?.learningRate ?? 1, points.at(-1)?.learningRate ?? 1];
  const column = smoothedLosses === undefined ? "loss" : "smoothed";
  const finite = points.filter((point) => Number.isFinite(point[column]));
  if (!finite.length) throw invalid("losses", "at least one finite number", losses);
  const least = finite.reduce((best, point) => (point[column] < best[column] ? point : best));
  const first = finite[0] ?? least;
  // What diverges would flatten the rest.
  const top =
    Math.max(first[column], least[column]) +
    0.5 * Math.max(first[column] - least[column], 1e-6 + 0.1 * Math.abs(least[column]));
  // A loss that does not change stands in the middle.
  const isFlat = finite.every((point) => point[column] === least[column]);
  const advice = suggestion === undefined ? "no suggestion" : `suggested rate ${suggestion.toPrecision(2)}`;
  const summary = `${advice}; the loss is least at ${(leastAt ?? least.learningRate).toPrecision(2)}`;
  const drawn = thinned(points, mostPoints);
  const notice =
    drawn.length < points.length ? `${drawn.length} of ${points.length.toLocaleString("en")} steps are drawn` : "";
  const x = {
    field: "learningRate",
    type: "quantitative",
    title: "learning rate (logarithmic)",
    scale: { type: "log", nice: false },
    axis: { format: "~e", grid: false, labelOverlap: true },
  };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: "loss",
    scale: {
      zero: false,
      nice: true,
      domainMax: brief(top),
      ...(isFlat ? { domainMin: brief(2 * least[column] - top) } : {}),
    },
  });
  const layers: object[] = [
    {
      mark: {
        type: "line",
        strokeWidth: smoothedLosses ? 1 : 2,
        color: palette.blue,
        strokeOpacity: smoothedLosses ? 0.4 : 1,
        clip: true,
      },
      encoding: { x, y: y("loss") },
    },
  ];
  if (smoothedLosses)
    layers.push({ mark: { type: "line", color: palette.blue, clip: true }, encoding: { x, y: y("smoothed") } });
  if (points.length === 1)
    layers.push({ mark: { type: "point", filled: true, color: palette.blue }, encoding: { x, y: y("loss") } });
  if (suggestion !== undefined)
    layers.push(...marked(suggestion, Math.log(suggestion ** 2) > Math.log(lowest * highest)));
  const spec = makeSpec({
    title: { text: title, subtitle: notice ? [summary, notice] : summary },
    width: 480,
    height: 240,
    data: {
      values: drawn.map(({ learningRate, loss, smoothed }) => ({
        learningRate: brief(learningRate),
        loss: brief(loss),
        ...(smoothedLosses ? { smoothed: brief(smoothed) } : {}),
      })),
    },
    layer: layers,
  });
  return new Chart(
    spec,
    range,
    `${title}: ${summary}\n${points.length.toLocaleString("en")} ${points.length === 1 ? "step" : "steps"}, rates ${lowest.toPrecision(2)} to ${highest.toPrecision(2)}`,
  );
}

function marked(suggestion: number, isRight: boolean): object[] {
  const data = { values: [{ learningRate: brief(suggestion), text: `suggested: ${suggestion.toPrecision(2)}` }] };
  const x = { field: "learningRate", type: "quantitative" };
  return [
    { data, mark: { type: "rule", color: palette.vermillion, strokeDash: [4, 3] }, encoding: { x } },
    ...onWhite({
      type: "text",
      color: palette.vermillion,
      baseline: "top",
      align: isRight ? "right" : "left",
      dx: isRight ? -5 : 5,
    }).map((mark) => ({
      data,
      mark,
      encoding: { x, y: { value: 3 }, text: { field: "text", type: "nominal" } },
    })),
  ];
}
