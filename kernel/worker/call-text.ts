// The text of a call in the user's code, from a position in it: so that a failed assert says what was asserted, as it was
// written. Called by written-message.
import { bracketedLength } from "../text/brackets.js";

const part = /[\p{ID_Continue}$.?!]/u;

/**
 * @param line 1-based. @param column 1-based; anywhere in the name of what is called
 * @returns the call with its arguments; undefined where there is none that can be read
 */
export function callText(source: string, line: number, column: number): string | undefined {
  const lines = source.split("\n");
  const at = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  let start = at;
  while (start > 0 && part.test(source[start - 1] ?? "")) start -= 1;
  let open = at;
  while (open < source.length && part.test(source[open] ?? "")) open += 1;
  // Of what is called there, only a name can be read backwards.
  if (open === start || source[open] !== "(" || source[start] === ".") return undefined;
  const length = bracketedLength(source.slice(open));
  return length === undefined ? undefined : source.slice(start, open + length);
}
