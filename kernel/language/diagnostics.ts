// Turns what the parser and the type checker complain about into what a reader sees: position in the cell, TypeScript's
// number, the lines around.
import type { Diagnostic } from "typescript/unstable/async";
import type { CellSyntax } from "./cell-syntax.js";
import { codeFrame } from "./code-frame.js";
import type { CellDiagnostic, Compilation } from "./results.js";
import { readable } from "./type-text.js";

/** Complaints that make no sense in a notebook. */
const ignored = new Set([
  6133,
  6138,
  6192,
  6196,
  6198,
  6199,
  6205, // Unused: the next cell may use it.
  7016, // A package without types is `any`.
]);

/** @param offset where the cell's own text begins in the checked file. */
export function cellDiagnostics(found: readonly Diagnostic[], syntax: CellSyntax, offset: number): CellDiagnostic[] {
  const { source } = syntax;
  const diagnostics: CellDiagnostic[] = [];
  for (const diagnostic of found) {
    if (ignored.has(diagnostic.code)) continue;
    const start = diagnostic.pos - offset;
    const end = diagnostic.end - offset;
    // Outside the cell's text are the declarations of earlier cells, which were checked then.
    if (start < 0 || start > source.length) continue;
    diagnostics.push(place(source, diagnostic.code, messageOf(diagnostic), start, Math.min(end, source.length)));
  }
  return diagnostics.sort((a, b) => a.start - b.start);
}

export function syntaxDiagnostics(syntax: CellSyntax): CellDiagnostic[] {
  return syntax.errors.map((it) => place(syntax.source, 0, it.message, it.start, it.end));
}

export function refusal(
  ename: "SyntaxError" | "TypeScriptError",
  diagnostics: CellDiagnostic[],
  source: string,
  count: number,
): Compilation {
  const shown = diagnostics.slice(0, 10);
  const traceback = shown.map((it) => frame(ename, it, source, count));
  if (diagnostics.length > shown.length) traceback.push(`… and ${diagnostics.length - shown.length} more`);
  const first = diagnostics[0];
  const evalue = first ? `${first.code ? `TS${first.code}: ` : ""}${first.message}` : "the cell does not compile";
  return { ok: false, ename, evalue, traceback, diagnostics };
}

function place(source: string, code: number, message: string, start: number, end: number): CellDiagnostic {
  const before = source.slice(0, start);
  const line = before.split("\n").length;
  return { code, message, start, end, line, column: start - before.lastIndexOf("\n") };
}

function messageOf(diagnostic: Diagnostic): string {
  const lines: string[] = [];
  const add = (it: Diagnostic, depth: number): void => {
    lines.push("  ".repeat(depth) + it.text);
    for (const next of it.messageChain ?? []) add(next, depth + 1);
  };
  add(diagnostic, 0);
  const text = readable(lines.join("\n"));
  const missing = diagnostic.code === 2307 ? /module '([^']+)'/.exec(text)?.[1] : undefined;
  if (missing && !missing.startsWith(".") && !missing.startsWith("/")) {
    const name = missing.split("/", missing.startsWith("@") ? 2 : 1).join("/");
    return `${text}\nTo install it: %npm install ${name}`;
  }
  return text;
}

function frame(ename: string, diagnostic: CellDiagnostic, source: string, count: number): string {
  const end = Math.max(diagnostic.end, diagnostic.start + 1);
  const until = source.slice(0, end);
  const endLine = until.split("\n").length;
  const endColumn = endLine === diagnostic.line ? end - until.lastIndexOf("\n") : undefined;
  const code = codeFrame(source, { line: diagnostic.line, column: diagnostic.column, endColumn });
  const number = diagnostic.code ? ` TS${diagnostic.code}` : "";
  const where = count
    ? `Cell [${count}], line ${diagnostic.line}:${diagnostic.column}`
    : `line ${diagnostic.line}:${diagnostic.column}`;
  return `\u001b[31m${ename}${number}\u001b[39m: ${diagnostic.message}\n    at ${where}\n${code}`;
}
