// The rows as text: one line a row, one column a kernel, and how many times longer the others take than we do. Pure.
import { milliseconds } from "./bars.js";
import type { ContenderName } from "./contenders.js";
import type { Outcome, Row } from "./measure.js";
import { median, quantile } from "./statistics.js";

export function table(rows: readonly Row[], names: readonly ContenderName[]): string {
  const peers = names.filter((name) => name !== "cellgrad");
  const compares = names.includes("cellgrad");
  const head = ["median (p95)", ...names, ...(compares ? peers.map((name) => `${name} ÷ us`) : [])];
  const lines = rows.map((row) => [
    row.label,
    ...names.map((name) => cell(row, row.outcomes[name])),
    ...(compares ? peers.map((name) => ratio(row, name)) : []),
  ]);
  return align([head, ...lines]);
}

function cell({ unit }: Row, outcome: Outcome | undefined): string {
  if (!outcome) return "–";
  if ("absent" in outcome) return outcome.absent;
  const { measured, note } = outcome;
  const text = (value: number) => (unit === "MB" ? `${Math.round(value)} MB` : milliseconds(value));
  const spread = measured.length > 2 && unit === "ms" ? ` (${text(quantile(measured, 0.95))})` : "";
  return `${text(median(measured))}${spread}${note ? `, ${note}` : ""}`;
}

function ratio(row: Row, name: ContenderName): string {
  const ours = row.outcomes.cellgrad;
  const theirs = row.outcomes[name];
  if (!ours || !theirs || "absent" in ours || "absent" in theirs) return "–";
  return `×${(median(theirs.measured) / median(ours.measured)).toFixed(2)}`;
}

function align(lines: readonly string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const text = (line: string[]) => line.map((value, column) => value.padEnd(widths[column] ?? 0)).join("  ");
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  const [head = [], ...body] = lines;
  return [text(head), rule, ...body.map(text)].map((line) => line.trimEnd()).join("\n");
}
