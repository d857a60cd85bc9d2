// The text of a call in the user's code, from a position in it: so that a failed assert says what was asserted, as it was
// written. Called by written-message.

const part = /[\p{ID_Continue}$.?!]/u;
/** What stands before a regular expression and not before a division. */
const beforeRegExp = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|in|of|await|void))\s*$/;
/** A text, a comment or a regular expression from its beginning on: what looks like brackets in it is none. */
const opaque = [/"(?:[^"\\\n]|\\.)*"/sy, /'(?:[^'\\\n]|\\.)*'/sy, /\/\/.*/y, /\/\*.*?\*\//sy] as const;
const regExp = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;

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
  const end = endOfBrackets(source, open);
  return end === undefined ? undefined : source.slice(start, end);
}

/** Behind the bracket that closes the one at `open`. */
function endOfBrackets(source: string, open: number): number | undefined {
  const closing: string[] = [];
  for (let at = open; at < source.length; at += 1) {
    const character = source[at] ?? "";
    const inTemplate = closing.at(-1) === "`";
    if (inTemplate && character === "\\") at += 1;
    else if (inTemplate && character === "$" && source[at + 1] === "{") {
      closing.push("}");
      at += 1;
    } else if (character === closing.at(-1)) {
      closing.pop();
      if (closing.length === 0) return at + 1;
    } else if (!inTemplate) {
      const skipped = opaqueLength(source, at, open);
      if (skipped > 0) at += skipped - 1;
      else if (character === "`") closing.push("`");
      else if ("([{".includes(character)) closing.push({ "(": ")", "[": "]", "{": "}" }[character] ?? "");
    }
  }
  return undefined;
}

function opaqueLength(source: string, at: number, from: number): number {
  const character = source[at];
  if (character !== '"' && character !== "'" && character !== "/") return 0;
  const before = source.slice(Math.max(from, at - 100), at);
  const patterns = character === "/" && beforeRegExp.test(before) ? [...opaque, regExp] : opaque;
  for (const pattern of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0].length;
    if (found !== undefined) return found;
  }
  return 0;
}
