// A small Jupyter client for tests: one real kernel in a child process, over real ZeroMQ sockets.
//
//   const kernel = await startKernel({ cwd, env });        // temporary folder and history unless told otherwise
//   const { reply, outputs, iopub } = await kernel.execute("1 + 1", { silent, store_history, user_expressions, … });
//   //   reply:   content of execute_reply;  outputs: as in a notebook, streams joined, displays updated, cleared
//   //   iopub:   every message of this cell, in order, from busy to idle
//   const content = await kernel.request("complete_request", { code, cursor_pos });     // "control" as third argument
//   const sent = kernel.send("execute_request", { code });  // does not wait: sent.id, await sent.reply, await sent.idle
//   await kernel.published((message) => …);                 // the first message on iopub, past or future, that fits
//   kernel.onInput = (prompt, password) => "answer";        // answers input_request; undefined: don't answer
//   await kernel.interrupt();  await kernel.close();        // close() ends the process, whatever it does; use it in after()
import type { JsonObject, Message } from "../../kernel/protocol/message.js";
import type { ClientSockets } from "../../kernel/transport/client-sockets.js";
import type { ConnectionInfo } from "../../kernel/transport/connection-file.js";
import { type NotebookOutput, notebookOutputs } from "./notebook-outputs.js";

/** Longer than anything a test waits for on a slow machine. */
const patience = 60_000;

export type Content = Record<string, unknown>;

export interface ExecuteOptions {
  silent?: boolean;
  store_history?: boolean;
  user_expressions?: Record<string, string>;
  allow_stdin?: boolean;
  stop_on_error?: boolean;
}

export interface Execution {
  reply: Content;
  outputs: NotebookOutput[];
  iopub: Message[];
}

export interface Sent {
  id: string;
  reply: Promise<Message>;
  /** Resolves when `idle` for this request has come: nothing more of it follows, except late output. */
  idle: Promise<void>;
  /** What was published for it so far. */
  iopub: Message[];
}

export interface KernelProcess {
  readonly pid: number;
  /** What it wrote on standard error. */
  log(): string;
  /** Resolves to exit code or signal. */
  readonly exited: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

interface Expected {
  fits(message: Message): boolean;
  resolve(message: Message): void;
}

export class KernelClient {
  /** Everything that was published, in order. */
  readonly iopub: Message[] = [];
  /** Every input_request. */
  readonly inputRequests: Message[] = [];
  onInput: ((prompt: string, password: boolean, request: Message) => string | undefined) | undefined;
  #replies: Message[] = [];
  #expected: Expected[] = [];

  constructor(
    readonly sockets: ClientSockets,
    readonly connection: ConnectionInfo,
    readonly process: KernelProcess,
    /** Where the kernel was started. */
    readonly directory: string,
    readonly cleanUp: () => void,
  ) {
    sockets.listen((channel, message) => this.#receive(channel, message));
  }

  async execute(code: string, options: ExecuteOptions = {}): Promise<Execution> {
    const sent = this.send("execute_request", executeContent(code, options));
    const [reply] = await Promise.all([sent.reply, sent.idle]);
    return { reply: reply.content, outputs: notebookOutputs(sent.iopub), iopub: sent.iopub };
  }

  /** The text that a cell printed, or its result. */
  async text(code: string): Promise<string> {
    const { outputs, reply } = await this.execute(code);
    if (reply.status !== "ok") throw new Error(`the cell failed: ${String(reply.ename)}: ${String(reply.evalue)}`);
    return outputs.map((output) => output.text ?? String(output.data?.["text/plain"])).join("");
  }

  /** Content of the reply. */
  async request(type: string, content: object = {}, channel: "shell" | "control" = "shell"): Promise<Content> {
    const sent = this.send(type, content, { channel });
    const [reply] = await Promise.all([sent.reply, sent.idle]);
    return reply.content;
  }

  send(
    type: string,
    content: object,
    how: { channel?: "shell" | "control"; metadata?: JsonObject; buffers?: Uint8Array[] } = {},
  ): Sent {
    const { channel = "shell", ...extra } = how;
    const id = this.sockets.send(channel, type, content, {}, extra);
    const { iopub } = this;
    const expectsReply = type.endsWith("_request");
    return {
      id,
      reply: expectsReply ? this.#reply(id, type) : new Promise(() => {}),
      idle: this.published((message) => isIdle(message) && message.parentHeader.msg_id === id, `idle of ${type}`).then(
        () => {},
      ),
      get iopub() {
        return iopub.filter((message) => message.parentHeader.msg_id === id);
      },
    };
  }

  /** Like `execute`, without waiting. */
  start(code: string, options: ExecuteOptions = {}): Sent {
    return this.send("execute_request", executeContent(code, options));
  }

  /** The first message on iopub that fits, past or future. */
  published(fits: (message: Message) => boolean, what = "a message on iopub"): Promise<Message> {
    const past = this.iopub.find(fits);
    return past ? Promise.resolve(past) : this.#expect(fits, what);
  }

  /** Resolves when a stream of the cell holds this text. */
  printed(sent: Sent, text: string): Promise<Message> {
    const so = () =>
      sent.iopub
        .filter(({ header }) => header.msg_type === "stream")
        .map(({ content }) => String(content.text))
        .join("");
    return this.published(() => so().includes(text), `output ${JSON.stringify(text)}`);
  }

  async interrupt(): Promise<Content> {
    return this.request("interrupt_request", {}, "control");
  }

  /** The process id of the worker, as user code sees it. */
  async workerPid(): Promise<number> {
    return Number(await this.text("process.pid"));
  }

  /** Orderly where the kernel answers, by force where not. */
  async close(): Promise<void> {
    this.sockets.send("control", "shutdown_request", { restart: false });
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 5_000);
    await this.process.exited;
    clearTimeout(timer);
    this.sockets.close();
    this.cleanUp();
  }

  #reply(id: string, type: string): Promise<Message> {
    const fits = (message: Message) =>
      message.parentHeader.msg_id === id &&
      message.header.msg_type.endsWith("_reply") &&
      this.#replies.includes(message);
    return this.#expect(fits, `the reply to ${type}`);
  }

  #expect(fits: (message: Message) => boolean, what: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      const expected: Expected = {
        fits,
        resolve: (message) => {
          clearTimeout(timer);
          this.#expected = this.#expected.filter((other) => other !== expected);
          resolve(message);
        },
      };
      const timer = setTimeout(() => {
        const log = this.process.log();
        reject(new Error(`${what} did not come within ${patience} ms${log ? `; the kernel's log:\n${log}` : ""}`));
      }, patience);
      // A wait that nobody is left for must not keep the test's process alive.
      timer.unref();
      this.#expected.push(expected);
    });
  }

  #receive(channel: string, message: Message): void {
    if (channel === "iopub") this.iopub.push(message);
    else if (channel === "stdin") this.#answerInput(message);
    else this.#replies.push(message);
    for (const expected of [...this.#expected]) if (expected.fits(message)) expected.resolve(message);
  }

  #answerInput(message: Message): void {
    this.inputRequests.push(message);
    const { prompt, password } = message.content;
    const value = this.onInput?.(String(prompt), password === true, message);
    if (value !== undefined) this.sockets.send("stdin", "input_reply", { status: "ok", value }, message.header);
  }
}

function executeContent(code: string, options: ExecuteOptions): object {
  return { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, ...options };
}

function isIdle({ header, content }: Message): boolean {
  return header.msg_type === "status" && content.execution_state === "idle";
}
