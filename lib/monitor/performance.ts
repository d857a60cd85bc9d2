// ml.monitor.performance: how good a model is where it works, window by window, from the true labels that came in the meantime.
import { checkOptions, invalid } from "../engine/invalid.js";
import { durationText, milliseconds } from "./duration.js";
import { classNames, labelPairs, liveScores } from "./live-scores.js";
import { PerformanceReport, type PerformanceWindow } from "./performance-report.js";
import type { StoredPrediction } from "./prediction.js";
import { Store } from "./store.js";
import { type PredictionWindow, windowOptions } from "./window.js";

export interface PerformanceOptions extends Omit<PredictionWindow, "by"> {
  /** How long each window is ("1h"); by default so long that there are at most 24. */
  readonly every?: string | number;
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const lengths = [
  minute,
  5 * minute,
  15 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  7 * day,
  28 * day,
  364 * day,
];
const [fewWindows, mostWindows] = [24, 1000];

/**
 * Accuracy, precision, recall and F1 score (averages over classes) of the predictions whose true labels `store.label` has told, by the time of
 * the prediction, with 95 % intervals; and how many predictions there were, labelled or not.
 * @param store of `ml.monitor.open`
 * @param options which predictions, and how long a window is; of more than `limit` (10,000 by default) the newest
 * @returns one entry a window that has predictions, and the whole; shows itself as a chart
 * @throws when an option is wrong, and when there are no predictions of classes in the window
 */
export async function performance(store: Store, options: PerformanceOptions = {}): Promise<PerformanceReport> {
  if (!(store instanceof Store)) throw invalid("store", "one of ml.monitor.open", store);
  checkOptions("options", options, [...windowOptions.filter((name) => name !== "by"), "every"]);
  const { every, ...window } = options;
  const asked = every === undefined ? undefined : milliseconds("every", every, 1000);
  const found = performanceOf(await store.predictions(window), asked);
  if (found === undefined) throw invalid("options", "a window with predictions of classes", "none of them");
  return found;
}

/**
 * @param all in the order of their time
 * @param asked how long a window is, in milliseconds
 * @returns undefined where no prediction is of a class
 */
export function performanceOf(all: readonly StoredPrediction[], asked?: number): PerformanceReport | undefined {
  const rows = all.filter(({ label }) => label !== undefined);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const countOf = (length: number) => Math.floor(last.time / length) - Math.floor(first.time / length) + 1;
  const length = asked ?? lengths.find((one) => countOf(one) <= fewWindows) ?? 3640 * day;
  if (countOf(length) > mostWindows)
    throw invalid(
      "every",
      `at most ${mostWindows} windows from the first prediction to the last`,
      durationText(length),
    );
  const names = classNames(rows);
  const windows: PerformanceWindow[] = [];
  for (let at = 0; at < rows.length; ) {
    const from = Math.floor((rows[at]?.time ?? 0) / length) * length;
    const end = rows.findIndex(({ time }, i) => i > at && time >= from + length);
    const own = rows.slice(at, end < 0 ? rows.length : end);
    windows.push(windowOf(own, names, from, from + length));
    at += own.length;
  }
  const whole = windowOf(rows, names, windows[0]?.from ?? 0, windows.at(-1)?.to ?? 0);
  return new PerformanceReport({ windows, whole, pairs: labelPairs(rows, names), every: length });
}

function windowOf(
  rows: readonly StoredPrediction[],
  names: ReadonlyMap<number, string>,
  from: number,
  to: number,
): PerformanceWindow {
  const pairs = labelPairs(rows, names);
  return { from, to, predictions: rows.length, labelled: pairs.yTrue.length, ...liveScores(pairs) };
}
