// A worker for tests, spoken to as the session does it, with cells that are compiled by hand: the text of a test is the body
// of the cell's function, so that variables are written `x.v` and awaits `$cellgrad.await(…)`.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  CellError,
  CompiledCell,
  MimeBundle,
  ResolvedModule,
  ToSession,
} from "../../../kernel/ipc/cell-messages.js";
import { type WorkerExit, WorkerProcess } from "../../../kernel/session/worker-process.js";

type Message<Type extends ToSession["type"]> = Extract<ToSession, { type: Type }>;

export interface CellOptions {
  boxes?: string[];
  declares?: string[];
  allowStdin?: boolean;
}

export interface Outcome {
  cell: string;
  count: number;
  done: Message<"done">;
  /** What the cell sent up to its end. */
  messages: ToSession[];
  /** What it printed. */
  stdout: string;
  stderr: string;
  result: MimeBundle | undefined;
}

/** Positions of `source` where it stands `indent` lines below the first line of the code: each character is itself. */
export function identityMap(source: string): string {
  const lines = source.split("\n").map((line, index) => {
    const first = index === 0 ? "AAAA" : `AACA`;
    return line === ""
      ? first
      : [backTo(index, first, source), ..."CAAC,".repeat(line.length - 1).split(",")].filter(Boolean);
  });
  return JSON.stringify({ version: 3, sources: ["cell"], names: [], mappings: `;${lines.map(String).join(";")}` });
}

/** The first segment of a line: its column is counted from where the line before ended. */
function backTo(index: number, first: string, source: string): string {
  if (index === 0) return first;
  const before = source.split("\n")[index - 1] ?? "";
  return `AAC${base64Vlq(before === "" ? 0 : -(before.length - 1))}`;
}

function base64Vlq(value: number): string {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += digits[rest > 0 ? digit | 32 : digit] ?? "";
  } while (rest > 0);
  return text;
}

export class WorkerClient {
  readonly worker: WorkerProcess;
  readonly messages: ToSession[] = [];
  /** Raw output of the process. */
  readonly raw = { stdout: "", stderr: "" };
  readonly exited: Promise<WorkerExit>;
  /** What imports mean. */
  resolve: (specifier: string, from: string | null) => ResolvedModule = (specifier) => ({
    kind: "error",
    message: `no ${specifier} here`,
  });
  #count = 0;
  readonly #watchers = new Set<() => void>();

  private constructor(
    readonly directory: string,
    environment: Record<string, string>,
  ) {
    let markExited: (reason: WorkerExit) => void = () => {};
    this.exited = new Promise((resolve) => {
      markExited = resolve;
    });
    this.worker = WorkerProcess.start({
      directory,
      connectionEnvironment: environment,
      events: {
        message: (message) => this.#receive(message),
        output: (name, text) => {
          this.raw[name] += text;
          this.#changed();
        },
        exit: (reason) => {
          markExited(reason);
          this.#changed();
        },
      },
    });
  }

  static async start(environment: Record<string, string> = {}): Promise<WorkerClient> {
    const client = new WorkerClient(mkdtempSync(join(tmpdir(), "cellgrad-worker-")), environment);
    await client.worker.ready;
    return client;
  }

  async close(): Promise<void> {
    await this.worker.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  compile(source: string, { boxes = [], declares = [] }: CellOptions = {}): CompiledCell {
    const code = `(async function (${["$cellgrad", ...boxes].join(", ")}) { "use strict"; const count = ${this.#count};\n${source}\n})`;
    return { count: this.#count, number: this.#count, source, code, boxes, declares, map: identityMap(source) };
  }

  /** Sends a cell; gives its id and its outcome. */
  start(source: string, options: CellOptions = {}): { cell: string; count: number; outcome: Promise<Outcome> } {
    this.#count += 1;
    const count = this.#count;
    const cell = `cell-${count}`;
    const code = this.compile(source, options);
    const from = this.messages.length;
    this.worker.send({ type: "execute", cell, code, allowStdin: options.allowStdin ?? false, silent: false });
    const outcome = this.until("done", (message) => message.cell === cell).then((done) => {
      const until = this.messages.indexOf(done);
      const messages = this.messages.slice(from, until).filter((it) => "cell" in it && it.cell === cell);
      const result = messages.find((it) => it.type === "result");
      return {
        cell,
        count,
        done,
        messages,
        stdout: printed(messages, "stdout"),
        stderr: printed(messages, "stderr"),
        result: result?.type === "result" ? result.data : undefined,
      };
    });
    return { cell, count, outcome };
  }

  run(source: string, options: CellOptions = {}): Promise<Outcome> {
    return this.start(source, options).outcome;
  }

  /** The text of the value that the body returns; fails if the cell does. */
  async text(source: string, options: CellOptions = {}): Promise<string> {
    const { done, result } = await this.run(source, options);
    assert.equal(done.status, "ok", done.error?.traceback.join("\n"));
    return String(result?.["text/plain"]);
  }

  /** The error of a cell that fails. */
  async error(source: string, options: CellOptions = {}): Promise<CellError> {
    const { done } = await this.run(source, options);
    assert.equal(done.status, "error");
    assert.ok(done.error);
    return done.error;
  }

  /** Stops the cell as soon as it has printed `on`. */
  async stop(source: string, options: CellOptions = {}): Promise<Outcome & { milliseconds: number }> {
    const { cell, outcome } = this.start(source, options);
    await this.printed(cell, "on");
    const startedAt = performance.now();
    this.worker.interrupt();
    const stopped = await outcome;
    return { ...stopped, milliseconds: performance.now() - startedAt };
  }

  /** The first message of this type that there is, or comes. */
  async until<Type extends ToSession["type"]>(
    type: Type,
    accept: (message: Message<Type>) => boolean = () => true,
  ): Promise<Message<Type>> {
    let found: Message<Type> | undefined;
    let from = 0;
    await this.settles(() => {
      found = this.messages
        .slice(from)
        .find((it): it is Message<Type> => it.type === type && accept(it as Message<Type>));
      from = Math.max(0, this.messages.length);
      return found !== undefined;
    });
    return found as Message<Type>;
  }

  async printed(cell: string, text: string): Promise<void> {
    await this.settles(() => this.#printed(cell).includes(text));
  }

  /** What a cell has printed to both streams so far. */
  outputOf(cell: string): string {
    return this.#printed(cell);
  }

  /** Resolves when `holds` does, looked at whenever something comes from the worker. */
  async settles(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const watch = (): void => {
        if (!holds()) return;
        this.#watchers.delete(watch);
        resolve();
      };
      this.#watchers.add(watch);
    });
  }

  #printed(cell: string): string {
    return this.messages.map((it) => (it.type === "stream" && it.cell === cell ? it.text : "")).join("");
  }

  #receive(message: ToSession): void {
    if (message.type === "resolve") {
      const { id, specifier, from } = message;
      this.worker.send({ type: "resolved", id, module: this.resolve(specifier, from) });
      return;
    }
    this.messages.push(message);
    this.#changed();
  }

  #changed(): void {
    for (const watch of [...this.#watchers]) watch();
  }
}

function printed(messages: ToSession[], name: "stdout" | "stderr"): string {
  return messages.map((it) => (it.type === "stream" && it.name === name ? it.text : "")).join("");
}

/** Without ANSI colours. */
export function plain(lines: string[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are such characters
  return lines.join("\n").replace(/\u001b\[\d+m/g, "");
}
