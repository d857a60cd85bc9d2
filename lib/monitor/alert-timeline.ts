// Alarms over time, as a chart: one row a rule, a bar from firing to resolved. Made by alerts.ts and for the dashboard.
import { checkOptions } from "../engine/invalid.js";
import { tableAsText } from "../metrics/table.js";
import { Chart } from "../plot/chart.js";
import { brief, makeSpec, palette } from "../plot/spec.js";
import type { AlertReading } from "./alerts.js";
import { durationText, milliseconds } from "./duration.js";
import { timeAxis } from "./time-axis.js";

/** An alarm that came or went. */
export interface AlertEvent {
  readonly id: string;
  /** The rule's name. */
  readonly rule: string;
  readonly status: "firing" | "resolved";
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What was measured. */
  readonly value: number;
}

export interface TimelineOptions {
  /** How far back; "1d" by default. */
  readonly within?: string | number;
}

/** From firing to resolved, or until now. */
export interface AlertSpan {
  readonly rule: string;
  readonly from: number;
  readonly to: number;
  readonly isOver: boolean;
  readonly value: number;
}

/** Of more the newest are drawn. */
const mostSpans = 300;

/**
 * @param events in the order of their time
 * @param readings how the rules stand now
 * @throws when an option is wrong
 */
export function alertTimeline(
  events: readonly AlertEvent[],
  readings: readonly AlertReading[],
  now: number,
  options: TimelineOptions = {},
): Chart<readonly AlertSpan[]> {
  checkOptions("options", options, ["within"]);
  const within = milliseconds("within", options.within ?? "1d");
  const start = now - within;
  const spans = spansOf(events, now).filter(({ to }) => to >= start);
  const firing = readings.filter(({ status }) => status === "firing").length;
  const headline = `${firing} of ${readings.length} ${readings.length === 1 ? "rule fires" : "rules fire"} now; the last ${durationText(within)}`;
  const names = readings.map(({ name }) => name);
  const values = spans.slice(-mostSpans).map((span) => ({
    ...span,
    from: Math.max(start, span.from),
    state: span.isOver ? "over" : "firing",
    value: brief(span.value),
  }));
  const left = spans.length - values.length;
  const spec = makeSpec({
    title: { text: "Alarms", subtitle: [headline, ...(left > 0 ? [`the newest ${values.length} are drawn`] : [])] },
    width: 480,
    height: { step: 28 },
    encoding: { x: { field: "from", ...timeAxis } },
    layer: [
      // Vega-Lite takes no domain for bars over time: what is not seen stretches it.
      { data: { values: [{ from: start }, { from: now }] }, mark: { type: "point", opacity: 0 } },
      {
        data: { values },
        mark: { type: "bar", height: 14 },
        encoding: {
          x2: { field: "to" },
          y: {
            field: "rule",
            type: "nominal",
            title: null,
            scale: { domain: names },
            axis: { grid: true, labelLimit: 240 },
          },
          color: {
            field: "state",
            type: "nominal",
            scale: { domain: ["firing", "over"], range: [palette.vermillion, palette.sky] },
            legend: { title: null },
          },
          tooltip: [
            { field: "rule", type: "nominal" },
            { field: "from", type: "temporal", format: "%Y-%m-%d %H:%M:%S" },
            { field: "to", type: "temporal", format: "%Y-%m-%d %H:%M:%S" },
            { field: "value", type: "quantitative" },
          ],
        },
      },
    ],
  });
  return new Chart(spec, spans, [`Alarms: ${headline}`, textOf(readings, spans)].join("\n"));
}

function spansOf(events: readonly AlertEvent[], now: number): AlertSpan[] {
  const spans: AlertSpan[] = [];
  for (const { rule, status, time, value } of events) {
    const open = spans.findLastIndex((span) => span.rule === rule && !span.isOver);
    const span = spans[open];
    if (span !== undefined) spans[open] = { ...span, to: time, isOver: true };
    if (status === "firing") spans.push({ rule, from: time, to: Math.max(now, time), isOver: false, value });
  }
  return spans;
}

function textOf(readings: readonly AlertReading[], spans: readonly AlertSpan[]): string {
  const timeText = (time: number) => (time === 0 ? "–" : new Date(time).toISOString().slice(0, 19).replace("T", " "));
  const columns = ["status", "since", "value", "alarms", "untold"];
  const rows = readings.map(({ name, status, since, value, untold }) => ({
    name,
    cells: [
      status,
      timeText(since),
      value === null ? "–" : String(Number(value.toPrecision(4))),
      String(spans.filter(({ rule }) => rule === name).length),
      String(untold),
    ],
  }));
  return tableAsText({ columns, rows });
}
