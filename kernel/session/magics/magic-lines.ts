// The magic lines of a cell: `%name …`, `%%time`, `?name`, `name?`. They stand between statements; what looks like one inside
// a statement, a text or a comment is code. They are taken out and leave spaces, so that every position in the code keeps
// its place. Pure; used by execution and by the language's handlers through cell-reader.

export type MagicStep =
  | { kind: "magic"; name: string; argument: string }
  | { kind: "inspect"; expression: string; detail: 0 | 1 };

export type CellStep =
  | MagicStep
  /** `%%time`: the reader wants to know how long the code behind it takes, all together. */
  | { kind: "clock" }
  /** The cell up to the end of this code, with spaces in place of all else; `timed` by a `%time` of its own. */
  | { kind: "code"; code: string; timed: boolean };

export interface MagicLines {
  /** In the order in which they run. */
  steps: CellStep[];
  /** The cell with spaces in place of its magics. */
  code: string;
  /** The same, but the names behind and before `?` stay: where completion and documentation look. */
  text: string;
}

export interface CellReader {
  /** The magics that there are. */
  names: ReadonlySet<string>;
  /** Where the top-level statements of a text stand; undefined where it does not parse. */
  statements(text: string): { start: number; end: number }[] | undefined;
}

const path = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_#][\p{ID_Continue}$]*)*`;
const magic = /^%{1,2}([\p{L}_][\p{L}\p{N}_-]*)\s*(.*)$/u;
const question = new RegExp(String.raw`^(\?\??)\s*(${path})\s*;?$`, "u");
const asked = new RegExp(String.raw`^(${path})\s*(\?\??)$`, "u");
const time = /^\s*%{1,2}time(?![\p{L}\p{N}_-])/u;
/** Lines behind it that a line may need to be a statement. */
const longestStatement = 50;

export function readMagicLines(cell: string, reader: CellReader): MagicLines {
  const code = cell.split("\n");
  const text = [...code];
  const steps: CellStep[] = [];
  /** The line where code begins that is not among the steps yet, and whether a `%time` stands before it. */
  let begin = { line: 0, timed: false };
  const endCode = (end: number): void => {
    steps.push(...codeSteps(code.slice(0, end), begin, reader));
  };
  for (const [index, line] of code.entries()) {
    const step = isMagic(code, index, reader) ? readStep(line) : undefined;
    if (!step) continue;
    endCode(index);
    const clock = time.exec(line)?.[0] ?? "";
    const isTimed = step.kind === "clock" && line.trim() !== clock.trim();
    if (!isTimed) steps.push(step);
    begin = { line: index, timed: isTimed };
    // `%time f()`: what stands behind it is code.
    code[index] = isTimed ? blank(clock) + line.slice(clock.length) : blank(line);
    text[index] = step.kind === "inspect" ? line.replaceAll("?", " ") : code[index];
  }
  endCode(code.length);
  return { steps, code: code.join("\n"), text: text.join("\n") };
}

/** The name of a magic that ends at `offset`, as far as it is typed: `%ty`; undefined where the cursor is elsewhere. */
export function magicNameAt(
  cell: string,
  offset: number,
  reader: CellReader,
): { prefix: string; start: number } | undefined {
  const lineStart = cell.lastIndexOf("\n", offset - 1) + 1;
  const typed = /^\s*%{1,2}([\p{L}_]?[\p{L}\p{N}_-]*)$/u.exec(cell.slice(lineStart, offset));
  if (!typed) return undefined;
  const prefix = typed[1] ?? "";
  const { code } = readMagicLines(cell.slice(0, lineStart), reader);
  // Behind code it may also be a remainder.
  const mayBe = [...reader.names].some((name) => name.startsWith(prefix)) && reader.statements(code) !== undefined;
  return isEmpty(code) || mayBe ? { prefix, start: offset - prefix.length } : undefined;
}

/** Whether a line has the form of a magic, wherever it stands. */
export function looksLikeMagic(line: string): boolean {
  return readStep(line) !== undefined;
}

/** @param code in which the magics above this line are spaces. */
function isMagic(code: readonly string[], index: number, reader: CellReader): boolean {
  const line = code[index] ?? "";
  if (!looksLikeMagic(line)) return false;
  const before = code.slice(0, index).join("\n");
  const isAsked = asked.test(line.trim());
  // No statement begins with % or ?; with a name it may.
  if (isEmpty(before)) return !isAsked || !goesOn(code, index, reader);
  if (!reader.statements(before)) return false;
  const name = magic.exec(line.trim())?.[1];
  return (name !== undefined && reader.names.has(name)) || !goesOn(code, index, reader);
}

/** Whether the line, with the code before it and some lines behind it, is TypeScript. */
function goesOn(code: readonly string[], index: number, { statements }: CellReader): boolean {
  const last = Math.min(code.length, index + longestStatement);
  for (let end = index + 1; end <= last; end += 1) if (statements(code.slice(0, end).join("\n"))) return true;
  return false;
}

/** The code from a line on as one step; if it is timed, what begins on that line is a step of its own. */
function codeSteps(
  code: readonly string[],
  begin: { line: number; timed: boolean },
  { statements }: CellReader,
): CellStep[] {
  const own = code.map((line, index) => (index < begin.line ? blank(line) : line));
  const text = own.join("\n");
  if (isEmpty(text)) return [];
  const whole: CellStep = { kind: "code", code: text, timed: begin.timed };
  if (!begin.timed) return [whole];
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length - 1;
  let last = begin.line;
  for (const { start, end } of statements(text) ?? []) if (lineOf(start) <= last) last = Math.max(last, lineOf(end));
  const rest = own.map((line, index) => (index <= last ? blank(line) : line)).join("\n");
  if (isEmpty(rest) || !statements(text)) return [whole];
  return [
    { kind: "code", code: own.slice(0, last + 1).join("\n"), timed: true },
    { kind: "code", code: rest, timed: false },
  ];
}

function readStep(line: string): MagicStep | { kind: "clock" } | undefined {
  if (time.test(line)) return { kind: "clock" };
  const trimmed = line.trim();
  const [, name, argument = ""] = magic.exec(trimmed) ?? [];
  if (name !== undefined) return { kind: "magic", name, argument };
  const [, marks = "", expression] = question.exec(trimmed) ?? [];
  if (expression !== undefined) return { kind: "inspect", expression, detail: marks === "??" ? 1 : 0 };
  const [, before, marksBehind = ""] = asked.exec(trimmed) ?? [];
  if (before !== undefined) return { kind: "inspect", expression: before, detail: marksBehind === "??" ? 1 : 0 };
  return undefined;
}

/** Nothing but white space and line comments. */
function isEmpty(code: string): boolean {
  return code.split("\n").every((line) => /^\s*(\/\/.*)?$/.test(line));
}

function blank(line: string): string {
  return line.replace(/[^\r]/g, " ");
}
