// Runs one magic line of a cell. Called by execution, in the order of the cell.
import type { PagePayload } from "../../protocol/replies.js";
import { unlessStopped } from "../cell-failure.js";
import { inspectionBundle } from "../inspection-text.js";
import type { Running } from "../running.js";
import type { Session } from "../session.js";
import type { MagicStep } from "./magic-lines.js";
import { described, findMagic } from "./magic-table.js";

export async function runMagic(
  session: Session,
  running: Running,
  step: MagicStep,
  payload: PagePayload[],
): Promise<void> {
  if (step.kind === "magic") {
    await findMagic(step.name).run({ session, running, argument: step.argument.trim(), described });
    return;
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
