// The pattern of a history search: `*` any text, `?` one character, `[a-z]` one of these; the whole input must match,
// and case counts, as in IPython (SQLite's GLOB). Used by History.

export function globPattern(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    const set = character === "[" ? /^\[(\^?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null;
    if (character === "*") source += "[^]*";
    else if (character === "?") source += "[^]";
    else if (set) {
      source += `[${set[1]}${(set[2] ?? "").replace(/[\\\]^[]/g, "\\$&")}]`;
      at += set[0].length - 1;
    } else source += character.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  }
  try {
    return new RegExp(`^${source}$`, "u");
  } catch {
    // A set that makes no sense, such as [z-a], matches nothing.
    return /^(?!)/;
  }
}
