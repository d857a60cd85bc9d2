// Runs compiled cells through tslab's executor, one at a time, and sends what becomes of them. Stop may end a cell at any
// point, with all JavaScript on the stack: then `interrupted` finishes it, and nothing here is needed to go on.
import type { CellError, CompiledCell, ExpressionResult, ToWorker } from "../ipc/cell-messages.js";
import { CellRun, currentRun, runIn, setLatestRun } from "./cell-run.js";
import { uninterrupted } from "./critical.js";
import { isHandle } from "./display.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";
import { macrotask } from "./macrotask.js";
import { mimeBundle } from "./mime-bundle.js";
import type { Outbox } from "./outbox.js";
import { breakable, type Runtime } from "./runtime.js";
import { read } from "./safe-read.js";
import { lineCount, type Scripts } from "./scripts.js";
import type { StackFrame } from "./stack-frames.js";
import type { Tracebacks } from "./traceback.js";
import type { CreateExecutor, TslabCode, TslabExecutor } from "./tslab-modules.js";
import type { Box, Variables } from "./variables.js";

type ExecuteMessage = Extract<ToWorker, { type: "execute" }>;
type EvaluateMessage = Extract<ToWorker, { type: "evaluate" }>;
type CompiledFunction = (runtime: Runtime, ...boxes: Box[]) => Promise<{ value: unknown } | undefined>;

/** Lines that stand above the compiled code in what tslab's executor runs. */
const lineOffset = 1;

interface Execution {
  run: CellRun;
  /** Its place in the order in which the session sends work, from 1. */
  number: number;
  /** Sends how it ended. */
  end(status: "ok" | "error" | "interrupted", error: CellError | undefined): void;
}

export interface ExecutorParts {
  directory: string;
  createExecutor: CreateExecutor;
  outbox: Outbox;
  scripts: Scripts;
  tracebacks: Tracebacks;
  variables: Variables;
  /** What compiled cells import and await through. */
  runtime: Runtime;
  /** Calls back when these preloaded names have their values; at once where they have. */
  whenLoaded(names: readonly string[], ready: () => void): void;
}

