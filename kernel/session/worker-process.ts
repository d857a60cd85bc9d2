// The process that runs cells, as the session holds it: started, spoken to, interrupted, ended; and why it ended.
import { type ChildProcess, spawn } from "node:child_process";
import { totalmem } from "node:os";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";
import type { CellId, ToSession, ToWorker } from "../ipc/cell-messages.js";
import { encodeFrame, FrameReader } from "../ipc/frames.js";
import { type ExitNotice, pipes, stopBytes } from "../ipc/worker-notices.js";
import { markAsVictim } from "./memory-victim.js";

export interface WorkerEvents {
  message(message: ToSession): void;
  /** Raw writes to the process's own stdout and stderr, by native code or child processes. */
  output(name: "stdout" | "stderr", text: string): void;
  exit(reason: WorkerExit): void;
}

export interface WorkerExit {
  /** A sentence without its full stop. */
  description: string;
  code: number | null;
  signal: string | null;
  kind: "exit" | "crash" | "memory" | "shutdown";
}

export interface WorkerOptions {
  directory: string;
  events: WorkerEvents;
  connectionEnvironment?: Record<string, string>;
}

/** A cell that has not ended so long after Stop, in milliseconds, sits in code that can't be broken off. */
const stopPatience = 1500;
/** How long an orderly end may take. */
const shutdownPatience = 600;
/** What others that hold the pipes open, such as child processes, may still write after the end. */
const drainTime = 200;
/** Elsewhere Stop ends the child process that a cell waits for. */
const blocking = process.platform === "win32" ? "execSync or native code" : "native code";
const rememberedErrors = 16_384;
/** The share of the machine's memory that JavaScript values may take; typed arrays and tensors are not among them. */
const heapShare = 0.5;
/**
 * And at most so many megabytes, as Node itself allows on a large machine. A heap of many small objects that grows beyond is
 * collected for minutes before it is full, in which the reader learns nothing; who needs more says so in NODE_OPTIONS.
 */
const heapMegabytes = 4096;
const outOfMemory = /<--- Last few GCs --->|FATAL ERROR: [^\n]*(?:heap|memory)|Fatal JavaScript invalid size error/i;

export class WorkerProcess {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #events: WorkerEvents;
  /** Cells and evaluations that have not ended. */
  readonly #working = new Set<CellId>();
  /** `execute` and `evaluate` messages so far. */
  #sentWork = 0;
  #ending: { kind: WorkerExit["kind"]; description: string } | undefined;
  #errors = "";
  #stopTimer: NodeJS.Timeout | undefined;
  /** The reader was told that another Stop ends the process. */
  #warned = false;
  #exited = false;

  static start(options: WorkerOptions): WorkerProcess {
    return new WorkerProcess(options);
  }

