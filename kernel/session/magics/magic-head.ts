// The magic lines at the top of a cell: `%name …`, `%%time`, `?name`, `name?`. They are taken out and leave spaces, so
// that every position in the code behind them stays exact. Pure; used by execution and by the language's handlers.

export type MagicStep =
  | { kind: "magic"; name: string; argument: string }
  | { kind: "inspect"; expression: string; detail: 0 | 1 };

export interface MagicHead {
  steps: MagicStep[];
  /** The cell with spaces in place of its magics: what runs. */
  code: string;
  /** The same, but the names behind and before `?` stay: where completion and documentation look. */
  text: string;
  /** `%time` or `%%time`: the reader wants to know how long `code` takes. */
  timed: boolean;
}

const path = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_#][\p{ID_Continue}$]*)*`;
const question = new RegExp(String.raw`^(\?\??)\s*(${path})\s*;?$`, "u");
/** Could also be the first line of a conditional expression: only where no code follows. */
const asked = new RegExp(String.raw`^(${path})\s*(\?\??)$`, "u");

export function readMagicHead(cell: string): MagicHead {
  const code = cell.split("\n");
  const text = [...code];
  const steps: MagicStep[] = [];
  let timed = false;
  for (const [index, line] of code.entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("//")) continue;
    const time = /^\s*%{1,2}time(?![\p{L}\p{N}_-])/u.exec(line)?.[0];
    if (time !== undefined) {
      timed = true;
      code[index] = text[index] = blank(time) + line.slice(time.length);
      // `%time f()`: from here on it is code. `%%time` may stand above other magics.
      if (line.slice(time.length).trim() !== "") break;
      continue;
    }
    const step =
      readStep(trimmed) ??
      (code
        .slice(index + 1)
        .join("")
        .trim() === ""
        ? readAsked(trimmed)
        : undefined);
    if (step === undefined) break;
    steps.push(step);
    code[index] = blank(line);
    text[index] = step.kind === "inspect" ? line.replaceAll("?", " ") : blank(line);
  }
  return { steps, code: code.join("\n"), text: text.join("\n"), timed };
}

/** The name of a magic that ends at `offset`, as far as it is typed: `%ty`; undefined where the cursor is elsewhere. */
export function magicNameAt(cell: string, offset: number): { prefix: string; start: number } | undefined {
  const lineStart = cell.lastIndexOf("\n", offset - 1) + 1;
  const typed = /^\s*%{1,2}([\p{L}_]?[\p{L}\p{N}_-]*)$/u.exec(cell.slice(lineStart, offset));
  if (!typed || readMagicHead(cell.slice(0, lineStart)).code.trim() !== "") return undefined;
  const prefix = typed[1] ?? "";
  return { prefix, start: offset - prefix.length };
}

function readStep(line: string): MagicStep | undefined {
  const magic = /^%{1,2}([\p{L}_][\p{L}\p{N}_-]*)\s*(.*)$/u.exec(line);
  if (magic) return { kind: "magic", name: magic[1] ?? "", argument: magic[2] ?? "" };
  const inspect = question.exec(line);
  if (inspect) return { kind: "inspect", expression: inspect[2] ?? "", detail: inspect[1] === "??" ? 1 : 0 };
  return undefined;
}

function readAsked(line: string): MagicStep | undefined {
  const inspect = asked.exec(line);
  return inspect ? { kind: "inspect", expression: inspect[1] ?? "", detail: inspect[2] === "??" ? 1 : 0 } : undefined;
}

function blank(line: string): string {
  return line.replace(/[^\r]/g, " ");
}
