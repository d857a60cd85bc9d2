// The panels of a loss curve, layer by layer: steps faintly, epochs as lines, the best epoch, the learning rate.
import { type BestEpoch, type EpochRow, hasValues, validationName } from "./epoch-rows.js";
import { extent } from "./number-series.js";
import { flatScale } from "./series-axes.js";
import { onWhite, palette } from "./spec.js";

/** What is known of one step, or of a few that follow each other. */
export interface StepRow {
  /** When, in epochs: 1.5 is half of the second epoch. */
  readonly epoch: number;
  /** Of the batch. */
  readonly loss: number;
  readonly learningRate?: number;
  /** A metric over the epoch so far, by its name in training: `accuracy`. */
  readonly [metric: string]: number | undefined;
}

const series = { domain: ["training", "validation"], range: [palette.blue, palette.vermillion] };

/**
 * @param epochs all of them, for the axis
 * @param steps those that are drawn, where some have a value
 * @param best the epoch to point out
 */
export function metricPanel(
  name: string,
  epochs: readonly EpochRow[],
  steps: readonly StepRow[],
  best: BestEpoch | undefined,
  { hasValidation, isLate, arePoints }: { hasValidation: boolean; isLate: boolean; arePoints: boolean },
): object[] {
  const validation = validationName(name);
  const layers: object[] = [];
  const top = name === "loss" && steps.length > 20 ? { domainMax: lossesTop(epochs, steps) } : {};
  // The points of a single epoch would lie on the edges.
  const room = epochs.length === 1 && !steps.length ? { padding: 12 } : {};
  const values = [...epochs.flatMap((row) => [row[name], row[validation]]), ...steps.map((row) => row[name])];
  const flat = flatScale(extent(values.map((value) => value ?? Number.NaN)));
  const y = { field: "value", type: "quantitative", title: name, scale: flat ?? { zero: false, ...top, ...room } };
  if (steps.length)
    layers.push({
      data: { name: "steps" },
      ...(name === "loss" ? {} : { transform: [{ filter: `isValid(datum[${JSON.stringify(name)}])` }] }),
      mark: { type: "line", strokeWidth: 1, color: palette.blue, strokeOpacity: 0.35, clip: true },
      encoding: { y: { ...y, field: name } },
    });
  if (hasValues(epochs, name))
    layers.push({
      transform: [
        { fold: [name, validation], as: ["column", "value"] },
        { filter: "isValid(datum.value)" },
        { calculate: `datum.column == ${JSON.stringify(name)} ? 'training' : 'validation'`, as: "series" },
      ],
      mark: { type: "line", point: arePoints ? { size: 24 } : false },
      encoding: {
        y,
        color: {
          field: "series",
          type: "nominal",
          scale: hasValidation ? series : { domain: [series.domain[0]], range: [series.range[0]] },
          legend: { title: null, orient: "top", direction: "horizontal", offset: 4 },
        },
        tooltip: [
          { field: "epoch", type: "quantitative" },
          { field: "series", type: "nominal" },
          { field: "value", type: "quantitative", title: name, format: ".5~g" },
        ],
      },
    });
  if (best) layers.push(bestRule(best));
  if (best && name === "loss") layers.push(...bestLabel(best, isLate));
  return layers;
}

/** All epochs, and all but the highest steps: the very first ones would flatten what comes after. */
function lossesTop(epochs: readonly EpochRow[], steps: readonly StepRow[]): number {
  const losses = steps.map(({ loss }) => loss).filter(Number.isFinite);
  const high = losses.sort((a, b) => a - b)[Math.ceil(0.98 * losses.length) - 1] ?? 1;
  const whole = epochs.flatMap(({ loss, valLoss }) => [loss ?? Number.NaN, valLoss ?? Number.NaN]);
  const most = Math.max(high, extent(whole)?.[1] ?? high);
  return most + 0.05 * Math.abs(most);
}

function bestRule({ epoch }: { epoch: number }): object {
  return {
    data: { values: [{ epoch }] },
    mark: { type: "rule", color: palette.grey, strokeDash: [4, 3] },
    encoding: {},
  };
}

/** At the top of the panel, on the side where there is room; on a white edge, as lines may pass there. */
function bestLabel({ epoch, column, value }: BestEpoch, isLate: boolean): object[] {
  const text = `best ${column} ${Number(value.toPrecision(4))}, epoch ${epoch}`;
  const place = { fontSize: 11, baseline: "top", align: isLate ? "right" : "left", dx: isLate ? -5 : 5 };
  return onWhite({ type: "text", color: palette.grey, ...place }).map((mark) => ({
    data: { values: [{ epoch, text }] },
    mark,
    encoding: { y: { value: 3 }, text: { field: "text", type: "nominal" } },
  }));
}

/**
 * @param ofSteps where the rate is known at each of them, else at each epoch
 * @param start the first step: a run that was resumed has epochs from before
 */
export function ratePanel(ofSteps: boolean, arePoints: boolean, start: number): object[] {
  const mark = { type: "line", color: palette.green };
  const encoding = {
    y: {
      field: "learningRate",
      type: "quantitative",
      title: ["learning", "rate"],
      axis: { format: "~g", tickCount: 3 },
    },
  };
  const isValid = "isValid(datum.learningRate)";
  if (!ofSteps)
    return [{ mark: { ...mark, ...(arePoints ? { point: { size: 16, color: palette.green } } : {}) }, encoding }];
  return [
    ...(start >= 1 ? [{ transform: [{ filter: `${isValid} && datum.epoch <= ${start}` }], mark, encoding }] : []),
    { data: { name: "steps" }, transform: [{ filter: isValid }], mark, encoding },
  ];
}
