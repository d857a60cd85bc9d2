// Runs compiled code through tslab's executor and gives its value or its error. One piece of code at a time; the rest of a
// stopped cell may still come to an end while the next one runs, and is told apart. Used by the executor.
import type { CompiledCell } from "../ipc/cell-messages.js";
import { type CellRun, currentRun } from "./cell-run.js";
import { breakable, type Runtime } from "./runtime.js";
import { read } from "./safe-read.js";
import { lineCount, type Scripts } from "./scripts.js";
import type { CreateExecutor, TslabCode, TslabExecutor } from "./tslab-modules.js";
import type { Box, Variables } from "./variables.js";

export type CodeResult = { value: unknown } | { error: unknown };

type CompiledFunction = (runtime: Runtime, ...boxes: Box[]) => Promise<{ value: unknown } | undefined>;

export interface CodeRunnerParts {
  directory: string;
  createExecutor: CreateExecutor;
  scripts: Scripts;
  variables: Variables;
  /** What compiled cells import and await through. */
  runtime: Runtime;
}

/** Lines that stand above the compiled code in what tslab's executor runs. */
const lineOffset = 1;

export class CodeRunner {
  readonly #parts: CodeRunnerParts;
  readonly #tslab: TslabExecutor;
  /** What runs, for whom, and what came of it. */
  #run: CellRun | undefined;
  #code: TslabCode = {
    output: "",
    diagnostics: [],
    hasToplevelAwait: true,
    lastExpressionVar: "outcome",
    declOutput: "",
  };
  #boxes: Box[] = [];
  #result: CodeResult = { value: undefined };

  constructor(parts: CodeRunnerParts) {
    this.#parts = parts;
    const converters = { node: { convert: () => this.#code }, browser: undefined, close() {} };
    this.#tslab = parts.createExecutor(parts.directory, converters, {
      log: (outcome) => this.#settle(outcome as { value: unknown }),
      error: (error) => this.#settle({ error }),
    });
    this.#tslab.locals.run = (code: CompiledFunction) => this.#call(code);
  }

  async run(run: CellRun, code: CompiledCell): Promise<CodeResult> {
    const { scripts, variables } = this.#parts;
    const { number, source, map } = code;
    const name = scripts.add({ origin: { count: number }, source, map, lineOffset, lines: lineCount(code.code) });
    const output = `exports.outcome = await exports.run(\n${code.code}\n);\n//# sourceURL=${name}`;
    this.#run = run;
    this.#code = { ...this.#code, output };
    this.#boxes = code.boxes.map((box) => variables.box(box));
    this.#result = { value: undefined };
    // Otherwise its promise of an interruption would remember every cell that ever raced against it.
    this.#tslab.interrupt();
    await this.#tslab.execute("");
    return this.#result;
  }

  #settle(result: CodeResult): void {
    if (currentRun() === this.#run) this.#result = result;
  }

  async #call(code: CompiledFunction): Promise<{ value: unknown }> {
    const result = await code(this.#parts.runtime, ...this.#boxes);
    // A hostile value would throw when it is awaited for nothing.
    if (typeof read(result?.value, "then") !== "function") return { value: result?.value };
    return { value: await breakable(result?.value) };
  }
}
