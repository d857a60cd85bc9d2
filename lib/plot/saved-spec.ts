// A chart's specification as it goes into a notebook's file. Files are indented, a number a line, which makes much data three
// times as big; so data are written as text there, CSV or JSON, which Vega-Lite reads just as well.
import { bytesOf } from "./display-size.js";
import type { Spec } from "./spec.js";

/** In bytes of the file: small charts stay as they are, and so do the few points of a layer, for people who read and edit them. */
const [smallChart, smallData] = [10_000, 2_000];

type Row = Readonly<Record<string, unknown>>;

/**
 * @returns the same chart, of more than 10 KB with its larger data sets as text:
 *   https://vega.github.io/vega-lite/docs/data.html#inline
 */
export function savedSpec(spec: Spec): Spec {
  if (bytesOf({ spec }) <= smallChart) return spec;
  const { datasets, ...own } = spec;
  const named = Object.entries((datasets ?? {}) as Row).map(([name, values]) => [name, asText(values)] as const);
  const formats = new Map(named.flatMap(([name, text]) => (text ? [[name, text.format]] : [])));
  const small = packed(own, formats) as Spec;
  if (datasets === undefined) return small;
  const texts = named.map(([name, text]) => [name, text?.values ?? (datasets as Row)[name]]);
  return { ...small, datasets: Object.fromEntries(texts) };
}

/** @param formats of the data sets that stand aside, by name: who refers to one says how to read it */
function packed(part: unknown, formats: ReadonlyMap<string, object>): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map((one) => packed(one, formats));
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === "data" ? packedData(value, formats) : packed(value, formats),
    ]),
  );
}

function packedData(data: unknown, formats: ReadonlyMap<string, object>): unknown {
  const { name, values, format } = (data ?? {}) as { readonly name?: string; values?: unknown; format?: unknown };
  if (format !== undefined) return data;
  const text = values === undefined ? { format: formats.get(name ?? "") } : asText(values);
  return text?.format ? { ...(data as object), ...text } : data;
}

interface Text {
  readonly values: string;
  readonly format: object;
}

/** @returns undefined for what is small as it is */
function asText(values: unknown): Text | undefined {
  if (!Array.isArray(values) || bytesOf({ values }) <= smallData) return undefined;
  return asCSV(values) ?? { values: JSON.stringify(values), format: { type: "json" } };
}

/** @returns undefined where a record is no row of numbers and words, which alone have a place in CSV */
function asCSV(rows: readonly unknown[]): Text | undefined {
  if (!rows.every((row): row is Row => typeof row === "object" && row !== null && !Array.isArray(row)))
    return undefined;
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const parse: Record<string, string> = {};
  for (const name of names) {
    // In Vega's field names these lead into objects.
    if (/[.[\]'"\\]/.test(name)) return undefined;
    const kinds = new Set(
      rows.flatMap((row) => (row[name] === undefined || row[name] === null ? [] : [kindOf(row[name])])),
    );
    const [kind = "number", ...others] = kinds;
    if (others.length || kind === "") return undefined;
    parse[name] = kind;
  }
  const lines = rows.map((row) => names.map((name) => cell(row[name])).join(","));
  return { values: [names.map(cell).join(","), ...lines].join("\n"), format: { type: "csv", parse } };
}

/** As Vega-Lite names it; "" for what CSV can't tell from something else. */
function kindOf(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return typeof value;
  return typeof value === "string" && value !== "" ? "string" : "";
}

/** https://www.rfc-editor.org/rfc/rfc4180 */
function cell(value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
