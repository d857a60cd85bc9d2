// The threshold explorer: what changes when a classifier must be surer. A slider moves the threshold, in the chart itself:
// all numbers are in the specification, so it works in a saved notebook without a kernel.
import { checkOptions, invalid } from "../engine/invalid.js";
import { Chart } from "./chart.js";
import { axisNames, checkTitle } from "./class-names.js";
import { type Predictions, readPredictions } from "./predictions.js";
import { brief, makeSpec, palette } from "./spec.js";
import { countTicks, shortCounts } from "./ticks.js";

export interface ThresholdsOptions {
  /** The positive class, by its name or number: it is predicted where its probability reaches the threshold. */
  posLabel?: string | number;
  /** Above the chart. */
  title?: string;
}

/** What holds at one threshold; scores that have no value (nothing is predicted) are undefined. */
export interface ThresholdRow {
  readonly threshold: number;
  readonly scores: Readonly<Record<string, number | undefined>>;
  readonly counts: Readonly<Record<string, number>>;
}

export interface ThresholdsData {
  readonly rows: readonly ThresholdRow[];
  /** The threshold with the largest F1 score, the lowest of several. */
  readonly best: { readonly threshold: number; readonly f1Score: number } | undefined;
}

const steps = 100;
const width = 420;

/**
 * Draws precision, recall and F1 score of one class at the thresholds 0, 0.01, …, 1, with what is found, missed and falsely
 * alarmed; a slider below the chart moves the threshold. Of more than two classes, without a `posLabel`, it is the
 * confidence that must reach the threshold, and what doesn't is left to a person: accuracy against the share that is kept.
 * @param predictions an evaluation of `ml.evaluate`, or `{ yTrue, probabilities }`; of two classes, the second is positive
 * @throws unless there are samples with probabilities, and the class exists
 */
export function thresholds(predictions: Predictions, options: ThresholdsOptions = {}): Chart<ThresholdsData> {
  checkOptions("options", options, ["posLabel", "title"]);
  checkTitle(options);
  const { yTrue, rows: probabilities, yPred, classNames } = readPredictions("predictions", predictions);
  const positive = positiveClass(options.posLabel, classNames);
  const grid = Array.from({ length: steps + 1 }, (_, i) => i / steps);
  const rows =
    positive === undefined
      ? confidenceRows(
          yTrue.map((label, i) => label === yPred[i]),
          probabilities.map((row, i) => row[yPred[i] ?? 0] ?? 0),
          grid,
        )
      : classRows(
          yTrue.map((label) => label === positive),
          probabilities.map((row) => row[positive] ?? 0),
          grid,
        );
  const best = positive === undefined ? undefined : bestOf(rows);
  const subject =
    positive === undefined ? "least confidence to predict at all" : `positive: ${axisNames(classNames)[positive]}`;
  const { title = "Thresholds" } = options;
  const summary = [
    `${subject}, ${yTrue.length.toLocaleString("en")} ${yTrue.length === 1 ? "sample" : "samples"}`,
    ...(best ? [`largest F1 score ${best.f1Score.toFixed(3)} at ${best.threshold.toFixed(2)}`] : []),
  ].join("; ");
  const spec = makeSpec({
    title: { text: title, subtitle: summary },
    params: [
      { name: "threshold", value: 0.5, bind: { input: "range", min: 0, max: 1, step: 1 / steps, name: "threshold " } },
    ],
    data: {
      values: rows.map(({ threshold, scores, counts }) => ({
        threshold,
        ...Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, brief(value ?? Number.NaN)])),
        ...counts,
      })),
    },
    spacing: 18,
    resolve: { scale: { color: "independent" } },
    vconcat: [
      scorePanel(
        Object.keys(rows[0]?.scores ?? {}),
        positive === undefined ? "least confidence" : "threshold: least probability of the positive class",
      ),
      countPanel(Object.keys(rows[0]?.counts ?? {}), yTrue.length),
    ],
  });
  return new Chart(spec, { rows, best }, [`${title}: ${summary}`, asText(rows)].join("\n"));
}

/** @returns undefined where there is none to choose: confidence is what is looked at */
function positiveClass(asked: unknown, classNames: readonly string[]): number | undefined {
  if (asked === undefined) return classNames.length === 2 ? 1 : undefined;
  const found = typeof asked === "number" ? asked : classNames.indexOf(String(asked));
  if ((typeof asked === "number" || typeof asked === "string") && classNames[found] !== undefined) return found;
  const shown = classNames.slice(0, 8).map((name) => JSON.stringify(name));
  throw invalid("posLabel", `a class, one of ${shown.join(", ")}${classNames.length > 8 ? ", …" : ""}`, asked);
}

function classRows(isPositive: readonly boolean[], scores: readonly number[], grid: readonly number[]): ThresholdRow[] {
  const actual = isPositive.filter(Boolean).length;
  return grid.map((threshold) => {
    let [found, predicted] = [0, 0];
    for (const [i, score] of scores.entries()) {
      if (score < threshold) continue;
      predicted += 1;
      if (isPositive[i]) found += 1;
    }
    return {
      threshold,
      scores: {
        precision: share(found, predicted),
        recall: share(found, actual),
        "F1 score": share(found, (actual + predicted) / 2),
      },
      counts: {
        "found (true positives)": found,
        "missed (false negatives)": actual - found,
        "false alarms (false positives)": predicted - found,
        "rightly passed (true negatives)": scores.length - actual - predicted + found,
      },
    };
  });
}

