// Which predictions a reader asks for. Used by store.ts, and by the reports that take the same options.
import { checkChoice, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import type { PredictionQuery } from "./driver.js";
import { milliseconds } from "./duration.js";

/** A window of time, and whose predictions. */
export interface PredictionWindow {
  /** From here on: a date, or milliseconds since 1970; the beginning by default. */
  readonly from?: Date | number;
  /** Before there; all there are by default. */
  readonly to?: Date | number;
  /** Instead of `from`: so long before `to` or now ("1h"). */
  readonly within?: string | number;
  /** By when predictions were made ("time", the default), or by when their true label came ("labelTime"), those without one left out. */
  readonly by?: "time" | "labelTime";
  /** Only of this model. */
  readonly model?: string;
  /** Only of this version. */
  readonly version?: string;
  /** The most predictions; 10,000 by default, 1,000,000 at most. */
  readonly limit?: number;
}

export const windowOptions = ["from", "to", "within", "by", "model", "version", "limit"] as const;

/** As far as dates go. */
const lastTime = 8.64e15;

/** @throws when the window is none */
export function queryOf(window: PredictionWindow, now: number): PredictionQuery {
  checkOptions("window", window, windowOptions);
  const { by = "time", model, version, limit = 10_000 } = window;
  checkChoice("by", by, ["time", "labelTime"]);
  checkWhole("limit", limit, 1, 1_000_000);
  if (model !== undefined) checkText("model", model, "a model's name");
  if (version !== undefined) checkText("version", version, "a version");
  const to = window.to === undefined ? lastTime : timeOf("to", window.to);
  if (window.within !== undefined && window.from !== undefined)
    throw invalid("window", "from or within, not both", window.within);
  const from =
    window.within !== undefined
      ? (window.to === undefined ? now : to) - milliseconds("within", window.within)
      : window.from === undefined
        ? 0
        : timeOf("from", window.from);
  if (from >= to) throw invalid("from", "a time before to", new Date(from).toISOString());
  return { from, to, by, model, version, limit };
}

function timeOf(name: string, value: unknown): number {
  const time = value instanceof Date ? value.getTime() : value;
  if (typeof time === "number" && time >= 0 && time <= lastTime) return time;
  throw invalid(name, "a date, or milliseconds since 1970", value);
}
