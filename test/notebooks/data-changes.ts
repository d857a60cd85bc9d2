// What a lesson's text says to change for other pictures: "`this` becomes `that`", "`this` is `that`", first for clothes, then for
// photographs.
import type { Notebook } from "../../kernel/cli/notebook.js";

export type Change = readonly [from: string, to: string];

const digits = "ml.data.mnist({";
/** What a reader is told to write instead of what is there. */
export const pair = /`([^`\n]+)` (?:becomes|is) `([^`\n]+)`/g;

/** By what the pictures show; empty where a lesson has no data. */
export function changesOf({ cells }: Notebook): Map<string, Change[]> {
  const lines = cells.filter(({ cell_type }) => cell_type === "markdown").flatMap(({ source }) => source.split("\n"));
  const line = lines.find((one) => one.includes(`\`${digits}\` becomes`));
  const changes = new Map<string, Change[]>();
  if (line === undefined) return changes;
  const [ofClothes = "", ofPhotographs] = line.split(/For (?:colour )?photographs it becomes /);
  const pairs = (text: string) => Array.from(text.matchAll(pair), ([, from = "", to = ""]): Change => [from, to]);
  changes.set("clothes", pairs(ofClothes));
  const first = /^`([^`]+)`/.exec(ofPhotographs ?? "")?.[1];
  if (ofPhotographs !== undefined && first !== undefined)
    changes.set("photographs", [[digits, first], ...pairs(ofPhotographs)]);
  return changes;
}

/** @throws when there is nothing to change: the text then speaks of other code */
export function changed(notebook: Notebook, changes: readonly Change[]): Notebook {
  const found = new Set<Change>();
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    let { source } = cell;
    for (const change of changes) {
      if (source.includes(change[0])) found.add(change);
      source = source.replaceAll(...change);
    }
    return { ...cell, source };
  });
  const missed = changes.filter((change) => !found.has(change)).map(([from]) => from);
  if (missed.length > 0) throw new Error(`no cell has ${missed.join(", ")}`);
  return { ...notebook, cells };
}
