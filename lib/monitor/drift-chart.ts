// What ml.monitor.drift found as a chart: how far each feature is beyond what chance does, and how the worst ones are distributed now and in the
// reference. Called by drift-report.ts.
import { briefName } from "../metrics/table.js";
import { Chart } from "../plot/chart.js";
import { brief, makeSpec, onWhite, palette } from "../plot/spec.js";
import type { FeatureDrift } from "./drift-report.js";

/** So many distributions are drawn, of features of numbers or classes. */
const mostDistributions = 3;
const samples = ["reference", "current"];

/**
 * @param features in the order in which they are shown
 * @param headline the verdict
 * @param text stands for the chart where no pictures are
 */
export function driftChart(
  features: readonly FeatureDrift[],
  headline: string,
  text: string,
): Chart<readonly FeatureDrift[]> {
  const worst = features.toSorted((a, b) => excess(b) - excess(a)).slice(0, mostDistributions);
  const spec = makeSpec({
    title: { text: "Drift", subtitle: [headline] },
    resolve: { scale: { color: "independent", xOffset: "independent" } },
    vconcat: [strengths(features), ...worst.map((feature, i) => distribution(feature, i === 0))],
  });
  return new Chart(spec, features, text);
}

/** The deciding statistic in units of its threshold: above 1 is drift. A threshold of 0 is passed by anything. */
export function excess(feature: FeatureDrift): number {
  const statistic = feature[feature.method] ?? 0;
  return feature.threshold > 0 ? statistic / feature.threshold : statistic * Number.MAX_VALUE;
}

function strengths(features: readonly FeatureDrift[]): object {
  const finite = features.map(excess).filter((value) => Number.isFinite(value) && value < 1e6);
  const most = 1.15 * Math.max(1.5, ...finite);
  const values = features.map((feature) => ({
    feature: briefName(feature.name),
    // What is beyond any measure ends where the axis does.
    excess: brief(Math.min(excess(feature), most)),
    verdict: feature.drifted ? "drift" : "no drift",
    statistic: brief(feature[feature.method] ?? 0),
    threshold: brief(feature.threshold),
    p: brief(feature.pValue),
  }));
  const x = {
    field: "excess",
    type: "quantitative",
    title: "statistic ÷ threshold",
    scale: { domain: [0, most], nice: false },
  };
  return {
    width: 420,
    height: { step: 20 },
    data: { values },
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          y: { field: "feature", type: "nominal", sort: null, title: null },
          x,
          color: {
            field: "verdict",
            type: "nominal",
            scale: { domain: ["drift", "no drift"], range: [palette.vermillion, palette.green] },
            legend: { title: null },
          },
          tooltip: [
            { field: "feature", type: "nominal" },
            ...["statistic", "threshold", "p"].map((field) => ({ field, type: "quantitative", format: ".3~g" })),
          ],
        },
      },
      { mark: { type: "rule", strokeDash: [4, 3], color: palette.grey }, encoding: { x: { datum: 1 } } },
      ...onWhite({ type: "text", align: "left", dx: 4, fontSize: 11, color: palette.grey }).map((mark) => ({
        mark,
        encoding: {
          y: { field: "feature", type: "nominal", sort: null },
          x: { field: "excess", type: "quantitative" },
          text: { field: "excess", type: "quantitative", format: ".2~f" },
        },
      })),
    ],
  };
}

function distribution({ name, kind, bins }: FeatureDrift, hasLegend: boolean): object {
  const values = bins.flatMap(({ label, ...shares }) =>
    (["reference", "current"] as const).map((sample) => ({
      bin: briefName(label),
      sample,
      share: brief(shares[sample]),
    })),
  );
  return {
    width: 420,
    height: 110,
    data: { values },
    mark: { type: "bar" },
    encoding: {
      x: {
        field: "bin",
        type: "nominal",
        sort: null,
        title: kind === "numbers" ? `${briefName(name)}, between tenths of the reference` : briefName(name),
        axis: { labelAngle: -30, labelLimit: 120 },
      },
      xOffset: { field: "sample", sort: samples },
      y: { field: "share", type: "quantitative", title: "share", axis: { format: "%", tickCount: 4 } },
      color: {
        field: "sample",
        type: "nominal",
        scale: { domain: samples, range: [palette.grey, palette.blue] },
        legend: hasLegend ? { title: null } : null,
      },
      tooltip: [
        { field: "bin", type: "nominal" },
        { field: "sample", type: "nominal" },
        { field: "share", type: "quantitative", format: ".2~%" },
      ],
    },
  };
}
