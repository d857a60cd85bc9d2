// `%typecheck on|off`: whether type errors stop a cell.
import { CellFailure, unlessStopped } from "../cell-failure.js";
import type { Magic } from "./magic.js";

export const typecheck: Magic = {
  name: "typecheck",
  usage: "%typecheck [on|off]",
  summary: "whether a type error stops a cell before it runs; without an argument: say which",
  async run({ session, running, argument }) {
    const language = await unlessStopped(session.language, running.signal);
    if (argument === "on" || argument === "off") language.typecheck = argument === "on";
    else if (argument !== "") {
      throw CellFailure.of("MagicError", `invalid argument of %typecheck; expected on, off or nothing: ${argument}`);
    }
    const state = language.typecheck ? "on: a type error stops a cell before it runs" : "off: only syntax is checked";
    running.cell.print("stdout", `Type checking is ${state}.\n`);
  },
};
