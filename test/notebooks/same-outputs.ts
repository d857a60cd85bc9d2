// Whether two runs of a notebook show the same: the same kinds of output in each cell, and the same text, less what
// comparable-text.ts names. Pictures are made from the numbers that the text tells. Used by lessons.test.ts.
import type { CodeCell, Notebook, Output } from "../../kernel/cli/notebook.js";
import { comparable, wordsOf } from "./comparable-text.js";
import { codeCells, textOf } from "./notebook-run.js";

/**
 * A cell with this tag shows the machine or measures it, or makes much of the last digit of an exponential, which differs between versions of
 * Node (UMAP): its words may differ, not the kinds of output.
 */
const varies = "varies";

/** How closely: "words" where another kind of processor adds up in another order, after which a training's numbers drift apart. */
export type Closeness = "numbers" | "words";

/** Where `run` shows something else than `saved`: cell, line, both texts. */
export function differences(saved: Notebook, run: Notebook, closeness: Closeness = "numbers"): string[] {
  const again = new Map(codeCells(run).map((cell) => [cell.id, cell]));
  return codeCells(saved).flatMap((cell) => {
    const other = again.get(cell.id);
    const found = other === undefined ? "it is not there" : difference(cell, other, closeness);
    return found === undefined ? [] : [`${cell.id}: ${found}`];
  });
}

function difference(saved: CodeCell, run: CodeCell, closeness: Closeness): string | undefined {
  const [before, now] = [saved.outputs.map(kindOf), run.outputs.map(kindOf)];
  if (before.join() !== now.join())
    return `outputs ${now.join("; ") || "none"}; the file has ${before.join("; ") || "none"}`;
  if (Array.isArray(saved.metadata.tags) && saved.metadata.tags.includes(varies)) return undefined;
  const lines = (cell: CodeCell) =>
    cell.outputs
      .map((output) => (closeness === "words" ? wordsOf : comparable)(textOf(output)))
      .join("\n")
      .split("\n");
  const [old, shown] = [lines(saved), lines(run)];
  const at = Array.from({ length: Math.max(old.length, shown.length) }, (_, i) => i).find((i) => old[i] !== shown[i]);
  return at === undefined ? undefined : `${shown[at]}\n  in the file: ${old[at]}`;
}

function kindOf(output: Output): string {
  if (output.output_type === "stream") return output.name;
  return "data" in output ? Object.keys(output.data).sort().join(" ") : "error";
}