  private constructor({ directory, events, connectionEnvironment }: WorkerOptions) {
    this.#events = events;
    const env = { ...process.env, ...connectionEnvironment };
    const main = fileURLToPath(new URL("../worker/main.js", import.meta.url));
    this.#child = spawn(process.execPath, [...nodeOptions(env), main], {
      cwd: directory,
      env,
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    if (this.#child.pid !== undefined) markAsVictim(this.#child.pid);
    let markReady = (): void => {};
    let markLost: (error: Error) => void = () => {};
    this.ready = new Promise((resolve, reject) => {
      markReady = resolve;
      markLost = reject;
    });
    // Who does not wait for it learns of the end by `exit`.
    this.ready.catch(() => {});
    const frames = new FrameReader<ToSession | ExitNotice>((message) => {
      if (message.type === "ready") markReady();
      this.#receive(message);
    });
    this.#pipe<Readable>(pipes.toSession)?.on("data", (chunk: Buffer) => frames.push(chunk));
    this.#forward("stdout");
    this.#forward("stderr");
    // A worker that is gone says so by `exit`.
    for (const stream of this.#child.stdio) stream?.on("error", () => {});
    const lost = (code: number | null, signal: string | null, failure?: Error): void => {
      if (this.#exited) return;
      this.#exited = true;
      this.#settled();
      const reason = this.#reason(code, signal, failure);
      markLost(new Error(reason.description));
      events.exit(reason);
    };
    this.#child.once("error", (error) => lost(null, null, error));
    this.#child.once("exit", (code, signal) => {
      const timer = setTimeout(() => lost(code, signal), drainTime);
      this.#child.once("close", () => {
        clearTimeout(timer);
        lost(code, signal);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToWorker): void {
    if (message.type === "execute" || message.type === "evaluate") {
      this.#working.add(message.cell);
      this.#sentWork += 1;
    }
    this.#write(pipes.fromSession, encodeFrame(message));
  }

  /** Ends what runs now. What can't be broken off is ended with the process, by a second call. */
  interrupt(): void {
    if (this.#warned) {
      this.#end("crash", "A blocking call could not be stopped, so that the worker was ended");
      this.#child.kill("SIGKILL");
      return;
    }
    const stop = Buffer.alloc(stopBytes);
    stop.writeUInt32LE(this.#sentWork);
    this.#write(pipes.interrupt, stop);
    if (this.#working.size > 0) this.#stopTimer ??= setTimeout(() => this.#warn(), stopPatience);
  }

  /** Orderly, then by force. */
  async stop(): Promise<void> {
    if (this.#exited) return;
    this.#end("shutdown", "The worker was stopped");
    const ended = new Promise<void>((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve();
      else this.#child.once("exit", () => resolve());
      this.#child.once("error", () => resolve());
    });
    this.send({ type: "shutdown" });
    const force = setTimeout(() => this.#child.kill("SIGKILL"), shutdownPatience);
    await ended;
    clearTimeout(force);
  }

  #receive(message: ToSession | ExitNotice): void {
    if (message.type === "exiting") {
      this.#end("exit", message.description);
      return;
    }
    if (message.type === "done" || message.type === "expressions") {
      this.#working.delete(message.cell);
      if (this.#working.size === 0) this.#settled();
    }
    this.#events.message(message);
  }

  #settled(): void {
    clearTimeout(this.#stopTimer);
    this.#stopTimer = undefined;
    this.#warned = false;
  }

  #warn(): void {
    this.#warned = true;
    const cell = [...this.#working].at(-1);
    if (cell === undefined) return;
    const text =
      `The cell can't be stopped now: it is inside a call that blocks, such as ${blocking}. It ends when the ` +
      "call returns. To end it at once, press Stop again: the worker is then restarted, and all variables are forgotten.\n";
    this.#events.message({ type: "stream", cell, name: "stderr", text });
  }

  /** The first reason counts: what follows are consequences. */
  #end(kind: WorkerExit["kind"], description: string): void {
    this.#ending ??= { kind, description };
  }

  #forward(name: "stdout" | "stderr"): void {
    const decoder = new StringDecoder("utf8");
    this.#child[name]?.on("data", (chunk: Buffer) => {
      const text = decoder.write(chunk);
      if (name === "stderr") {
        this.#errors = (this.#errors + text).slice(-rememberedErrors);
        // V8's report on its memory says nothing to the reader; the error does.
        if (outOfMemory.test(this.#errors)) return;
      }
      if (text !== "") this.#events.output(name, text);
    });
  }

  #reason(code: number | null, signal: string | null, failure: Error | undefined): WorkerExit {
    const ending = this.#ending;
    if (ending && !(ending.kind === "exit" && signal && signal !== "SIGABRT")) {
      // process.abort() announces itself too, but it is a crash.
      const kind = ending.kind === "exit" && signal ? "crash" : ending.kind;
      const description =
        kind === "crash" && signal === "SIGABRT" ? `${ending.description} (SIGABRT)` : ending.description;
      return { description, code, signal, kind };
    }
    const made = (kind: WorkerExit["kind"], description: string): WorkerExit => ({ description, code, signal, kind });
    if (failure) return made("crash", `The worker could not be started: ${failure.message}`);
    if (outOfMemory.test(this.#errors)) {
      const help = "NODE_OPTIONS=--max-old-space-size=MEGABYTES in the kernel's environment allows more";
      return made("memory", `The cell ran out of memory; ${help}`);
    }
    if (signal === "SIGKILL")
      return made("memory", "The worker was killed by SIGKILL, as the system does when memory runs out");
    if (signal) return made("crash", `The worker was killed by ${signal}`);
    if (code === 0) return made("exit", "The worker has exited");
    return made("crash", `The worker has failed with exit code ${code}`);
  }

  #pipe<Stream extends Readable | Writable>(descriptor: number): Stream | undefined {
    return (this.#child.stdio[descriptor] as Stream | null | undefined) ?? undefined;
  }

  #write(descriptor: number, bytes: Buffer): void {
    const stream = this.#pipe<Writable>(descriptor);
    if (stream?.writable) stream.write(bytes);
  }
}

function nodeOptions(env: NodeJS.ProcessEnv): string[] {
  // Stop terminates code inside Node's asynchronous calls, whose books are then not as Node expects them.
  const options = ["--no-force-async-hooks-checks", "--disable-warning=ExperimentalWarning"];
  if (!/--max[-_]old[-_]space[-_]size/.test(env.NODE_OPTIONS ?? "")) {
    const available = process.constrainedMemory?.() || totalmem();
    const megabytes = Math.floor((Math.min(available, totalmem()) * heapShare) / 2 ** 20);
    options.push(`--max-old-space-size=${Math.min(Math.max(megabytes, 1024), heapMegabytes)}`);
  }
  return options;
}
