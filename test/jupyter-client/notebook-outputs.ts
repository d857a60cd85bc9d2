// What a notebook would show of the messages of one cell: streams joined, clear_output obeyed, displays updated. Used by
// the test client only.
import type { Message } from "../../kernel/protocol/message.js";

export interface NotebookOutput {
  type: "stream" | "display_data" | "execute_result" | "error";
  /** Only streams. */
  name?: string;
  text?: string;
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  executionCount?: number;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

interface Shown extends NotebookOutput {
  displayId?: unknown;
}

export function notebookOutputs(messages: readonly Message[]): NotebookOutput[] {
  let shown: Shown[] = [];
  let clearNext = false;
  for (const { header, content } of messages) {
    if (header.msg_type === "clear_output") {
      if (content.wait === true) clearNext = true;
      else shown = [];
      continue;
    }
    const output = outputOf(header.msg_type, content);
    if (output === undefined) continue;
    if (header.msg_type === "update_display_data") {
      for (const one of shown) {
        if (one.displayId !== undefined && one.displayId === output.displayId)
          Object.assign(one, { data: output.data });
      }
      continue;
    }
    if (clearNext) shown = [];
    clearNext = false;
    const last = shown.at(-1);
    if (output.type === "stream" && last?.type === "stream" && last.name === output.name) {
      last.text = `${last.text}${output.text}`;
    } else shown.push(output);
  }
  return shown.map(({ displayId: _, ...output }) => output);
}

function outputOf(type: string, content: Record<string, unknown>): Shown | undefined {
  const transient = content.transient as { display_id?: unknown } | undefined;
  const bundle = () => ({
    data: content.data as Record<string, unknown>,
    metadata: content.metadata as Record<string, unknown>,
    ...(transient?.display_id === undefined ? {} : { displayId: transient.display_id }),
  });
  switch (type) {
    case "stream":
      return { type, name: String(content.name), text: String(content.text) };
    case "display_data":
      return { type, ...bundle() };
    case "update_display_data":
      return { type: "display_data", ...bundle() };
    case "execute_result":
      return { type, ...bundle(), executionCount: Number(content.execution_count) };
    case "error":
      return {
        type,
        ename: String(content.ename),
        evalue: String(content.evalue),
        traceback: content.traceback as string[],
      };
    default:
      return undefined;
  }
}
