// `%help`: which magics there are.
import type { Magic } from "./magic.js";

/** What magic-head takes care of itself. */
const time = { usage: "%time CODE, %%time", summary: "run the code, or the cell, and print how long it took" };
const page = { usage: "?NAME, NAME?, ??NAME", summary: "show type and documentation; with ?? also the source" };

export const help: Magic = {
  name: "help",
  usage: "%help",
  summary: "list the magics",
  async run({ running, magics }) {
    const entries = [...[...magics, time].sort((a, b) => a.usage.localeCompare(b.usage)), page];
    const width = Math.max(...entries.map(({ usage }) => usage.length));
    running.cell.print("stdout", entries.map(({ usage, summary }) => `${usage.padEnd(width)}  ${summary}\n`).join(""));
  },
};
