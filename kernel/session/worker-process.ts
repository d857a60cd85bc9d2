// The process that runs cells, as the session holds it: started, spoken to, interrupted, ended; and why it ended.
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ToSession, ToWorker } from "../ipc/cell-messages.js";
import { encodeFrame, FrameReader } from "../ipc/frames.js";

export interface WorkerEvents {
  message(message: ToSession): void;
  /** Raw writes to the process's own stdout and stderr, by native code or child processes. */
  output(name: "stdout" | "stderr", text: string): void;
  exit(reason: WorkerExit): void;
}

export interface WorkerExit {
  description: string;
  code: number | null;
  signal: string | null;
  kind: "exit" | "crash" | "memory" | "shutdown";
}

export class WorkerProcess {
  readonly ready: Promise<void>;
  private readonly child: ChildProcess;
  private stopping = false;
  private errors = "";

  private constructor(
    options: { directory: string; events: WorkerEvents; connectionEnvironment?: Record<string, string> },
  ) {
    const { directory, events } = options;
    const main = fileURLToPath(new URL("../worker/main.js", import.meta.url));
    this.child = spawn(process.execPath, ["--no-force-async-hooks-checks", "--enable-source-maps", main], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      env: { ...process.env, ...options.connectionEnvironment },
    });
    let markReady = () => {};
    let markLost: (error: Error) => void = () => {};
    this.ready = new Promise((resolve, reject) => {
      markReady = resolve;
      markLost = reject;
    });
    this.ready.catch(() => undefined);
    const frames = new FrameReader<ToSession>((message) => {
      if (message.type === "ready") markReady();
      events.message(message);
    });
    this.child.stdio[3]?.on("data", (chunk: Buffer) => frames.push(chunk));
    this.child.stdout?.on("data", (chunk: Buffer) => events.output("stdout", chunk.toString()));
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString()).slice(-10_000);
      events.output("stderr", chunk.toString());
    });
    for (const index of [4, 5]) this.child.stdio[index]?.on("error", () => undefined);
    this.child.once("close", (code, signal) => {
      const reason = this.reason(code, signal);
      markLost(new Error(reason.description));
      events.exit(reason);
    });
  }

  static start(options: {
    directory: string;
    events: WorkerEvents;
    connectionEnvironment?: Record<string, string>;
  }): WorkerProcess {
    return new WorkerProcess(options);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  send(message: ToWorker): void {
    (this.child.stdio[4] as Writable | null)?.write(encodeFrame(message));
  }

  interrupt(): void {
    (this.child.stdio[5] as Writable | null)?.write("i");
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once("close", () => resolve()));
    this.send({ type: "shutdown" });
    const force = setTimeout(() => this.child.kill("SIGKILL"), 1000);
    await ended;
    clearTimeout(force);
  }

  private reason(code: number | null, signal: string | null): WorkerExit {
    if (this.stopping) return { description: "The worker was stopped", code, signal, kind: "shutdown" };
    if (/heap out of memory|allocation failed/i.test(this.errors))
      return { description: "The worker ran out of memory", code, signal, kind: "memory" };
    if (signal) return { description: `The worker was killed by ${signal}`, code, signal, kind: "crash" };
    return { description: `process.exit(${code ?? 0}) was called`, code, signal, kind: "exit" };
  }
}
