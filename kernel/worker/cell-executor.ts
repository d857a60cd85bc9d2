// Runs what the session sends, one piece of work after the other, and sends what becomes of it. Stop may end a cell at any
// point, with all JavaScript on the stack: then `interrupted` finishes it, and nothing here is needed to go on.
import type { CellError, CompiledCell, ExpressionResult, MimeBundle, ToWorker } from "../ipc/cell-messages.js";
import { CellRun, runIn, setLatestRun } from "./cell-run.js";
import type { CodeRunner } from "./code-runner.js";
import { uninterrupted } from "./critical.js";
import { isHandle } from "./display.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";
import { macrotask } from "./macrotask.js";
import { mimeBundle } from "./mime-bundle.js";
import type { Outbox } from "./outbox.js";
import { pictureSize } from "./picture-size.js";
import { breakable } from "./runtime.js";
import type { StackFrame } from "./stack-frames.js";
import type { Tracebacks } from "./traceback.js";
import type { Variables } from "./variables.js";

type ExecuteMessage = Extract<ToWorker, { type: "execute" }>;
type EvaluateMessage = Extract<ToWorker, { type: "evaluate" }>;
type Status = "ok" | "error" | "interrupted";

interface Work {
  run: CellRun;
  /** Its place in the order in which the session sends work, from 1. */
  number: number;
  /** Names that the code uses. */
  boxes: string[];
  /** Resolves when the work is done; may never. */
  start(): Promise<void>;
  /** Sends how it ended. */
  end(status: Status, error: CellError | undefined): void;
}

export interface ExecutorParts {
  runner: CodeRunner;
  outbox: Outbox;
  tracebacks: Tracebacks;
  variables: Variables;
  /** Calls back when the preloaded ones of these names have their values; at once where they have. */
  whenLoaded(names: readonly string[], ready: () => void): void;
  /** A cell is over. */
  ended(run: CellRun): void;
}

export class CellExecutor {
  readonly #parts: ExecutorParts;
  #current: Work | undefined;
  readonly #queue: Work[] = [];
  #received = 0;
  /** Work up to this number was stopped, also what had not come when Stop did. */
  #stoppedUpTo = 0;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  /** The cell that runs. */
  get current(): CellRun | undefined {
    return this.#current?.run;
  }

  /** The place of what runs in the order in which the session sends work, from 1; 0 where nothing runs. */
  get currentNumber(): number {
    return this.#current?.number ?? 0;
  }

  /** Whether what runs is meant by a Stop of this number; where nothing runs, whatever does is. */
  isMeant(number: number): boolean {
    return this.#current === undefined || this.#current.number <= number;
  }

  /** What waits, or comes late, ends before it begins if its number is not beyond this one. */
  stopUpTo(number: number): void {
    this.#stoppedUpTo = Math.max(this.#stoppedUpTo, number);
  }

  execute({ code, cell, allowStdin }: ExecuteMessage): void {
    const { outbox, variables } = this.#parts;
    const run = new CellRun({ id: cell, count: code.count, allowStdin });
    this.#add({
      run,
      boxes: code.boxes,
      start: () => this.#runCell(run, code),
      end: (status, error) => {
        const unassigned = variables.unassigned(code.declares, code.count);
        outbox.send({ type: "done", cell, status, unassigned, ...(error && { error }) });
      },
    });
  }

  evaluate({ cell, expressions }: EvaluateMessage): void {
    const run = new CellRun({ id: cell, count: 0, allowStdin: false });
    const results: Record<string, ExpressionResult> = {};
    this.#add({
      run,
      boxes: Object.values(expressions).flatMap((code) => ("code" in code ? code.boxes : [])),
      start: () => this.#runExpressions(run, expressions, results),
      end: (_status, error) => {
        // Those that Stop took the time from fail as it does.
        for (const name of Object.keys(expressions)) if (error) results[name] ??= { status: "error", ...error };
        this.#parts.outbox.send({ type: "expressions", cell, results });
      },
    });
  }

  /** Ends the cell that runs, if it is still this one: Stop has broken it off. */
  interrupted(run: CellRun, at: StackFrame[]): void {
    if (this.current === run) this.#end("interrupted", this.#parts.tracebacks.of(new KeyboardInterrupt(), at));
  }

  #add(work: Omit<Work, "number">): void {
    this.#received += 1;
    this.#queue.push({ ...work, number: this.#received });
    this.#next();
  }

  #next(): void {
    if (this.#current) return;
    const work = this.#queue.shift();
    if (!work) return;
    const { run, boxes } = work;
    this.#current = work;
    setLatestRun(run);
    if (work.number <= this.#stoppedUpTo) {
      this.interrupted(run, []);
      return;
    }
    this.#parts.whenLoaded(boxes, () => {
      macrotask(() => {
        // Unless it was stopped before it began.
        if (this.current === run) runIn(run, () => void work.start());
      });
    });
  }

  async #runCell(run: CellRun, code: CompiledCell): Promise<void> {
    try {
      const result = await this.#parts.runner.run(run, code);
      if (!this.#goesOn(run)) return;
      if ("error" in result) throw result.error;
      if (result.value !== undefined && !isHandle(result.value)) {
        const data = await bundleOf(result.value);
        this.#parts.outbox.show(run, { type: "result", cell: run.id, data, metadata: pictureSize(data) });
      }
    } catch (error) {
      if (this.#goesOn(run)) this.#end("error", this.#parts.tracebacks.of(error));
      return;
    }
    if (this.#goesOn(run)) this.#end("ok", undefined);
  }

  async #runExpressions(
    run: CellRun,
    expressions: EvaluateMessage["expressions"],
    results: Record<string, ExpressionResult>,
  ): Promise<void> {
    for (const [name, code] of Object.entries(expressions)) {
      if (!("code" in code)) {
        results[name] = { status: "error", ...code };
        continue;
      }
      try {
        const result = await this.#parts.runner.run(run, code);
        if (!this.#goesOn(run)) return;
        if ("error" in result) throw result.error;
        results[name] = { status: "ok", data: await bundleOf(result.value), metadata: {} };
      } catch (error) {
        results[name] = { status: "error", ...this.#parts.tracebacks.of(error) };
      }
      if (!this.#goesOn(run)) return;
    }
    this.#end("ok", undefined);
  }

  /** Whether this is still what runs, and not stopped: then Stop ends it, and not its own code. */
  #goesOn(run: CellRun): boolean {
    return this.current === run && !run.isStopped;
  }

  #end(status: Status, error: CellError | undefined): void {
    uninterrupted(() => {
      const work = this.#current;
      if (!work) return;
      this.#current = undefined;
      work.run.state = status === "interrupted" ? "stopped" : "done";
      work.end(status, error);
      this.#parts.ended(work.run);
      this.#next();
    });
  }
}

async function bundleOf(value: unknown): Promise<MimeBundle> {
  const made = mimeBundle(value);
  return made instanceof Promise ? ((await breakable(made)) as MimeBundle) : made;
}
