// Predictions over time and how long they took, as a chart. For the dashboard.
import { quantile } from "../engine/quantile.js";
import { Chart } from "../plot/chart.js";
import { brief, makeSpec, palette } from "../plot/spec.js";
import { durationText } from "./duration.js";
import type { StoredPrediction } from "./prediction.js";
import { timeAxis } from "./time-axis.js";

/** Predictions of a stretch of time; milliseconds are those of the median and of the 95th percentile. */
export interface TrafficBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly median: number | undefined;
  readonly slow: number | undefined;
}

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
const lengths = [
  ...[second, 5 * second, 15 * second, minute, 5 * minute, 15 * minute, hour, 6 * hour, day, 7 * day, 28 * day],
];
const mostBins = 60;

/** @param rows one or more, in the order of their time */
export function trafficChart(rows: readonly StoredPrediction[]): Chart<readonly TrafficBin[]> {
  const [first = 0, last = 0] = [rows[0]?.time, rows.at(-1)?.time];
  const length = lengths.find((one) => (last - first) / one <= mostBins - 1) ?? 364 * day;
  const start = Math.floor(first / length) * length;
  const groups = Array.from({ length: Math.floor((last - start) / length) + 1 }, (): StoredPrediction[] => []);
  for (const row of rows) groups[Math.floor((row.time - start) / length)]?.push(row);
  const bins = groups.map((own, i): TrafficBin => {
    const taken = own.map(({ milliseconds }) => milliseconds).filter((value) => value !== undefined);
    const sorted = Float64Array.from(taken).sort();
    const at = (share: number) => (sorted.length === 0 ? undefined : quantile(sorted, share));
    const from = start + i * length;
    return { from, to: from + length, count: own.length, median: at(0.5), slow: at(0.95) };
  });
  const end = bins.at(-1)?.to ?? 0;
  // Vega-Lite takes no domain for bars over time: theirs is that of their ends, which is the same.
  const time = { field: "from", ...timeAxis };
  const counts = {
    width: 480,
    height: 120,
    data: { values: bins.map(({ from, to, count }) => ({ from, to, count })) },
    mark: { type: "rect", color: palette.blue, stroke: "white", strokeWidth: 0.5 },
    encoding: {
      x: time,
      x2: { field: "to" },
      y: { field: "count", type: "quantitative", title: "predictions", axis: { tickCount: 4 } },
      y2: { datum: 0 },
    },
  };
  const speeds = bins.flatMap(({ from, median, slow }) =>
    median === undefined || slow === undefined
      ? []
      : [
          { from, kind: "median", milliseconds: brief(median) },
          { from, kind: "95th percentile", milliseconds: brief(slow) },
        ],
  );
  const latencies = {
    width: 480,
    height: 120,
    data: { values: speeds },
    mark: { type: "line", point: true },
    encoding: {
      x: { ...time, scale: { domain: [start, end], nice: false } },
      y: { field: "milliseconds", type: "quantitative", title: "milliseconds", axis: { tickCount: 4 } },
      color: { field: "kind", type: "nominal", sort: ["median", "95th percentile"], legend: { title: null } },
    },
  };
  const total = rows.length.toLocaleString("en");
  const headline = `the newest ${total}, by ${durationText(length)}`;
  const spec = makeSpec({
    title: { text: "Predictions", subtitle: [headline] },
    vconcat: speeds.length > 0 ? [counts, latencies] : [counts],
  });
  return new Chart(spec, bins, `Predictions: ${headline}`);
}