export class CellExecutor {
  readonly #parts: ExecutorParts;
  readonly #tslab: TslabExecutor;
  /** What tslab's executor runs next, and what came of it. */
  #code: TslabCode = {
    output: "",
    diagnostics: [],
    hasToplevelAwait: true,
    lastExpressionVar: "outcome",
    declOutput: "",
  };
  #boxes: Box[] = [];
  #outcome: { value: unknown } | undefined;
  #thrown: { error: unknown } | undefined;
  #current: Execution | undefined;
  /** How many pieces of work have come, and how many of them were stopped before they came. */
  #received = 0;
  #stoppedUpTo = 0;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
    const converters = { node: { convert: () => this.#code }, browser: undefined, close() {} };
    this.#tslab = parts.createExecutor(parts.directory, converters, {
      log: (outcome) => {
        if (this.#isCurrent()) this.#outcome = outcome as { value: unknown };
      },
      error: (error) => {
        if (this.#isCurrent()) this.#thrown = { error };
      },
    });
    this.#tslab.locals.run = (code: CompiledFunction) => this.#call(code);
  }

  /** The cell that runs. */
  get current(): CellRun | undefined {
    return this.#current?.run;
  }

  /** Whether what runs is meant by a Stop of this number; where nothing runs, whatever does is. */
  isMeant(number: number): boolean {
    return this.#current === undefined || this.#current.number <= number;
  }

  /** Stop has overtaken what it means: when that comes, it ends at once. */
  stopUpTo(number: number): void {
    this.#stoppedUpTo = Math.max(this.#stoppedUpTo, number);
  }

  execute(message: ExecuteMessage): void {
    const { code, cell: id, allowStdin } = message;
    const run = new CellRun({ id, count: code.count, allowStdin });
    this.#begin(run, (status, error) => {
      const unassigned = this.#parts.variables.unassigned(code.declares, code.count);
      this.#parts.outbox.send({ type: "done", cell: id, status, unassigned, ...(error && { error }) });
    });
    this.#parts.whenLoaded(code.boxes, () => {
      macrotask(() => {
        // Stopped before it began.
        if (this.current === run) runIn(run, () => void this.#runCell(run, code));
      });
    });
  }

  evaluate({ cell: id, expressions }: EvaluateMessage): void {
    const run = new CellRun({ id, count: 0, allowStdin: false });
    const results: Record<string, ExpressionResult> = {};
    this.#begin(run, (_status, error) => {
      // Those that Stop took the time from fail as it does.
      for (const name of Object.keys(expressions)) if (error) results[name] ??= { status: "error", ...error };
      this.#parts.outbox.send({ type: "expressions", cell: id, results });
    });
    const boxes = Object.values(expressions).flatMap((code) => ("code" in code ? code.boxes : []));
    this.#parts.whenLoaded(boxes, () => {
      macrotask(() => {
        if (this.current === run) runIn(run, () => void this.#runExpressions(run, expressions, results));
      });
    });
  }

  /** Ends the cell that runs, if it is still this one: Stop has broken it off. */
  interrupted(run: CellRun, at: StackFrame[] | undefined): void {
    if (this.#current?.run !== run) return;
    this.#end("interrupted", this.#parts.tracebacks.of(new KeyboardInterrupt(), at ?? []));
  }

  async #runCell(run: CellRun, code: CompiledCell): Promise<void> {
    const result = await this.#run(code);
    if (this.#current?.run !== run || run.isStopped) return;
    if ("error" in result) {
      this.#end("error", this.#parts.tracebacks.of(result.error));
      return;
    }
    try {
      await this.#showResult(run, result.value);
    } catch (error) {
      // A value may fail to show itself.
      if (this.#current?.run === run && !run.isStopped) this.#end("error", this.#parts.tracebacks.of(error));
      return;
    }
    if (this.#current?.run === run && !run.isStopped) this.#end("ok", undefined);
  }

  async #showResult(run: CellRun, value: unknown): Promise<void> {
    if (value === undefined || isHandle(value)) return;
    const made = mimeBundle(value);
    const data = made instanceof Promise ? ((await breakable(made)) as Awaited<typeof made>) : made;
    this.#parts.outbox.show(run, { type: "result", cell: run.id, data, metadata: {} });
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
        const result = await this.#run(code);
        if (this.#current?.run !== run || run.isStopped) return;
        if ("error" in result) throw result.error;
        const made = mimeBundle(result.value);
        const data = made instanceof Promise ? ((await breakable(made)) as Awaited<typeof made>) : made;
        results[name] = { status: "ok", data, metadata: {} };
      } catch (error) {
        if (this.#current?.run !== run || run.isStopped) return;
        results[name] = { status: "error", ...this.#parts.tracebacks.of(error) };
      }
    }
    if (this.#current?.run === run && !run.isStopped) this.#end("ok", undefined);
  }

  /** Runs code through tslab; its value is undefined where there is nothing to show. */
  async #run(code: CompiledCell): Promise<{ value: unknown } | { error: unknown }> {
    const { scripts, variables } = this.#parts;
    const { count, source, map } = code;
    const name = scripts.add({ origin: { count }, source, map, lineOffset, lines: lineCount(code.code) });
    const output = `exports.outcome = await exports.run(\n${code.code}\n);\n//# sourceURL=${name}`;
    this.#code = { ...this.#code, output };
    this.#boxes = code.boxes.map((box) => variables.box(box));
    this.#outcome = undefined;
    this.#thrown = undefined;
    await this.#tslab.execute("");
    return this.#thrown ?? this.#outcome ?? { value: undefined };
  }

  /** Whether what runs now is not the rest of a cell that was stopped. */
  #isCurrent(): boolean {
    return currentRun() === this.current;
  }

  async #call(code: CompiledFunction): Promise<{ value: unknown }> {
    const result = await code(this.#parts.runtime, ...this.#boxes);
    // A hostile value would throw when it is awaited for nothing.
    if (typeof read(result?.value, "then") !== "function") return { value: result?.value };
    return { value: await breakable(result?.value) };
  }

  #begin(run: CellRun, end: Execution["end"]): void {
    this.#received += 1;
    this.#current = { run, number: this.#received, end };
    setLatestRun(run);
    if (this.#received <= this.#stoppedUpTo) this.interrupted(run, undefined);
  }

  #end(status: "ok" | "error" | "interrupted", error: CellError | undefined): void {
    uninterrupted(() => {
      const execution = this.#current;
      if (!execution) return;
      this.#current = undefined;
      execution.run.state = status === "interrupted" ? "stopped" : "done";
      execution.end(status, error);
    });
  }
}
