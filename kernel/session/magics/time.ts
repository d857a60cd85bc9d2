// `%time`: it belongs to the code behind it, so magic-head takes it out and execution measures. Here is what is said of it.
import type { MagicDescription } from "./magic.js";

export const time: MagicDescription = {
  name: "time",
  usage: "%time CODE, %%time",
  summary: "run the code, or the cell, and print how long it took",
};
