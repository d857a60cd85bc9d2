// What must hold, judged on the rows of one run. Pure; used by ../kernel.ts.
import type { ContenderName } from "./contenders.js";
import type { Outcome, Row } from "./measure.js";
import { median, quantile } from "./statistics.js";

export interface Verdict {
  bar: string;
  /** Undefined: something that it needs was not measured. */
  holds: boolean | undefined;
  /** The figures, or what is missing. */
  because: string;
}

type Rows = ReadonlyMap<string, Row>;
type Figure = { value: number; note: string } | { missing: string; fails: boolean };
type Statistic = (values: readonly number[]) => number;

const p95: Statistic = (values) => quantile(values, 0.95);

/** Bars whose measures were left out are left out too. */
export function judge(measured: readonly Row[]): Verdict[] {
  const rows: Rows = new Map(measured.map((row) => [row.key, row]));
  const verdicts = [
    atMost(rows, "start to ready at or below ipykernel's", "start-ready", "ipykernel", 1),
    atMost(rows, "plain cell at or below ipykernel's", "plain-cell", "ipykernel", 1),
    tfCell(rows),
    below(rows, "completion p95 ≤ 50 ms idle", ["complete-plain", "complete-tf"], 50),
    below(rows, "completion p95 ≤ 50 ms during while (true) {}", ["complete-busy-plain", "complete-busy-tf"], 50),
    stop(rows),
  ];
  return verdicts.filter((it) => it !== undefined);
}

function atMost(rows: Rows, bar: string, key: string, peer: ContenderName, share: number): Verdict | undefined {
  if (!rows.has(key)) return undefined;
  const ours = figure(rows, key, "cellgrad", median);
  const theirs = figure(rows, key, peer, median);
  if ("missing" in ours) return without(bar, ours);
  // Who fails sets no bar.
  if ("missing" in theirs) return without(bar, { ...theirs, fails: false });
  const limit = theirs.value * share;
  const of = share === 1 ? "" : ` (${share} of ${milliseconds(theirs.value)})`;
  return {
    bar,
    holds: ours.value <= limit,
    because: `${milliseconds(ours.value)}, ${peer} allows ${milliseconds(limit)}${of}`,
  };
}

function tfCell(rows: Rows): Verdict | undefined {
  const verdict = atMost(rows, "cell using tf, checked, at most a quarter of tslab's", "tf-cell", "tslab", 0.25);
  const ours = figure(rows, "tf-cell", "cellgrad", median);
  // A kernel that lets a wrong type pass was not measured doing what the bar is about.
  if (!verdict || "missing" in ours || ours.note === "checked") return verdict;
  return { ...verdict, holds: false, because: `${verdict.because}; but it was not checked` };
}

function below(rows: Rows, bar: string, keys: string[], limit: number): Verdict | undefined {
  if (!keys.every((key) => rows.has(key))) return undefined;
  const figures = keys.map((key) => figure(rows, key, "cellgrad", p95));
  const missing = figures.find((it) => "missing" in it);
  if (missing && "missing" in missing) return without(bar, missing);
  const worst = Math.max(...figures.map((it) => ("value" in it ? it.value : Number.POSITIVE_INFINITY)));
  return { bar, holds: worst <= limit, because: `p95 ${milliseconds(worst)}` };
}

function stop(rows: Rows): Verdict | undefined {
  if (!rows.has("interrupt")) return undefined;
  const bar = "Stop p95 ≤ 300 ms over five kinds of cell, all states kept";
  const ours = figure(rows, "interrupt", "cellgrad", p95);
  if ("missing" in ours) return without(bar, ours);
  const [kept, runs] = ours.note.split("/").map(Number);
  return {
    bar,
    holds: ours.value <= 300 && kept === runs,
    because: `p95 ${milliseconds(ours.value)}, ${ours.note} stopped with their state kept`,
  };
}

function without(bar: string, { missing, fails }: { missing: string; fails: boolean }): Verdict {
  return { bar, holds: fails ? false : undefined, because: missing };
}

function figure(rows: Rows, key: string, name: ContenderName, statistic: Statistic): Figure {
  const outcome: Outcome | undefined = rows.get(key)?.outcomes[name];
  if (!outcome) return { missing: `${name} was not in this run`, fails: false };
  if ("absent" in outcome) return { missing: `${name}: ${outcome.absent}`, fails: true };
  return { value: statistic(outcome.measured), note: outcome.note ?? "" };
}

export function milliseconds(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
