// The stages of a pipeline as a chart: when each began, how long it took, how it ended. Called by deployment.ts.
import { Chart } from "../plot/chart.js";
import { DataTable } from "../plot/data-table.js";
import { brief, makeSpec, onWhite, palette } from "../plot/spec.js";
import { type StageReport, stageNames } from "./stages.js";

/** Seconds and milliseconds as people say them. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

export function stageTable(stages: readonly StageReport[], title: string): DataTable<readonly StageReport[]> {
  const columns = ["stage", "outcome", "time", "what"].map((name) => ({ name, isNumeric: name === "time" }));
  const cells = stages.map(({ name, outcome, milliseconds, text }) => [name, outcome, duration(milliseconds), text]);
  return new DataTable(columns, cells, stages, title);
}

/**
 * @param title what became of the model
 * @param text stands for the chart where no pictures are
 */
export function timeline(stages: readonly StageReport[], title: string, text: string): Chart<readonly StageReport[]> {
  const total = Math.max(0.001, ...stages.map(({ start, milliseconds }) => start + milliseconds)) / 1000;
  const values = stages.map(({ name, outcome, start, milliseconds, text: what }) => ({
    stage: name,
    outcome,
    start: brief(start / 1000),
    // What takes no time is seen too.
    end: brief(Math.max((start + milliseconds) / 1000, start / 1000 + total / 200)),
    seconds: brief(milliseconds / 1000),
    label:
      outcome === "passed"
        ? duration(milliseconds)
        : outcome === "skipped"
          ? outcome
          : `${duration(milliseconds)}, ${outcome}`,
    what,
  }));
  // A row for each stage there could have been; "clean" is asked for.
  const rows = stageNames.filter((stage) => stage !== "clean" || stages.some(({ name }) => name === stage));
  const y = {
    field: "stage",
    type: "nominal",
    title: null,
    scale: { domain: rows, paddingInner: 0.3 },
    axis: { ticks: false, domain: false, labelFontSize: 11, labelPadding: 6 },
  };
  const scale = { domain: [0, 1.25 * total], nice: false };
  const axis = { grid: true, tickCount: 6 };
  const color = {
    field: "outcome",
    type: "nominal",
    legend: null,
    scale: { domain: ["passed", "refused", "skipped"], range: [palette.green, palette.vermillion, palette.grey] },
  };
  const spec = makeSpec({
    title,
    width: 420,
    height: { step: 24 },
    data: { values },
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          y,
          x: { field: "start", type: "quantitative", title: "seconds", scale, axis },
          x2: { field: "end" },
          color,
          tooltip: [
            { field: "stage", type: "nominal" },
            { field: "outcome", type: "nominal" },
            { field: "seconds", type: "quantitative", format: ".3~g" },
            { field: "what", type: "nominal" },
          ],
        },
      },
      ...onWhite({ type: "text", align: "left", dx: 4, fontSize: 11, color: palette.grey }).map((mark) => ({
        mark,
        encoding: { y, x: { field: "end", type: "quantitative", scale }, text: { field: "label", type: "nominal" } },
      })),
    ],
  });
  return new Chart(spec, stages, text);
}
