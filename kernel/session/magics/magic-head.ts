// The magic lines at the top of a cell: `%name …`, `%%time`, `?name`, `name?`. They are taken out and leave empty lines,
// so that every position in the code behind them stays exact. Pure; used by execution.

export type MagicStep =
  | { kind: "magic"; name: string; argument: string }
  | { kind: "inspect"; expression: string; detail: 0 | 1 };

export interface MagicHead {
  steps: MagicStep[];
  /** The rest, with as many lines as the cell. */
  code: string;
  /** `%time` or `%%time`: the reader wants to know how long `code` takes. */
  timed: boolean;
}

const path = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_#][\p{ID_Continue}$]*)*`;
const question = new RegExp(String.raw`^(\?\??)\s*(${path})\s*;?$`, "u");
/** Could also be the first line of a conditional expression: only where no code follows. */
const asked = new RegExp(String.raw`^(${path})\s*(\?\??)$`, "u");

export function readMagicHead(cell: string): MagicHead {
  const lines = cell.split("\n");
  const steps: MagicStep[] = [];
  let timed = false;
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text === "" || text.startsWith("//")) continue;
    const time = /^\s*%{1,2}time\b/.exec(line)?.[0];
    if (time !== undefined) {
      timed = true;
      lines[index] = " ".repeat(time.length) + line.slice(time.length);
      // `%time f()`: from here on it is code. `%%time` may stand above other magics.
      if (text.replace(/^%{1,2}time\b/, "").trim() !== "") break;
      continue;
    }
    const step = readStep(text) ?? (isBlank(lines.slice(index + 1)) ? readAsked(text) : undefined);
    if (step === undefined) break;
    steps.push(step);
    lines[index] = "";
  }
  return { steps, code: lines.join("\n"), timed };
}

function readStep(text: string): MagicStep | undefined {
  const magic = /^%{1,2}([\p{L}_][\p{L}\p{N}_-]*)\s*(.*)$/u.exec(text);
  if (magic) return { kind: "magic", name: magic[1] ?? "", argument: magic[2] ?? "" };
  const inspect = question.exec(text);
  if (inspect) return { kind: "inspect", expression: inspect[2] ?? "", detail: inspect[1] === "??" ? 1 : 0 };
  return undefined;
}

function readAsked(text: string): MagicStep | undefined {
  const inspect = asked.exec(text);
  return inspect ? { kind: "inspect", expression: inspect[1] ?? "", detail: inspect[2] === "??" ? 1 : 0 } : undefined;
}

function isBlank(lines: string[]): boolean {
  return lines.every((line) => line.trim() === "");
}
