// What a data set looks like in a notebook: size, shape, how many samples each class has, and some of them: as text and as a
// table with pictures.
import { escapeHTML } from "../engine/escape-html.js";
import type { Dataset } from "./dataset.js";
import { sampleStrips } from "./sample-strips.js";

const MOST_CLASSES_SHOWN = 20;

/** How many samples each class has. */
export function classBalance({ classNames, labels }: Pick<Dataset, "classNames" | "labels">): readonly number[] {
  const counts = new Array<number>(classNames.length).fill(0);
  if (counts.length) for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

export async function showDataset(dataset: Dataset): Promise<{ "text/plain": string; "text/html": string }> {
  const { length, shape, dtype, classNames } = dataset;
  const classes = classNames.length
    ? `, ${classNames.length} classes`
    : `, values to predict: ${range(dataset.labels)}`;
  const caption = `${length.toLocaleString("en")} samples of [${shape.join(", ")}] ${dtype}${classes}`;
  const counts = dataset.classCounts.slice(0, MOST_CLASSES_SHOWN);
  const most = Math.max(1, ...counts);
  const rows = counts.map((count, i) => {
    const share = length ? `${((100 * count) / length).toFixed(1)} %` : "–";
    return { name: classNames[i] ?? "", count: String(count), share, bar: "█".repeat(Math.round((20 * count) / most)) };
  });
  const more = classNames.length - rows.length;
  const width = (key: "name" | "count" | "share") => Math.max(0, ...rows.map((row) => row[key].length));
  const [nameWidth, countWidth, shareWidth] = [width("name"), width("count"), width("share")];
  const text = rows.map(({ name, count, share, bar }) =>
    `${name.padEnd(nameWidth)}  ${count.padStart(countWidth)}  ${share.padStart(shareWidth)}  ${bar}`.trimEnd(),
  );
  const strips = await sampleStrips(dataset, rows.length);
  const html = rows.map(({ name, count, share, bar }, i) => {
    const strip = strips[i] === undefined ? "" : `<td style="text-align:left">${strips[i]}</td>`;
    // Half as long as in text: the pictures need the room.
    const half = "█".repeat(Math.ceil(bar.length / 2));
    const cells = `<td>${count}</td><td style="white-space:nowrap">${share}</td><td style="text-align:left">${half}</td>`;
    return `<tr><th>${escapeHTML(name)}</th>${cells}${strip}</tr>`;
  });
  const rest = more > 0 ? `… ${more} more classes` : "";
  const heads = ["class", "samples", "share", "", ...(strips.length ? [""] : [])].map((head) => `<th>${head}</th>`);
  const head = escapeHTML([caption, ...(rest ? [rest] : [])].join(" "));
  const table = `<thead><tr>${heads.join("")}</tr></thead><tbody>${html.join("")}</tbody>`;
  return {
    "text/plain": [caption, ...text, ...(rest ? [rest] : [])].join("\n"),
    "text/html": rows.length ? `<table><caption>${head}</caption>${table}</table>` : `<p>${head}</p>${strips.join("")}`,
  };
}

function range(values: ArrayLike<number>): string {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i] ?? least);
    most = Math.max(most, values[i] ?? most);
  }
  return values.length ? `${Number(least.toPrecision(6))} to ${Number(most.toPrecision(6))}` : "none";
}
