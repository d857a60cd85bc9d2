// What the dashboard shows: charts and tables of a store, read when a browser asks. Used by dashboard.ts.
import { tableAsHTML } from "../metrics/table.js";
import { bars } from "../plot/bars.js";
import type { Chart } from "../plot/chart.js";
import type { Alerts } from "./alerts.js";
import { drift } from "./drift.js";
import type { DriftReport } from "./drift-report.js";
import { durationText } from "./duration.js";
import { performanceOf } from "./performance.js";
import type { StoredPrediction } from "./prediction.js";
import { type SampleColumns, sampleColumns } from "./sample-columns.js";
import type { Store } from "./store.js";
import { trafficChart } from "./traffic-chart.js";

/** One part of the page: a chart, a table, or why there is none. */
export interface DashboardPanel {
  readonly name: string;
  /** Vega-Lite. */
  readonly spec?: object;
  /** Without script. */
  readonly html?: string;
  readonly text?: string;
}

export interface DashboardData {
  readonly store: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly panels: readonly DashboardPanel[];
}

export interface PanelSettings {
  readonly within: number;
  readonly alerts: Alerts | undefined;
  readonly reference: SampleColumns | undefined;
  readonly limit: number;
}

/** To compare with what is normal takes tenths of a second: of so many predictions, once in so many milliseconds. */
const [mostCompared, driftPause] = [500, 30_000];
const fewestCompared = 50;
const mostClasses = 30;

export class DashboardPanels {
  readonly #store: Store;
  readonly #settings: PanelSettings;
  #drift: { readonly until: number; readonly panels: readonly DashboardPanel[] } | undefined;

  constructor(store: Store, settings: PanelSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** @throws when the store can't be asked */
  async read(): Promise<DashboardData> {
    const { within, alerts, reference, limit } = this.#settings;
    const time = this.#store.now();
    const rows = await this.#store.predictions({ within, limit });
    const title = (name: string) => `${name}, the last ${durationText(within)}`;
    const nothing = `No predictions in the last ${durationText(within)}`;
    const panels: DashboardPanel[] = [];
    if (rows.length === 0) panels.push({ name: "predictions", text: nothing });
    else {
      panels.push(chartPanel("predictions", trafficChart(rows)));
      const found = performanceOf(rows);
      if (found !== undefined && found.whole.labelled > 0) panels.push(chartPanel("performance", found.chart()));
      else panels.push({ name: "performance", text: "No true labels yet: store.label(id, label) tells them" });
      const counts = classCounts(rows);
      if (counts !== undefined)
        panels.push(chartPanel("classes", bars(counts, { title: title("Predicted classes"), label: "predictions" })));
    }
    if (reference !== undefined) panels.push(...this.#driftPanels(rows, reference));
    if (alerts !== undefined) panels.push(chartPanel("alarms", await alerts.timeline({ within })));
    panels.push({ name: "store", html: countsTable(this.#store) });
    return { store: this.#store.name, time, panels };
  }

  #driftPanels(rows: readonly StoredPrediction[], reference: SampleColumns): readonly DashboardPanel[] {
    const now = performance.now();
    if (this.#drift === undefined || this.#drift.until <= now) {
      const panels = driftPanels(rows.slice(-mostCompared), reference);
      // Too few to tell is soon another thing.
      this.#drift = { until: panels.length === 1 ? now : now + driftPause, panels };
    }
    return this.#drift.panels;
  }
}

function chartPanel(name: string, { spec, text }: Chart): DashboardPanel {
  return { name, spec, text };
}

/** The table and the chart, or one that says why there are none. */
function driftPanels(rows: readonly StoredPrediction[], reference: SampleColumns): readonly DashboardPanel[] {
  const name = "drift";
  if (rows.length < fewestCompared)
    return [{ name, text: `Drift is told of ${fewestCompared} predictions or more; there are ${rows.length}` }];
  const current = sampleColumns(rows);
  const names = Object.keys(reference).filter((key) => typeof reference[key]?.[0] === typeof current[key]?.[0]);
  if (names.length === 0) return [{ name, text: "The reference has no feature that predictions have" }];
  const some = (columns: SampleColumns) => Object.fromEntries(names.map((key) => [key, columns[key] ?? []]));
  const found = drift(some(reference), some(current));
  return [{ name, html: htmlOf(found) }, chartPanel("drift-chart", found.chart)];
}

function htmlOf(report: DriftReport): string {
  const method: unknown = Reflect.get(report, Symbol.for("Jupyter.display"));
  const bundle = (method as () => Readonly<Record<string, string>>).call(report);
  return bundle["text/html"] ?? "";
}

/** Undefined where there are none, or too many to show. */
function classCounts(rows: readonly StoredPrediction[]): Record<string, number> | undefined {
  const counts = new Map<string, number>();
  for (const { label } of rows) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 0 || counts.size > mostClasses) return undefined;
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function countsTable(store: Store): string {
  const rows = Object.entries(store.counts).map(([name, count]) => ({ name, cells: [count.toLocaleString("en")] }));
  return tableAsHTML({ caption: "Of this program", columns: ["predictions"], rows });
}
