// Arrays of objects as a table: rows of a CSV file, logs, results of several runs; sorted, and cut with a notice.
import { checkChoice, checkOptions, checkWhole, invalid, isList, show } from "../engine/invalid.js";
import { checkTitle } from "./class-names.js";
import { DataTable } from "./data-table.js";
import { bytesOf, mostBytes } from "./display-size.js";

export interface TableOptions {
  /** Which columns, in which order; all that occur by default, up to 30. */
  columns?: readonly string[];
  /** The column to sort by; as given by default. Numbers by value, words by letters, what is missing last. */
  sort?: string;
  /** "ascending" by default. */
  order?: "ascending" | "descending";
  /** How many rows are shown at most, 1 to 500; 50 by default. */
  count?: number;
  /** Above the table. */
  title?: string;
}

export type TableRow = Readonly<Record<string, unknown>>;

const mostColumns = 30;
const mostCharacters = 60;

/**
 * Shows objects as a table, one row an object, one column a property. Numbers are written with five significant digits;
 * `.data` has the rows as they are, sorted, all of them.
 * @param rows objects, at least one; properties that some of them lack are empty there
 * @throws unless the rows are objects that have the columns asked for
 */
export function table(rows: readonly TableRow[], options: TableOptions = {}): DataTable<readonly TableRow[]> {
  checkOptions("options", options, ["columns", "sort", "order", "count", "title"]);
  checkTitle(options);
  const { sort, order = "ascending", count = 50, title = "" } = options;
  checkChoice("order", order, ["ascending", "descending"]);
  checkWhole("count", count, 1, 500);
  if (!isList(rows) || rows.length < 1) throw invalid("rows", "at least one object", rows);
  const wrong = Array.from(rows as ArrayLike<unknown>).findIndex(
    (row) => typeof row !== "object" || row === null || isList(row),
  );
  if (wrong >= 0) throw invalid(`rows[${wrong}]`, "an object", rows[wrong]);
  const known = new Set(Array.from(rows).flatMap((row) => Object.keys(row)));
  if (!known.size) throw invalid("rows", "objects with properties", rows);
  const names = readColumns(options.columns, known);
  if (sort !== undefined && !known.has(sort)) throw invalid("sort", columnRule(known), sort);
  const sorted = Array.from(rows);
  if (sort !== undefined) sorted.sort((a, b) => compare(a[sort], b[sort], order === "descending" ? -1 : 1));
  const columns = names.map((name) => ({
    name: cut(name),
    isNumeric:
      sorted.every((row) => isNumeric(row[name]) || isMissing(row[name])) && sorted.some((row) => isNumeric(row[name])),
  }));
  const cells = sorted.slice(0, count).map((row) => names.map((name) => written(row[name])));
  const left = options.columns === undefined ? known.size - names.length : 0;
  const more =
    left > 0
      ? `${left} more columns: ${[...known]
          .slice(mostColumns, mostColumns + 5)
          .map(cut)
          .join(", ")}${left > 5 ? ", …" : ""}`
      : "";
  const first = (rows: number) => {
    const some = rows < sorted.length ? `${rows} of ${sorted.length.toLocaleString("en")} rows` : "";
    return new DataTable(columns, cells.slice(0, rows), sorted, title, [some, more].filter(Boolean));
  };
  return first(mostThatFit(cells.length, (rows) => bytesOf(first(rows).bundle()) <= mostBytes));
}

/** The largest number up to `most` that fits, at least 1, where all smaller ones fit too. */
function mostThatFit(most: number, fits: (count: number) => boolean): number {
  if (fits(most)) return most;
  let [low, high] = [1, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function readColumns(given: unknown, known: ReadonlySet<string>): string[] {
  if (given === undefined) return [...known].slice(0, mostColumns);
  if (!isList(given) || given.length < 1 || given.length > mostColumns)
    throw invalid("columns", `1 to ${mostColumns} names of columns`, given);
  const wrong = Array.from(given).findIndex((name) => typeof name !== "string" || !known.has(name));
  if (wrong >= 0) throw invalid(`columns[${wrong}]`, columnRule(known), given[wrong]);
  return Array.from(given, String);
}

function columnRule(known: ReadonlySet<string>): string {
  const shown = [...known].slice(0, 8).map((name) => JSON.stringify(cut(name)));
  return `a column, one of ${shown.join(", ")}${known.size > 8 ? ", …" : ""}`;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || Number.isNaN(value);
}

function isNumeric(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

/** What is missing comes last, whatever the direction. */
function compare(a: unknown, b: unknown, sign: number): number {
  if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
  if (isNumeric(a) && isNumeric(b)) return sign * (Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : 0);
  return sign * written(a).localeCompare(written(b), "en", { numeric: true });
}

function written(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return cut(value.replaceAll(/\s+/g, " "));
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") {
    if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
    return String(Number(value.toPrecision(5)));
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  return cut(show(value));
}

function cut(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text;
}
