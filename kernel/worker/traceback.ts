// What the reader sees of an error: name and message, then the frames of their own code with the lines around, causes and
// the parts of an AggregateError included. Frames inside Node, packages and the kernel are left out.
import { createRequire } from "node:module";
import type * as CodeFrame from "@babel/code-frame";
import type { CellError } from "../ipc/cell-messages.js";
import { plainText } from "./plain-text.js";
import { className, cut, isError, read, readText } from "./safe-read.js";
import { originOf, placeText, type StackFrame, type StackFrames } from "./stack-frames.js";
import type { ThrownValues } from "./thrown-values.js";

const messageLength = 10_000;
/** Frames with the lines around them, and frames at all. */
const framesWithCode = 4;
const shownFrames = 20;
const shownCauses = 5;
const shownParts = 10;
const lineLength = 300;

const require = createRequire(import.meta.url);

export class Tracebacks {
  constructor(
    readonly frames: StackFrames,
    readonly directory: string,
    readonly thrownValues: ThrownValues,
  ) {}

  /** @param at frames to show instead of the error's own. */
  of(error: unknown, at?: StackFrame[]): CellError {
    const traceback = this.#lines(error, at, new Set(), "");
    return { ...describe(error), traceback };
  }

  #lines(error: unknown, at: StackFrame[] | undefined, seen: Set<unknown>, prefix: string): string[] {
    seen.add(error);
    const stack = isError(error) ? error : this.thrownValues.positionOf(error);
    // First, since the message is put right when the stack is made.
    const frames = (stack && this.frames.of(stack)) ?? [];
    const { ename, evalue } = describe(error);
    const lines = [`${prefix}${red(ename)}${evalue === "" ? "" : `: ${evalue}`}`, ...this.#places(at ?? frames)];
    if (!isError(error)) return lines;
    const parts = read(error, "errors");
    if (Array.isArray(parts)) {
      for (const [index, part] of parts.slice(0, shownParts).entries()) {
        if (seen.has(part) || seen.size > shownParts + shownCauses) continue;
        lines.push(...this.#lines(part, undefined, seen, `Error ${index + 1} of ${parts.length}: `));
      }
      if (parts.length > shownParts) lines.push(`… ${parts.length - shownParts} more errors`);
    }
    const cause = read(error, "cause");
    if (cause !== undefined && !seen.has(cause) && seen.size <= shownParts + shownCauses)
      lines.push(...this.#lines(cause, undefined, seen, "Caused by "));
    return lines;
  }

  #places(frames: StackFrame[]): string[] {
    const own = frames.filter(({ place }) => place.kind === "cell" || place.kind === "file");
    const lines: string[] = [];
    const thrower = frames.find(({ place }) => place.kind !== "internal")?.place;
    if (thrower?.kind === "package") lines.push(`  … in package ${thrower.name}`);
    let withCode = 0;
    let repeated = 0;
    for (const [index, frame] of own.slice(0, shownFrames).entries()) {
      const text = this.#place(frame);
      const before = own[index - 1];
      if (before && this.#place(before) === text) {
        repeated += 1;
        continue;
      }
      if (repeated > 0) lines.push(`  … ${repeated} more calls of the same`);
      repeated = 0;
      lines.push(text);
      const code = withCode < framesWithCode ? codeAround(frame) : "";
      if (code !== "") {
        withCode += 1;
        lines.push(code);
      }
    }
    const hidden = repeated + Math.max(0, own.length - shownFrames);
    if (hidden > 0) lines.push(`  … ${hidden} more calls`);
    return lines;
  }

  #place({ name, place }: StackFrame): string {
    return `  ${cyan(placeText(place, this.directory))}${name === "" ? "" : ` in ${name}`}`;
  }
}

function describe(error: unknown): { ename: string; evalue: string } {
  if (!isError(error)) return { ename: "Uncaught", evalue: plainText(error) };
  const given = readText(error, "name") ?? "";
  // A class that does not set `name` still has one of its own.
  const name = given === "" || given === "Error" ? className(error) || given || "Error" : given;
  return { ename: cut(name, 200), evalue: cut(readText(error, "message") ?? "", messageLength) };
}

function codeAround({ place }: StackFrame): string {
  const origin = originOf(place);
  if (origin === undefined) return "";
  const { source, line, column } = origin;
  const first = Math.max(1, line - 2);
  const excerpt = source.split("\n").slice(first - 1, line + 2);
  if (excerpt.length === 0 || excerpt.some((text) => text.length > lineLength)) return "";
  const { codeFrameColumns } = require("@babel/code-frame") as typeof CodeFrame;
  const options = { forceColor: true, highlightCode: true, linesAbove: 2, linesBelow: 2, startLine: first };
  return withoutGrey(codeFrameColumns(excerpt.join("\n"), { start: { line, column } }, options));
}

/** JupyterLab's dark theme shows bright black, the colour of comments and line numbers, as black on black. */
function withoutGrey(text: string): string {
  return text.replaceAll("\u001b[90m", "\u001b[39m");
}

function red(text: string): string {
  return `\u001b[31m${text}\u001b[39m`;
}

function cyan(text: string): string {
  return `\u001b[36m${text}\u001b[39m`;
}
