// `%help`: which magics there are.
import type { Magic } from "./magic.js";

const page = { usage: "?NAME, NAME?, ??NAME", summary: "show type and documentation; with ?? also the source" };

export const help: Magic = {
  name: "help",
  usage: "%help",
  summary: "list the magics",
  async run({ running, described }) {
    const entries = [...described, page];
    const width = Math.max(...entries.map(({ usage }) => usage.length));
    running.cell.print("stdout", entries.map(({ usage, summary }) => `${usage.padEnd(width)}  ${summary}\n`).join(""));
  },
};
