// Runs a notebook's code cells in order, as nbclient does, and keeps what they show. Called by run.ts, which reads the
// file before and writes it after, and by notebook-tests.ts.
import type { Message } from "../transport/client-sockets.js";
import type { ChildKernel } from "./child-kernel.js";
import type { CodeCell, Notebook } from "./notebook.js";
import { NotebookOutputs } from "./notebook-outputs.js";

export type RunEnd =
  | { kind: "done" }
  | { kind: "error"; cell: CodeCell; traceback: string[] }
  /** Only where `isRaisingRequired`. */
  | { kind: "no error"; cell: CodeCell }
  | { kind: "timeout"; cell: CodeCell }
  | { kind: "interrupted"; cell: CodeCell }
  | { kind: "died"; cell: CodeCell; end: string };

export interface RunOptions {
  /** Seconds for each cell; undefined: as long as it takes. */
  timeout: number | undefined;
  /** Ctrl-C. */
  signal: AbortSignal;
  /** Whether a cell tagged `raises-exception` must raise one, and not only may. */
  isRaisingRequired?: boolean;
  onStart(cell: CodeCell): void;
  onEnd(cell: CodeCell): void;
}

/** How long an interrupted cell has to end before its kernel is taken away. */
const graceMs = 10_000;

/** The code cells that are run: those with code in them, less those tagged `skip-execution`. */
export function cellsToRun(notebook: Notebook): CodeCell[] {
  return notebook.cells.filter(
    (cell): cell is CodeCell =>
      cell.cell_type === "code" && cell.source.trim() !== "" && !hasTag(cell, "skip-execution"),
  );
}

export async function runNotebook(notebook: Notebook, kernel: ChildKernel, options: RunOptions): Promise<RunEnd> {
  const cells = cellsToRun(notebook);
  const outputs = new NotebookOutputs();
  // All of them at once, so that after an error no cell shows a result of an earlier run.
  for (const cell of cells) outputs.begin(cell);
  const cellOf = new Map<string, CodeCell>();
  const idle = new Map<string, () => void>();
  kernel.onPublished(({ header, parentHeader, content }) => {
    const id = String(parentHeader.msg_id);
    const cell = cellOf.get(id);
    if (header.msg_type === "status" && content.execution_state === "idle") idle.get(id)?.();
    // Also what an earlier cell's timer prints now goes to that cell.
    else if (cell) outputs.receive(cell, { type: header.msg_type, content });
  });
  await describeKernel(notebook, kernel);
  await warmUp(kernel);

  for (const cell of cells) {
    if (options.signal.aborted) return { kind: "interrupted", cell };
    options.onStart(cell);
    const request = kernel.request("shell", "execute_request", {
      code: cell.source,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: !hasTag(cell, "raises-exception"),
    });
    cellOf.set(request.id, cell);
    const allPublished = new Promise<void>((resolve) => idle.set(request.id, resolve));
    const replied = Promise.all([request.reply, allPublished]).then(([reply]) => reply.content);
    const end = await finish(cell, replied, kernel, options);
    idle.delete(request.id);
    options.onEnd(cell);
    if (end) return end;
  }
  return { kind: "done" };
}

/** Waits for one cell; undefined when the next one may run. */
async function finish(
  cell: CodeCell,
  replied: Promise<Message["content"]>,
  kernel: ChildKernel,
  { timeout, signal, isRaisingRequired = false }: RunOptions,
): Promise<RunEnd | undefined> {
  let stopped: "timeout" | "interrupted" | undefined;
  let kill: NodeJS.Timeout | undefined;
  const stop = (why: "timeout" | "interrupted") => {
    stopped ??= why;
    kernel.interrupt();
    kill ??= setTimeout(() => kernel.process.kill("SIGKILL"), graceMs);
  };
  const onAbort = () => stop("interrupted");
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  const timer = timeout === undefined ? undefined : setTimeout(() => stop("timeout"), timeout * 1000);
  try {
    const reply = await Promise.race([replied, kernel.exited.then((end) => ({ died: end }))]);
    if (stopped) return { kind: stopped, cell };
    if ("died" in reply) return { kind: "died", cell, end: String(reply.died) };
    const mayRaise = hasTag(cell, "raises-exception");
    if (reply.status === "ok") return mayRaise && isRaisingRequired ? { kind: "no error", cell } : undefined;
    if (mayRaise) return undefined;
    const traceback = Array.isArray(reply.traceback) ? reply.traceback.map(String) : [];
    return {
      kind: "error",
      cell,
      traceback: traceback.length > 0 ? traceback : [`${reply.ename}: ${reply.evalue}`],
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(kill);
    signal.removeEventListener("abort", onAbort);
  }
}

/** The notebook says which kernel ran it, as a front end writes it down. */
async function describeKernel(notebook: Notebook, kernel: ChildKernel): Promise<void> {
  const { content } = await Promise.race([
    kernel.request("shell", "kernel_info_request", {}).reply,
    kernel.exited.then((end) => ({ content: { language_info: end } })),
  ]);
  if (typeof content.language_info === "object") notebook.metadata.language_info = content.language_info;
}

/** A kernel answers before it can run cells. That its worker is still starting shall not count as the first cell's time. */
async function warmUp(kernel: ChildKernel): Promise<void> {
  const content = { code: "undefined", silent: true, store_history: false, user_expressions: {}, allow_stdin: false };
  await Promise.race([kernel.request("shell", "execute_request", content).reply, kernel.exited]);
}

function hasTag(cell: CodeCell, tag: string): boolean {
  return Array.isArray(cell.metadata.tags) && cell.metadata.tags.includes(tag);
}
