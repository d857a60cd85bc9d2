// What an output may be made of, so that GitHub, VS Code and a page without JavaScript show it: text, HTML without scripts,
// PNG, and a Vega-Lite chart only beside its picture. And how large it may be. Used by the tests of lessons.
import { type CodeCell, formatNotebook, type Notebook } from "../../kernel/cli/notebook.js";
import { codeCells } from "./notebook-run.js";

const plain = ["text/plain", "text/html", "image/png"];
const chart = "application/vnd.vegalite.v5+json";

/** Bytes of a cell's outputs in the file; what `ml.plot` holds to. */
const mostBytes = 100_000;

/** Displays that need more than a plain page, and large ones, as sentences. */
export function displayProblems(notebook: Notebook): string[] {
  return codeCells(notebook).flatMap((cell) => {
    const problems = cell.outputs.flatMap((output) => ("data" in output ? bundleProblems(output.data) : []));
    const bytes = bytesInFile(cell);
    if (bytes > mostBytes) problems.push(`its outputs take ${bytes} bytes of the file`);
    return problems.map((problem) => `${cell.id}: ${problem}`);
  });
}

function bundleProblems(data: Record<string, unknown>): string[] {
  const types = Object.keys(data);
  const problems = types
    .filter((type) => type !== chart && !plain.includes(type))
    .map((type) => `${type} is not shown everywhere`);
  if (!types.includes("text/plain")) problems.push("no text/plain beside it");
  if (types.includes(chart) && !types.includes("image/png")) problems.push("a chart without its picture");
  const html = String(data["text/html"] ?? "");
  // An image in the text that is not in the file itself would be fetched from elsewhere.
  if (/<(script|iframe|object|embed|svg|link)\b|\son\w+=|src="(?!data:)/i.test(html))
    problems.push("HTML that GitHub takes away");
  return problems;
}

function bytesInFile(cell: CodeCell): number {
  const size = (outputs: CodeCell["outputs"]) =>
    Buffer.byteLength(formatNotebook({ cells: [{ ...cell, outputs }], metadata: {} }));
  return size(cell.outputs) - size([]);
}
