// The notebook file, nbformat 4: read, checked, brought to 4.5, written as Jupyter itself writes it. Used by run.
// https://nbformat.readthedocs.io/en/latest/format_description.html
import { randomBytes } from "node:crypto";
import { CommandFailure, exitCodes } from "./command-failure.js";

export type Mime = Record<string, unknown>;

export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data"; data: Mime; metadata: Record<string, unknown> }
  | { output_type: "execute_result"; execution_count: number | null; data: Mime; metadata: Record<string, unknown> }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

interface CellBase {
  id: string;
  metadata: Record<string, unknown>;
  /** One string; the file has a list of lines. */
  source: string;
}

export interface CodeCell extends CellBase {
  cell_type: "code";
  execution_count: number | null;
  outputs: Output[];
}

export interface TextCell extends CellBase {
  cell_type: "markdown" | "raw";
  attachments?: Record<string, unknown>;
}

export type Cell = CodeCell | TextCell;

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A multi-line string: one string or a list of lines. */
function joinLines(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
  return undefined;
}

/** @param file for messages. */
export function parseNotebook(text: string, file: string): Notebook {
  const invalid = (expected: string): never => {
    throw new CommandFailure(`invalid notebook ${file}; expected ${expected}`, exitCodes.usage);
  };
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return invalid(`JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(json)) return invalid("a JSON object");
  if (json.nbformat !== 4) {
    return invalid(
      `nbformat 4: ${JSON.stringify(json.nbformat) ?? "none"}. JupyterLab converts an older notebook when it saves it`,
    );
  }
  if (!Array.isArray(json.cells)) return invalid('a list "cells"');
  const seen = new Set<string>();
  const cells = json.cells.map((cell: unknown, index) => parseCell(cell, `cell ${index + 1}`, seen, invalid));
  return { cells, metadata: isObject(json.metadata) ? json.metadata : {} };
}

function parseCell(cell: unknown, where: string, seen: Set<string>, invalid: (expected: string) => never): Cell {
  if (!isObject(cell)) return invalid(`an object for ${where}`);
  const source = joinLines(cell.source) ?? invalid(`a string or lines as the source of ${where}`);
  const metadata = isObject(cell.metadata) ? cell.metadata : {};
  const base = { id: cellId(cell.id, seen), metadata, source };
  if (cell.cell_type === "code") {
    const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
    return {
      ...base,
      cell_type: "code",
      execution_count: typeof cell.execution_count === "number" ? cell.execution_count : null,
      outputs: outputs.map((output: unknown) => parseOutput(output) ?? invalid(`valid outputs in ${where}`)),
    };
  }
  if (cell.cell_type === "markdown" || cell.cell_type === "raw") {
    const attachments = isObject(cell.attachments) ? { attachments: cell.attachments } : {};
    return { ...base, cell_type: cell.cell_type, ...attachments };
  }
  return invalid(`cell_type "code", "markdown" or "raw" for ${where}: ${JSON.stringify(cell.cell_type)}`);
}

/** Notebooks older than 4.5 have no cell ids; 4.5 wants each of them once. */
function cellId(id: unknown, seen: Set<string>): string {
  const valid = typeof id === "string" && /^[a-zA-Z0-9_-]{1,64}$/.test(id) && !seen.has(id);
  const chosen = valid ? id : randomBytes(4).toString("hex");
  seen.add(chosen);
  return chosen;
}

function parseOutput(output: unknown): Output | undefined {
  if (!isObject(output)) return undefined;
  const metadata = isObject(output.metadata) ? output.metadata : {};
  switch (output.output_type) {
    case "stream": {
      const text = joinLines(output.text);
      const name = output.name === "stderr" ? "stderr" : "stdout";
      return text === undefined ? undefined : { output_type: "stream", name, text };
    }
    case "display_data":
      return { output_type: "display_data", data: joinMime(output.data), metadata };
    case "execute_result": {
      const count = typeof output.execution_count === "number" ? output.execution_count : null;
      return { output_type: "execute_result", execution_count: count, data: joinMime(output.data), metadata };
    }
    case "error": {
      const traceback = Array.isArray(output.traceback) ? output.traceback.map(String) : [];
      return { output_type: "error", ename: String(output.ename), evalue: String(output.evalue), traceback };
    }
    default:
      return undefined;
  }
}

function isJsonMime(mime: string): boolean {
  return mime === "application/json" || mime.endsWith("+json");
}

function joinMime(data: unknown): Mime {
  if (!isObject(data)) return {};
  const joined: Mime = {};
  for (const [mime, value] of Object.entries(data))
    joined[mime] = isJsonMime(mime) ? value : (joinLines(value) ?? value);
  return joined;
}

/** As Jupyter writes it: one space of indent, sorted keys, lists of lines; so that a diff shows what changed. */
export function formatNotebook(notebook: Notebook): string {
  const json = {
    cells: notebook.cells.map(cellJson),
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(sortKeys(json), null, 1)}\n`;
}

function cellJson(cell: Cell): Json {
  const source = splitLines(cell.source);
  return cell.cell_type === "code" ? { ...cell, source, outputs: cell.outputs.map(outputJson) } : { ...cell, source };
}

function outputJson(output: Output): Json {
  if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
  if (output.output_type === "error") return output;
  const data: Mime = {};
  for (const [mime, value] of Object.entries(output.data)) {
    const isText = mime.startsWith("text/") || mime === "application/javascript" || mime === "image/svg+xml";
    data[mime] = isText && typeof value === "string" ? splitLines(value) : value;
  }
  return { ...output, data };
}

/** Python's `splitlines(True)`, for the line ends that notebooks hold. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const sorted: Json = {};
  for (const key of Object.keys(value).sort()) sorted[key] = sortKeys(value[key]);
  return sorted;
}
