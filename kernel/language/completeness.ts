// Whether a text may run as it stands, for consoles that decide between running it and a new line.
import { parseSync } from "oxc-parser";
import type { Completeness } from "./results.js";

/** Past this size a console should not wait for the answer. */
const longest = 1_000_000;

export function completeness(source: string): Completeness {
  if (source.length > longest) return { status: "unknown" };
  const text = source.trimEnd();
  if (text === "") return { status: "complete" };
  const parsed = parseSync("cell.ts", text, { lang: "ts", sourceType: "module" });
  const errors = parsed.errors.filter((error) => error.severity === "Error");
  if (!errors.length) return { status: "complete" };
  // A text is unfinished when its first trouble is that it ends.
  const state = scan(text);
  if (state.broken) return { status: "invalid" };
  if (state.unterminated) return { status: "incomplete", indent: "" };
  const first = errors.map((error) => error.labels.at(-1)?.end ?? 0).sort((a, b) => a - b)[0] ?? 0;
  const atEnd = errors.some((error) =>
    error.labels.some((label) => label.start >= text.length || label.end >= text.length),
  );
  if (state.open.length > 0 && (atEnd || first >= text.length - 1))
    return { status: "incomplete", indent: indentOf(text, state.open.length) };
  if (state.open.length > 0 && parsesWithClosers(text, state.open))
    return { status: "incomplete", indent: indentOf(text, state.open.length) };
  if (
    atEnd &&
    state.open.length === 0 &&
    /([-+*/%=<>&|^!~?:,.]|=>|\b(in|of|instanceof|typeof|return|new|await|extends|const|let|var|function|class|else|import|from|if|for|while|throw|export|interface|type|enum))$|^\s*@[\w.]+(\(.*\))?$|\b(if|for|while)\s*\(.*\)$/s.test(
      text,
    )
  )
    return { status: "incomplete", indent: indentOf(text, 0) };
  return { status: "invalid" };
}

function parsesWithClosers(text: string, open: string[]): boolean {
  const closers = open
    .map((char) => ({ "(": ")", "[": "]", "{": "}" })[char] ?? "")
    .reverse()
    .join("");
  return ["", "0", "x"].some(
    (filler) =>
      !parseSync("cell.ts", text + filler + closers, { lang: "ts", sourceType: "module" }).errors.some(
        (error) => error.severity === "Error",
      ),
  );
}

function indentOf(text: string, depth: number): string {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  const own = /^\s*/.exec(line)?.[0] ?? "";
  if (depth === 0) return own;
  return /[([{]\s*$|=>\s*$/.test(line) ? `${own}  ` : own || "  ".repeat(depth);
}

interface ScanState {
  /** Brackets that were opened and not closed. */
  open: string[];
  /** The text ends inside a template or a block comment. */
  unterminated: boolean;
  /** A closing bracket matches nothing. */
  broken: boolean;
}

/** Reads past strings, templates and comments; regular expressions are close enough to division to be skipped by line. */
function scan(text: string): ScanState {
  const open: string[] = [];
  const pairs: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  let i = 0;
  while (i < text.length) {
    const char = text[i] ?? "";
    const two = text.slice(i, i + 2);
    if (two === "//") {
      const end = text.indexOf("\n", i);
      i = end < 0 ? text.length : end;
    } else if (two === "/*") {
      const end = text.indexOf("*/", i + 2);
      if (end < 0) return { open, unterminated: true, broken: false };
      i = end + 2;
    } else if (char === '"' || char === "'") {
      let j = i + 1;
      while (j < text.length && text[j] !== char && text[j] !== "\n") j += text[j] === "\\" ? 2 : 1;
      if (text[j] !== char) return { open, unterminated: false, broken: true };
      i = j + 1;
    } else if (char === "`") {
      open.push("`");
      i = templateEnd(text, i + 1, open);
      if (i < 0) return { open, unterminated: true, broken: false };
    } else if (char === "}" && open.at(-1) === "${") {
      open.pop();
      i = templateEnd(text, i + 1, open);
      if (i < 0) return { open, unterminated: true, broken: false };
    } else {
      if ("([{".includes(char)) open.push(char);
      else if (char in pairs) {
        if (open.pop() !== pairs[char]) return { open, unterminated: false, broken: true };
      }
      i++;
    }
  }
  return { open: open.filter((it) => it !== "`"), unterminated: open.includes("`"), broken: false };
}

/** From inside a template: past its end, or past `${` with that pushed; -1 if neither comes. */
function templateEnd(text: string, from: number, open: string[]): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "`") {
      open.pop();
      return i + 1;
    } else if (text[i] === "$" && text[i + 1] === "{") {
      open.push("${");
      return i + 2;
    }
  }
  return -1;
}
