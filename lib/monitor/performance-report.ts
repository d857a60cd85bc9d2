// What ml.monitor.performance found: scores of each window, as a chart and as a table.
import { invalid } from "../engine/invalid.js";
import { type ClassificationReport, classificationReport } from "../metrics/index.js";
import { tableAsText } from "../metrics/table.js";
import { Chart } from "../plot/chart.js";
import { brief, makeSpec, palette } from "../plot/spec.js";
import { durationText } from "./duration.js";
import { type LabelPairs, type LiveScore, type ScoreName, scoreNames } from "./live-scores.js";
import { timeAxis } from "./time-axis.js";

/** Predictions from one time to another, and how good they were; scores are absent where no true label is known. */
export interface PerformanceWindow extends Partial<Readonly<Record<ScoreName, LiveScore>>> {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly predictions: number;
  /** Those whose true label is known. */
  readonly labelled: number;
}

export interface PerformanceFindings {
  readonly windows: readonly PerformanceWindow[];
  readonly whole: PerformanceWindow;
  readonly pairs: LabelPairs;
  readonly every: number;
}

const titles: Readonly<Record<ScoreName, string>> = {
  accuracy: "accuracy",
  precision: "precision",
  recall: "recall",
  f1Score: "F1 score",
};
/** In text; a chart has all. */
const mostLines = 30;

/** Live performance of a model; shows itself as a chart over time. */
export class PerformanceReport {
  /** Those with predictions, in the order of time. */
  readonly windows: readonly PerformanceWindow[];
  /** All of them together. */
  readonly whole: PerformanceWindow;
  /** Milliseconds that a window is long. */
  readonly every: number;
  readonly #pairs: LabelPairs;

  constructor({ windows, whole, pairs, every }: PerformanceFindings) {
    this.windows = windows;
    this.whole = whole;
    this.every = every;
    this.#pairs = pairs;
  }

  /**
   * Precision, recall and F1 score of each class.
   * @throws while no true label is known
   */
  get report(): ClassificationReport {
    const { yTrue, yPred } = this.#pairs;
    if (yTrue.length === 0) throw invalid("report", "predictions whose true label is known", "none");
    return classificationReport([...yTrue], [...yPred]);
  }

  /** Scores above, numbers of predictions below. */
  chart(): Chart<readonly PerformanceWindow[]> {
    const middle = ({ from, to }: PerformanceWindow) => (from + to) / 2;
    const scores = this.windows.flatMap((window) =>
      scoreNames.flatMap((name) => {
        const score = window[name];
        if (score === undefined) return [];
        const numbers = { value: brief(score.value), low: brief(score.low), high: brief(score.high) };
        return [{ time: middle(window), score: titles[name], ...numbers, labelled: window.labelled }];
      }),
    );
    const counts = this.windows.flatMap(({ from, to, predictions, labelled }) => [
      { from, to, kind: "with a true label", low: 0, high: labelled },
      { from, to, kind: "without", low: labelled, high: predictions },
    ]);
    const { from, to } = this.whole;
    // Vega-Lite takes no domain for bars over time: theirs is that of their ends, which is the same.
    const color = { field: "score", type: "nominal", sort: Object.values(titles), legend: { title: null } };
    const value = { type: "quantitative", title: "score", scale: { domain: [0, 1] } };
    const spec = makeSpec({
      title: { text: "Live performance", subtitle: [this.#headline()] },
      resolve: { scale: { color: "independent" } },
      vconcat: [
        {
          width: 480,
          height: 200,
          data: { values: scores },
          encoding: { x: { field: "time", ...timeAxis, scale: { domain: [from, to], nice: false } } },
          layer: [
            {
              transform: [{ filter: `datum.score == '${titles.accuracy}'` }],
              mark: { type: "area", opacity: 0.2, color: palette.blue },
              encoding: { y: { field: "low", ...value }, y2: { field: "high" } },
            },
            {
              mark: { type: "line", point: true },
              encoding: {
                y: { field: "value", ...value },
                color,
                tooltip: [
                  { field: "score", type: "nominal" },
                  ...["value", "low", "high"].map((field) => ({ field, type: "quantitative", format: ".4~g" })),
                  { field: "labelled", type: "quantitative" },
                ],
              },
            },
          ],
        },
        {
          width: 480,
          height: 70,
          data: { values: counts },
          mark: { type: "rect", stroke: "white", strokeWidth: 0.5 },
          encoding: {
            x: { field: "from", ...timeAxis },
            x2: { field: "to" },
            y: { field: "high", type: "quantitative", title: "predictions", axis: { tickCount: 3 } },
            y2: { field: "low" },
            color: {
              field: "kind",
              type: "nominal",
              scale: { range: ["#595959", "#c8c8c8"] },
              legend: { title: null },
            },
          },
        },
      ],
    });
    return new Chart(spec, this.windows, this.text);
  }

  /** The same in lines. */
  get text(): string {
    const shown = this.windows.slice(-mostLines);
    const left = this.windows.length - shown.length;
    const rows = [...shown, this.whole].map((window, i) => ({
      name: i < shown.length ? new Date(window.from).toISOString().slice(0, 19).replace("T", " ") : "all",
      cells: [
        ...[window.predictions, window.labelled].map((count) => count.toLocaleString("en")),
        ...scoreNames.map((name) => scoreText(window[name])),
      ],
    }));
    const columns = ["predictions", "labelled", ...scoreNames.map((name) => titles[name])];
    return [
      `Live performance: ${this.#headline()}`,
      tableAsText({ columns, rows }),
      ...(left > 0 ? [`(${left} windows before are left out)`] : []),
    ].join("\n");
  }

  toString(): string {
    return this.text;
  }

  [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> | Record<string, unknown> {
    return this.whole.labelled > 0 ? this.chart().bundle() : { "text/plain": this.text };
  }

  #headline(): string {
    const { predictions, labelled, accuracy } = this.whole;
    const known = `${labelled.toLocaleString("en")} of ${predictions.toLocaleString("en")} predictions have a true label`;
    return `${known}${accuracy === undefined ? "" : `, accuracy ${scoreText(accuracy)}`}; windows of ${durationText(this.every)}`;
  }
}

function scoreText(score: LiveScore | undefined): string {
  if (score === undefined) return "–";
  return `${score.value.toFixed(3)} (${score.low.toFixed(3)} to ${score.high.toFixed(3)})`;
}
