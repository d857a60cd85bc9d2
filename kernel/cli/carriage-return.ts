// What a terminal would show of a stream: a carriage return goes to the start of the line, a backspace one back, and
// what follows overwrites. Progress bars rely on it; JupyterLab saves streams the same way. Used by notebook-outputs.ts.

export function applyOverwrites(text: string): string {
  if (!/[\r\b]/.test(text)) return text;
  return text.replace(/\r+\n/g, "\n").split("\n").map(overwriteLine).join("\n");
}

function overwriteLine(line: string): string {
  if (!/[\r\b]/.test(line)) return line;
  // At the end they have overwritten nothing yet, but what comes next will: they stay.
  const trailing = /[\r\b]*$/.exec(line)?.[0] ?? "";
  const shown: string[] = [];
  let column = 0;
  for (const character of line.slice(0, line.length - trailing.length)) {
    if (character === "\r") column = 0;
    else if (character === "\b") column = Math.max(0, column - 1);
    else shown[column++] = character;
  }
  return shown.join("") + trailing;
}
