// `%time`: it belongs to the statement behind it, so magic-lines takes it out and execution measures. Here is what is said of it.
import type { MagicDescription } from "./magic.js";

export const time: MagicDescription = {
  name: "time",
  usage: "%time CODE, %%time",
  summary: "print how long the statement took, or the rest of the cell",
};
