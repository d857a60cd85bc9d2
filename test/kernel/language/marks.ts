// Reads marks such as ⟪1⟫ or ⟪1,3⟫ out of a case's text: the places that a traceback must name, in the order of their
// numbers. Lines and columns count from 1, columns in UTF-16 units, as JavaScript does.

export interface MarkedPlace {
  number: number;
  line: number;
  column: number;
  /** The file's name, or the cell's number within its case as "[1]". */
  where: string;
}

export function readMarks(marked: string): { text: string; places: MarkedPlace[] } {
  const places: MarkedPlace[] = [];
  let text = "";
  let from = 0;
  for (const mark of marked.matchAll(/⟪([\d,]+)⟫/g)) {
    text += marked.slice(from, mark.index);
    from = mark.index + mark[0].length;
    const lines = text.split(/\r\n|\n/);
    for (const number of (mark[1] ?? "").split(","))
      places.push({ number: Number(number), line: lines.length, column: (lines.at(-1) ?? "").length + 1, where: "" });
  }
  return { text: text + marked.slice(from), places };
}
