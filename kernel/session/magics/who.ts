// `%who`: the variables that cells declared, with their types and values.
import { unlessStopped } from "../cell-failure.js";
import type { Magic } from "./magic.js";

export const who: Magic = {
  name: "who",
  usage: "%who",
  summary: "list the variables that cells declared",
  async run({ session, running: { cell, signal } }) {
    const language = await unlessStopped(session.language, signal);
    const known = await unlessStopped(
      session.compiler.run(async () => language.names()),
      signal,
    );
    const names = known.filter(({ value }) => value);
    if (names.length === 0) return cell.print("stdout", "No cell has declared a variable yet.\n");
    await unlessStopped(session.worker.ready(), signal);
    const variables = await unlessStopped(session.worker.variables(names.map(({ name }) => name)), signal);
    const rows = variables.map(({ name, type, summary }) => [name, type, summary.replace(/\s+/g, " ")] as const);
    const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    for (const [name, type, summary] of rows) {
      const line = `${name.padEnd(widths[0] ?? 0)}  ${type.padEnd(widths[1] ?? 0)}  ${summary}`;
      cell.print("stdout", `${line.trimEnd()}\n`);
    }
  },
};