function confidenceRows(
  isRight: readonly boolean[],
  confidences: readonly number[],
  grid: readonly number[],
): ThresholdRow[] {
  return grid.map((threshold) => {
    const kept = isRight.filter((_, i) => (confidences[i] ?? 0) >= threshold);
    const right = kept.filter(Boolean).length;
    return {
      threshold,
      scores: { "accuracy of the kept": share(right, kept.length), "share kept": kept.length / isRight.length },
      counts: { "kept, right": right, "kept, wrong": kept.length - right, "left out": isRight.length - kept.length },
    };
  });
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

function bestOf(rows: readonly ThresholdRow[]): ThresholdsData["best"] {
  let best: ThresholdsData["best"];
  for (const { threshold, scores } of rows) {
    const f1Score = scores["F1 score"];
    // Of nothing but 0 none is best.
    if (f1Score && !(best && best.f1Score >= f1Score)) best = { threshold, f1Score };
  }
  return best;
}

/** The row at the slider; half a step either way, as the browser's numbers may differ in the last bit. */
const atSlider = { filter: `abs(datum.threshold - threshold) < ${0.5 / steps}` };

function scorePanel(names: readonly string[], axisTitle: string): object {
  const x = {
    field: "threshold",
    type: "quantitative",
    title: axisTitle,
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 11 },
  };
  const y = {
    field: "value",
    type: "quantitative",
    title: "score",
    scale: { domain: [0, 1] },
    axis: { format: ".1f", tickCount: 6 },
  };
  const color = {
    field: "score",
    type: "nominal",
    sort: names,
    scale: { domain: names, range: [palette.blue, palette.vermillion, palette.green].slice(0, names.length) },
    legend: { title: null },
  };
  const fold = { fold: names, as: ["score", "value"] };
  const rule = {
    transform: [atSlider],
    mark: { type: "rule", color: palette.grey, strokeDash: [4, 3] },
    encoding: { x },
  };
  const tooltip = [
    { field: "threshold", type: "quantitative", format: ".2f" },
    { field: "score", type: "nominal" },
    { field: "value", type: "quantitative", format: ".4f" },
  ];
  const lines = {
    transform: [fold],
    mark: { type: "line", clip: true },
    encoding: { x, y, color, tooltip },
  };
  const points = {
    transform: [atSlider, fold, { filter: "isValid(datum.value)" }],
    mark: { type: "point", filled: true, size: 60, opacity: 1 },
    encoding: { x, y, color, tooltip },
  };
  const said = {
    transform: [
      atSlider,
      {
        calculate: `'at ' + format(datum.threshold, '.2f') + ':  ' + ${names
          .map((name) => {
            const value = `datum[${JSON.stringify(name)}]`;
            return `${JSON.stringify(`${name} `)} + (isValid(${value}) ? format(${value}, '.3f') : '–')`;
          })
          .join(" + ',  ' + ")}`,
        as: "said",
      },
    ],
    mark: { type: "text", align: "left", baseline: "bottom", fontSize: 12, fontWeight: 600, color: "#222222" },
    encoding: { x: { value: 0 }, y: { value: -6 }, text: { field: "said", type: "nominal" } },
  };
  return { width, height: 220, layer: [lines, rule, points, said] };
}

function countPanel(names: readonly string[], samples: number): object {
  const y = {
    field: "outcome",
    type: "nominal",
    sort: names,
    title: null,
    axis: { ticks: false, domain: false, labelPadding: 6 },
  };
  const x = {
    field: "samples",
    type: "quantitative",
    title: "samples",
    scale: { domain: [0, 1.15 * samples], nice: false },
    axis: { grid: false, ...(samples < 1e5 ? { format: ",d" } : shortCounts), ...countTicks(samples) },
  };
  const isGood = names.map((name) => /^(found|rightly|kept, right)/.test(name));
  const range = names.map((name, i) =>
    isGood[i] ? palette.blue : name === "left out" ? palette.grey : palette.vermillion,
  );
  return {
    width,
    height: { step: 22 },
    transform: [atSlider, { fold: names, as: ["outcome", "samples"] }],
    encoding: { y, x },
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          color: { field: "outcome", type: "nominal", sort: names, scale: { domain: names, range }, legend: null },
        },
      },
      {
        mark: { type: "text", align: "left", dx: 4, color: palette.grey, fontSize: 11 },
        encoding: { text: { field: "samples", type: "quantitative", format: "," } },
      },
    ],
  };
}

/** Every tenth threshold. */
function asText(rows: readonly ThresholdRow[]): string {
  const shown = rows.filter((_, i) => i % 10 === 0);
  const names = Object.keys(rows[0]?.scores ?? {});
  const head = ["threshold", ...names].join("  ");
  const lines = shown.map(({ threshold, scores }) =>
    [
      threshold.toFixed(1).padStart("threshold".length),
      ...names.map((name) => (scores[name]?.toFixed(3) ?? "–").padStart(name.length)),
    ].join("  "),
  );
  return [head, ...lines].join("\n");
}
