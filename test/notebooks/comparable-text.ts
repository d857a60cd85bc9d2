// What two runs of a notebook must agree in: all that a cell shows as text, less what a clock or the machine decides. Those
// are known by their unit (12 ms, 340 images/s, 31 MB), by the name beside them (seconds: 1.2), or by the head of their
// column; and there are addresses of servers, temporary folders, dates and random ids. Used by lessons.test.ts.

const number = String.raw`-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?`;

/** A name that says that its value is a time, a rate or a share of memory. */
const measured = String.raw`(?:\w*[sS]econds?|\w*[mM]illiseconds|seconds?|\w*PerSecond|latency|median|p50|p9[059]|uptime|duration|took)`;

const varying: readonly [what: RegExp, instead: string][] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of tracebacks begin with one
  [/\u001b\[[\d;]*m/g, ""],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?/g, "DATE"],
  [/\b\d\d?:\d\d:\d\d(\.\d+)?( [AP]M)?\b/g, "TIME"],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "ID"],
  [/\b(127\.0\.0\.1|localhost|\[::1\]):\d+/g, "$1:PORT"],
  // Of every system's temporary folder, up to the blank or quote behind it.
  [/(?:\/private)?(?:\/tmp\/|\/var\/folders\/|[A-Z]:\\[^\s'"]*\\Temp\\)[^\s'"`)]*/g, "FOLDER"],
  [new RegExp(`${number}\\s*(?:ns|µs|ms|s|min \\d+ s|KB|MB|GB|seconds?|minutes?)(?![\\w/])`, "g"), "MEASURED"],
  [
    new RegExp(`${number}\\s*\\w*\\s?(?:/s\\b|a second\\b|per second\\b|times faster\\b|× faster\\b| as fast\\b)`, "g"),
    "MEASURED",
  ],
  [new RegExp(`\\b(${measured}['"]?\\s*[:=]?\\s+)${number}`, "g"), "$1MEASURED"],
];

/** One line a row; blanks and rules, whose lengths follow the widest number of a column, count once. */
export function comparable(text: string): string {
  const plain = varying.reduce((rest, [what, instead]) => rest.replace(what, instead), withoutMeasuredColumns(text));
  return plain
    .replace(/[─━═-]{3,}/g, "---")
    .split("\n")
    .map((line) => line.trim().replace(/\s+/g, " "))
    .join("\n")
    .trim();
}

/** The words alone: each list of numbers counts as one, since its length may follow from them too. */
export function wordsOf(text: string): string {
  const one = `(?:${number}|MEASURED|NaN|[█▏▎▍▌▋▊▉]+)`;
  const between = "[\\s,;:·|%(){}\\[\\]\"'/×=.…-]*";
  return comparable(text).replace(new RegExp(`${one}(?:${between}${one})*`, "g"), "#");
}

/** Tables of text have their columns two blanks apart; the head of a first column of names may be empty, so they count from the end. */
function withoutMeasuredColumns(text: string): string {
  let columns: readonly number[] = [];
  const cells = (line: string) => line.trim().split(/\s{2,}/);
  return text
    .split("\n")
    .map((line) => {
      const row = cells(line);
      const found = row.flatMap((head, i) => (new RegExp(`^${measured}$`).test(head) ? [row.length - i] : []));
      if (row.length > 1 && found.length > 0) columns = found;
      else if (line.trim() === "") columns = [];
      else if (columns.length > 0)
        return row.map((cell, i) => (columns.includes(row.length - i) ? "MEASURED" : cell)).join("  ");
      return line;
    })
    .join("\n");
}
