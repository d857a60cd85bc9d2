// How an evaluation looks in a notebook: accuracy with its interval, the report, and the confusion matrix with its shares as
// shades. As text and as tables: charts are ml.plot's, which knows nothing of training.
import { escapeHTML } from "../engine/escape-html.js";
import { mistakesAsText } from "../metrics/frequent-mistakes.js";
import { tableAsText } from "../metrics/table.js";
import type { Evaluation } from "./evaluation.js";

/** More are told by their most frequent mistakes. */
const mostClasses = 30;

export function showEvaluation(evaluation: Evaluation): { "text/plain": string; "text/html": string } {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const { accuracy, interval, yTrue, report, confusionMatrix: matrix } = evaluation;
  const head = `accuracy ${percent(accuracy)} (95 % interval ${percent(interval.low)} to ${percent(interval.high)}), ${yTrue.length} samples`;
  const names = matrix.map((_, i) => evaluation.classNames[i] ?? String(i));
  const scores = bundleOf(report);
  const isReadable = names.length <= mostClasses;
  const mistakes = mistakesAsText(matrix, (i) => names[i] ?? "", String);
  const rows = matrix.map((row, i) => ({ name: names[i] ?? "", cells: row.map(String) }));
  const text = isReadable ? tableAsText({ caption, columns: names, rows }) : mistakes;
  const html = isReadable ? shadedTable(matrix, names) : `<pre>${escapeHTML(mistakes)}</pre>`;
  return {
    "text/plain": [head, scores["text/plain"] ?? "", text].join("\n\n"),
    "text/html": [`<p>${head}</p>`, scores["text/html"] ?? "", html].join("\n"),
  };
}

const caption = "rows true, columns predicted";

/** The shade of a cell is its share of the true class; on light and dark ground, the number stays readable. */
function shadedTable(matrix: readonly (readonly number[])[], names: readonly string[]): string {
  const isUpright = names.length <= 6 || Math.max(...names.map((name) => name.length)) <= 4;
  const turned = isUpright ? "" : ' style="writing-mode:vertical-rl;transform:rotate(180deg);text-align:left"';
  const heads = names.map((name) => `<th${turned}>${escapeHTML(name)}</th>`).join("");
  const rows = matrix.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const cells = row.map((count) => {
      const shade = count === 0 ? "opacity:0.5" : `background:rgba(33,113,181,${shadeOf(count / total)})`;
      return `<td style="text-align:center;${shade}">${count}</td>`;
    });
    return `<tr><th>${escapeHTML(names[i] ?? "")}</th>${cells.join("")}</tr>`;
  });
  return `<table><caption>${caption}</caption><thead><tr><th></th>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function shadeOf(share: number): string {
  return (0.08 + 0.72 * share).toFixed(2);
}

function bundleOf(value: object): Record<string, string> {
  const show = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")];
  return typeof show === "function" ? (show as () => Record<string, string>).call(value) : {};
}
