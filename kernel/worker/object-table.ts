// Arrays of plain objects as an HTML table, as a reader of logs, rows of a file or results wants to see them: in order, cut with
// a notice. Runs no user code: getters and Proxies are never asked. Beside it always stands the text.
import { types } from "node:util";

const [mostRows, mostColumns, mostKeys, mostItems] = [50, 30, 200, 8];
const mostCharacters = 60;
/** Of the HTML; with the text, a display stays below 100 KB. */
const mostLength = 55_000;

type Row = ReadonlyMap<string, unknown>;

/** @returns HTML, or nothing where the value is no array of plain objects with plain values */
export function objectTable(value: unknown): string | undefined {
  if (types.isProxy(value) || !Array.isArray(value) || value.length < 1) return undefined;
  const rows: Row[] = [];
  for (let index = 0; index < Math.min(value.length, mostRows); index += 1) {
    const row = rowOf(Object.getOwnPropertyDescriptor(value, index)?.value);
    if (!row) return undefined;
    rows.push(row);
  }
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  return names.length ? tableOf(rows, names, value.length) : undefined;
}

function rowOf(value: unknown): Row | undefined {
  if (typeof value !== "object" || value === null || !isPlain(value)) return undefined;
  const keys = Object.keys(value);
  if (keys.length > mostKeys || Object.getOwnPropertySymbols(value).length) return undefined;
  const row = new Map<string, unknown>();
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (!property || !("value" in property) || !isShown(property.value)) return undefined;
    row.set(key, property.value);
  }
  return row;
}

/** An object literal, JSON or the like, also one of another realm; no class's instance. */
function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return !types.isProxy(prototype) && Object.getPrototypeOf(prototype) === null && !Array.isArray(value);
}

function isShown(value: unknown): boolean {
  if (isPrimitive(value) || types.isDate(value)) return true;
  return !types.isProxy(value) && Array.isArray(value) && itemsOf(value).every(isPrimitive);
}

function isPrimitive(value: unknown): boolean {
  return value === null || ["undefined", "string", "number", "bigint", "boolean"].includes(typeof value);
}

/** The first ones; what a getter would give is no primitive. */
function itemsOf(values: readonly unknown[]): unknown[] {
  return Array.from({ length: Math.min(values.length, mostItems) }, (_, index) => {
    const property = Object.getOwnPropertyDescriptor(values, index);
    return property?.get ? property.get : property?.value;
  });
}

function tableOf(rows: readonly Row[], names: readonly string[], total: number): string {
  const shown = names.slice(0, mostColumns);
  const numeric = shown.map((name) => {
    const values = rows.map((row) => row.get(name)).filter((value) => value !== undefined && value !== null);
    return values.length > 0 && values.every((value) => typeof value === "number" || typeof value === "bigint");
  });
  const line = (cells: readonly string[], tag: "th" | "td") => {
    const written = cells.map((cell, column) => {
      const style = numeric[column] ? "text-align:right;font-variant-numeric:tabular-nums" : "text-align:left";
      return `<${tag} style="${style}">${escapeHTML(cell)}</${tag}>`;
    });
    return `<tr>${written.join("")}</tr>`;
  };
  const lines: string[] = [];
  let length = 0;
  for (const row of rows) {
    const html = line(
      shown.map((name) => written(row.get(name))),
      "td",
    );
    length += html.length;
    if (length > mostLength && lines.length) break;
    lines.push(html);
  }
  const notices = [
    ...(lines.length < total ? [`${lines.length} of ${total.toLocaleString("en")} rows`] : []),
    ...(shown.length < names.length ? [`${shown.length} of ${names.length} columns`] : []),
  ];
  const head = line(shown.map(cut), "th");
  const below = notices.length ? `<p>${notices.join(", ")}</p>` : "";
  return `<table><thead>${head}</thead><tbody>${lines.join("")}</tbody></table>${below}`;
}

function written(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number")
    return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    return Number.isNaN(time) ? "" : new Date(time).toISOString();
  }
  if (Array.isArray(value)) {
    const more = value.length > mostItems ? ", …" : "";
    return cut(`[${itemsOf(value).map(written).join(", ")}${more}]`);
  }
  // Of a long text only what may be shown is looked at.
  return cut(
    String(value)
      .slice(0, 10 * mostCharacters)
      .replaceAll(/\s+/g, " "),
  );
}

function cut(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text;
}

function escapeHTML(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
