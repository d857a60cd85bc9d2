// Whether a text may run as it stands, for consoles that decide between running it and a new line.
import { parseSync } from "oxc-parser";
import { missingClosers } from "../text/brackets.js";
import type { Completeness } from "./results.js";

/** Past this size a console should not wait for the answer. */
const longest = 1_000_000;

/** What the next lines may bring where the parser finds fault with what stands before, since it reads that otherwise. */
const continuations = [
  ...["", "x", "= x", ": x", "{}", "() {}", ")", "`", "*/", "'", '"', ".x", "meta", "target"],
  // The rest of an arrow function's head.
  ...["=> x", ": x => x", "(x: x) => x", "> (x: x) => x"],
];
/** The same around some of the brackets that are open. */
const aroundBrackets = [
  ["", "=> x"],
  ["", "= x"],
  ["x", "=> x"],
  ["x", "= x"],
] as const;
/** Brackets that are closed for a guess. */
const deepest = 10;

export function completeness(source: string): Completeness {
  if (source.length > longest) return { status: "unknown" };
  const text = source.trimEnd();
  if (firstError(text) === undefined) return { status: "complete" };
  return isBeginning(text) ? { status: "incomplete", indent: indentOf(text) } : { status: "invalid" };
}

/** A text is unfinished when its first trouble is that it ends; as it stands, or with a little more. */
function isBeginning(text: string): boolean {
  if (endsTooSoon(text, "")) return true;
  if (continuations.some((more) => endsTooSoon(text, `\n${more}`))) return true;
  const missing = missingClosers(text).slice(0, deepest);
  return missing.some((_, index) => {
    const closing = missing.slice(0, index + 1).join("");
    return aroundBrackets.some(([before, behind]) => endsTooSoon(text, `\n${before}${closing} ${behind}`));
  });
}

function endsTooSoon(text: string, more: string): boolean {
  const error = firstError(text + more);
  return error === undefined || error >= text.length + more.length;
}

/** Where it is; undefined where there is none. */
function firstError(text: string): number | undefined {
  const { errors } = parseSync("cell.ts", text, { lang: "ts", sourceType: "module" });
  const places = errors.filter(({ severity }) => severity === "Error").map(({ labels }) => labels[0]?.start ?? 0);
  return places.length > 0 ? Math.min(...places) : undefined;
}

function indentOf(text: string): string {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  const own = /^\s*/.exec(line)?.[0] ?? "";
  if (/[([{]\s*$|=>\s*$/.test(line)) return `${own}  `;
  return own || "  ".repeat(missingClosers(text).length);
}
