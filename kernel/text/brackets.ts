// Which brackets of a text are open at its end, and where one closes. Reads past strings, templates, comments and regular
// expressions. Used by language, for the indent and for guesses at how a text may go on, and by worker, to quote a call.

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "${": "}" };

/** A name or number, a string's end, or a closing bracket: a slash behind it divides. Behind these names it does not. */
const value = /[\p{ID_Continue}$)\]}"'`]$/u;
const keyword =
  /(?<![.\p{ID_Continue}$])(await|case|delete|do|else|in|instanceof|of|new|return|throw|typeof|void|yield)$/u;
const regularExpression = /\/(?:[^\\/[\n]|\\.|\[(?:[^\\\]\n]|\\.)*\])+\//y;
const string = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y;
const comment = /\/\/.*|\/\*[\s\S]*?\*\//y;
const templateText = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

/** What closes them, the innermost first. */
export function missingClosers(text: string): string[] {
  return scan(text, false)
    .open.reverse()
    .map((bracket) => closers[bracket] ?? "");
}

/** The length up to and with the bracket that closes the one with which the text begins; undefined where none does. */
export function bracketedLength(text: string): number | undefined {
  const { open, end } = scan(text, true);
  return end > 0 && open.length === 0 ? end : undefined;
}

/** @param isFirstOnly ends where the first bracket is closed */
function scan(text: string, isFirstOnly: boolean): { open: string[]; end: number } {
  const open: string[] = [];
  /** The end of the last token. */
  let end = 0;
  const skip = (pattern: RegExp, at: number): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : text.length;
  };
  const template = (at: number): number => {
    const next = skip(templateText, at);
    if (text.slice(next - 2, next) === "${") open.push("${");
    return next;
  };
  for (let at = 0; at < text.length; ) {
    const char = text[at] ?? "";
    if (char === "/" && /[/*]/.test(text[at + 1] ?? "")) {
      at = skip(comment, at);
      continue;
    }
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    if (char === "/" && !divides(text.slice(Math.max(0, end - 20), end))) at = skip(regularExpression, at);
    else if (char === '"' || char === "'") at = skip(string, at);
    else if (char === "`") at = template(at + 1);
    else if (char === "}" && open.at(-1) === "${") {
      open.pop();
      at = template(at + 1);
    } else {
      if (char in closers) open.push(char);
      else if (closers[open.at(-1) ?? ""] === char) open.pop();
      at += 1;
    }
    end = at;
    if (isFirstOnly && open.length === 0) break;
  }
  return { open, end };
}

function divides(before: string): boolean {
  return value.test(before) && !keyword.test(before);
}
