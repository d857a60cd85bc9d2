// A data set out of a CSV file: one sample a line, one column the label.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { checkOptions, checkText, invalid } from "../engine/invalid.js";
import type { Dataset } from "./dataset.js";
import { fromArrays } from "./from-arrays.js";

export interface CsvOptions {
  /** The column with the classes: names, or any numbers, each of which is a class. */
  readonly label?: string;
  /** For regression instead: the column with the numbers to predict. */
  readonly target?: string;
  /** The columns to learn from, in this order; by default all others. */
  readonly features?: readonly string[];
  /** The classes in order; by default those that occur, sorted (as numbers where all are). */
  readonly classNames?: readonly string[];
  /** What separates columns; "," by default. */
  readonly separator?: string;
  /** Names of the columns where the file has no first line with them. */
  readonly columns?: readonly string[];
}

const KEYS = ["label", "target", "features", "classNames", "separator", "columns"];

/**
 * Reads a CSV file (RFC 4180, UTF-8; quoted fields may hold separators and line ends) of numbers.
 * @returns samples of [features], float32, with featureNames
 * @throws with line and column, when a feature is no number or missing, or a line has too many or few columns
 */
export async function csv(path: string, options: CsvOptions): Promise<Dataset> {
  checkText("path", path, "the path of a file");
  checkOptions("options", options, KEYS);
  const { label, target, separator = ",", classNames } = options;
  if ((label === undefined) === (target === undefined))
    throw invalid("options", "either label or target", Object.keys(options));
  if (typeof separator !== "string" || separator.length !== 1 || separator === '"') {
    throw invalid("separator", "one character", separator);
  }
  if (label !== undefined) checkText("label", label, "the name of a column");
  if (target !== undefined) checkText("target", target, "the name of a column");
  for (const name of ["features", "columns"] as const) checkNames(name, options[name]);
  const file = basename(path);
  const records = parseRecords((await readText(path)).replace(/^\uFEFF/, ""), separator, file);
  const names = options.columns ?? records.shift()?.fields ?? [];
  if (new Set(names).size !== names.length) throw invalid(`${file}, line 1`, "a different name a column", names);
  const place = (name: string, column: string) => {
    const index = names.indexOf(column);
    if (index < 0) throw invalid(name, `a column of ${file}: ${names.join(", ")}`, column);
    return index;
  };
  const own = label === undefined ? place("target", target ?? "") : place("label", label);
  const featureNames = options.features ?? names.filter((_, i) => i !== own);
  const columns = featureNames.map((name, i) => place(`features[${i}]`, name));
  if (records.length === 0) throw invalid(file, "at least one sample", "none");
  const features = new Float32Array(records.length * columns.length);
  const number = (fields: readonly string[], line: number, column: number) => {
    const text = fields[column]?.trim() ?? "";
    const value = text === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(Math.fround(value)))
      throw invalid(`${file}, line ${line}, column ${names[column]}`, "a finite number", text);
    return value;
  };
  records.forEach(({ fields, line }, i) => {
    if (fields.length !== names.length)
      throw invalid(`${file}, line ${line}`, `${names.length} columns`, fields.length);
    columns.forEach((column, k) => {
      features[i * columns.length + k] = number(fields, line, column);
    });
  });
  if (label === undefined) {
    return fromArrays({
      features,
      featureNames,
      targets: records.map(({ fields, line }) => number(fields, line, own)),
    });
  }
  const labels = records.map(({ fields, line }) => {
    const text = fields[own]?.trim() ?? "";
    if (text === "") throw invalid(`${file}, line ${line}, column ${label}`, "a class", text);
    return text;
  });
  return fromArrays({ features, featureNames, labels, classNames: classNames ?? sortedClasses(labels) });
}

function checkNames(name: string, names: unknown): void {
  if (names === undefined) return;
  if (!Array.isArray(names) || names.length === 0 || names.some((one) => typeof one !== "string"))
    throw invalid(name, "a list of names of columns", names);
}

function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: Error) => {
    throw invalid("path", `a file that can be read (${error.message})`, path, error);
  });
}

function sortedClasses(labels: readonly string[]): string[] {
  const names = [...new Set(labels)];
  const numbers = names.every((name) => Number.isFinite(Number(name)));
  return numbers ? names.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)) : names.sort();
}

interface CsvRecord {
  readonly fields: string[];
  /** Of its first character, from 1. */
  readonly line: number;
}

function parseRecords(text: string, separator: string, file: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [i, line] = [0, 1];
  while (i < text.length) {
    const fields: string[] = [];
    const first = line;
    for (;;) {
      let field = "";
      if (text[i] === '"') {
        const opened = line;
        for (i++; ; i++) {
          if (i >= text.length) throw invalid(`${file}, line ${opened}`, "a closing quote", "the end of the file");
          if (text[i] === "\n") line++;
          if (text[i] !== '"') field += text[i];
          else if (text[i + 1] === '"') field += text[++i];
          else break;
        }
        i++;
        if (i < text.length && text[i] !== separator && text[i] !== "\n" && text[i] !== "\r") {
          throw invalid(`${file}, line ${line}`, "a separator after a quoted field", text[i]);
        }
      } else {
        const start = i;
        while (i < text.length && text[i] !== separator && text[i] !== "\n" && text[i] !== "\r") i++;
        field = text.slice(start, i);
      }
      fields.push(field);
      if (text[i] !== separator) break;
      i++;
    }
    if (text[i] === "\r" && text[i + 1] === "\n") i++;
    i++;
    line++;
    // An empty line is no sample.
    if (fields.length > 1 || fields[0] !== "") records.push({ fields, line: first });
  }
  return records;
}
