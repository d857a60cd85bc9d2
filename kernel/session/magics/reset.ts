// `%reset`: forget what cells declared, all of it or the named variables.
import { CellFailure, unlessStopped } from "../cell-failure.js";
import type { Magic } from "./magic.js";

export const reset: Magic = {
  name: "reset",
  usage: "%reset [NAME…]",
  summary: "forget everything that cells declared, or only these names",
  async run({ session, running: { cell, signal }, argument }) {
    const language = await unlessStopped(session.language, signal);
    const known = (
      await unlessStopped(
        session.compiler.run(async () => language.names()),
        signal,
      )
    ).map(({ name }) => name);
    const named = argument.split(/[\s,]+/).filter((name) => name !== "");
    const unknown = named.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      throw CellFailure.of("MagicError", `no cell has declared ${unknown.join(", ")}; %who lists what there is`);
    }
    await unlessStopped(session.worker.ready(), signal);
    const forgotten = named.length > 0 ? named : known;
    session.worker.send(named.length > 0 ? { type: "forget", names: named } : { type: "forget" });
    const forgetting = session.compiler.run(() => language.forget(named.length > 0 ? named : undefined));
    await unlessStopped(forgetting, signal);
    const amount = forgotten.length === 1 ? "1 name" : `${forgotten.length} names`;
    cell.print("stdout", forgotten.length > 0 ? `Forgot ${amount}: ${forgotten.join(", ")}\n` : "Nothing to forget.\n");
  },
};
