// Runs the magic lines of a cell, in order, before its code. Called by execution.
import type { PagePayload } from "../../protocol/replies.js";
import { unlessStopped } from "../cell-failure.js";
import { inspectionBundle } from "../inspection-text.js";
import type { Running } from "../running.js";
import type { Session } from "../session.js";
import type { MagicHead } from "./magic-head.js";
import { described, findMagic } from "./magic-table.js";

export async function runMagicHead(
  session: Session,
  running: Running,
  head: MagicHead,
  payload: PagePayload[],
): Promise<void> {
  for (const step of head.steps) {
    if (step.kind === "magic") {
      await findMagic(step.name).run({ session, running, argument: step.argument.trim(), described });
      continue;
    }
    const { expression, detail } = step;
    const language = await unlessStopped(session.language, running.signal);
    const inspection = await unlessStopped(
      session.compiler.run(() => language.inspect(expression, expression.length, detail)),
      running.signal,
    );
    // A page shows both; JupyterLab's pager reads text/plain, which has the colours.
    if (inspection) payload.push({ source: "page", data: inspectionBundle(inspection), start: 0 });
    else running.cell.print("stdout", `Object \`${expression}\` not found.\n`);
  }
}
