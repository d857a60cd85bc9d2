// One kernel that runs: started from an argv as Jupyter does, timed until it answers, stopped with all its processes.
// Used by fleet.ts and by the start-up measure.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Message } from "../../../kernel/protocol/message.js";
import { type ConnectionInfo, portNames, writeConnectionFile } from "../../../kernel/transport/connection-file.js";
import type { Contender } from "./contenders.js";
import { type Exchange, KernelClient, type Request, shownText } from "./kernel-client.js";
import { treeMemory } from "./process-memory.js";
import type { Position, TimedCell } from "./snippets.js";

const startupMs = 60_000;
const cellMs = 60_000;
/** How long after a cell's `idle` its output may come. */
const lateOutputMs = 500;

/** Where kernels run: its node_modules are the project's, and nothing is written outside it. */
export interface Place {
  directory: string;
  env: Record<string, string>;
}

const running = new Set<RunningKernel>();
process.on("exit", () => {
  for (const kernel of running) kernel.kill();
});

export class RunningKernel {
  readonly #exited: Promise<string>;
  #ended: string | undefined;
  #log = "";
  #loaded = false;
  /** From the start of the process to its answer to kernel_info_request. */
  readyMs = Number.NaN;

  private constructor(
    readonly contender: Contender,
    readonly child: ChildProcess,
    readonly client: KernelClient,
    readonly file: string,
  ) {
    running.add(this);
    const keep = (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString("utf8")).slice(-2000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    this.#exited = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#ended = reason;
        running.delete(this);
        client.close(`the kernel ended (${reason})\n${this.#log.trim()}`);
        resolve(reason);
      };
      child.on("error", (error) => end(error.message));
      child.on("exit", (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
    });
  }

  static async start(contender: Contender, place: Place): Promise<RunningKernel> {
    const connection = await freeConnection();
    const file = path.join(place.directory, `kernel-${randomBytes(6).toString("hex")}.json`);
    writeConnectionFile(file, connection);
    const [command = "", ...options] = contender.argv.map((word) => word.replace("{connection_file}", file));
    const started = performance.now();
    const child = spawn(command, options, {
      cwd: place.directory,
      stdio: ["ignore", "pipe", "pipe"],
      // Its own group: a kernel's processes are stopped, and get their signals, together, as Jupyter does it.
      detached: process.platform !== "win32",
      windowsHide: true,
      env: { ...process.env, ...place.env, JPY_PARENT_PID: String(process.pid) },
    });
    const kernel = new RunningKernel(contender, child, new KernelClient(connection), file);
    await within(kernel.client.request("shell", "kernel_info_request", {}).replied, startupMs, "start");
    kernel.readyMs = performance.now() - started;
    // What is published before the subscription has arrived is lost: ask until an answer's `idle` is seen.
    while (
      !(await Promise.race([kernel.client.request("shell", "kernel_info_request", {}).done, delay(50, undefined)]))
    ) {
      if (performance.now() - started > startupMs) throw new Error(`${contender.name} publishes nothing`);
    }
    return kernel;
  }

  /** Why it ended, or nothing while it runs. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Sends a cell and doesn't wait. */
  begin(code: string): Request {
    const options = {
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    return this.client.request("shell", "execute_request", { code, ...options });
  }

  /** Runs a cell to its end; throws when it fails or doesn't show what it must. */
  async run(cell: TimedCell, timeout: number = cellMs): Promise<{ ms: number; text: string }> {
    const { exchange, text } = await this.attempt(cell.code, timeout);
    if (exchange.reply.content.status !== "ok") throw this.#unexpected(cell.code, text);
    const { sentAt, doneAt, published } = exchange;
    for (let waited = 0; !shownText(published).includes(cell.shows ?? ""); waited += 10) {
      if (waited > lateOutputMs) throw this.#unexpected(cell.code, shownText(published));
      await delay(10);
    }
    return { ms: doneAt - sentAt, text: shownText(published) };
  }

  /** Makes `tf` (in Python: what is asked about) known; only the first call does something. Milliseconds. */
  async load(): Promise<number> {
    const { load } = this.contender.cells;
    if (this.#loaded || load === undefined) return 0;
    this.#loaded = true;
    return (await this.run({ code: load })).ms;
  }

  /** Runs a cell that may fail. */
  async attempt(code: string, timeout: number = cellMs): Promise<{ exchange: Exchange; text: string }> {
    const exchange = await within(this.begin(code).done, timeout, code);
    return { exchange, text: shownText(exchange.published) };
  }

  /** Milliseconds until the answer; throws when it lacks what it must have. */
  async complete({ code, cursor, answers }: Position, timeout: number = cellMs): Promise<number> {
    const request = this.client.request("shell", "complete_request", { code, cursor_pos: cursor });
    const { reply, ms } = await within(request.replied, timeout, `completion of ${code}`);
    const matches = (reply.content.matches ?? []) as string[];
    if (!matches.some((match) => match.includes(answers))) throw this.#unexpected(code, matches.join(" "));
    return ms;
  }

  async inspect({ code, cursor, answers }: Position): Promise<number> {
    const content = { code, cursor_pos: cursor, detail_level: 0 };
    const { reply, ms } = await within(this.client.request("shell", "inspect_request", content).replied, cellMs, code);
    const text = JSON.stringify(reply.content.data ?? {});
    if (!text.includes(answers)) throw this.#unexpected(code, text);
    return ms;
  }

  /** Stop, as Jupyter does it for this kernel. */
  interrupt(): void {
    if (this.contender.interruptMode === "message") this.client.request("control", "interrupt_request", {});
    else this.#signal("SIGINT");
  }

  /** Megabytes of all its processes. */
  memory(): { megabytes: number; processes: number } {
    return treeMemory(this.child.pid ?? -1);
  }

  async stop(): Promise<void> {
    if (this.#ended === undefined) {
      this.client.request("control", "shutdown_request", { restart: false });
      await Promise.race([this.#exited, delay(2000, undefined, { ref: false })]);
      this.kill();
      await this.#exited;
    }
    rmSync(this.file, { force: true });
  }

  kill(): void {
    this.#signal("SIGKILL");
  }

  #signal(name: NodeJS.Signals): void {
    if (this.#ended !== undefined || this.child.pid === undefined) return;
    try {
      if (process.platform === "win32") this.child.kill(name);
      else process.kill(-this.child.pid, name);
    } catch {
      // It ended just now.
    }
  }

  #unexpected(code: string, answer: string): Error {
    return new Error(`${this.contender.name}: ${code} was answered with: ${answer.slice(0, 300)}`);
  }
}

/** A time limit; the promise that lost goes on. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then(() => {
    throw new TimeLimit(`no answer within ${ms / 1000} s: ${what.slice(0, 80)}`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

export class TimeLimit extends Error {}

export function isStarted(message: Message): boolean {
  return message.header.msg_type === "stream" && String(message.content.text).includes("started");
}

/**
 * Ports below those that the system hands out by itself: a client that tries again and again to reach a port nobody listens
 * on yet may be given that same port as its own, and then TCP connects it to itself.
 */
async function freeConnection(): Promise<ConnectionInfo> {
  const ports: number[] = [];
  while (ports.length < portNames.length) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (!ports.includes(port) && (await isFree(port))) ports.push(port);
  }
  const [shell_port = 0, iopub_port = 0, stdin_port = 0, control_port = 0, hb_port = 0] = ports;
  const key = randomBytes(16).toString("hex");
  const numbers = { shell_port, iopub_port, stdin_port, control_port, hb_port };
  return { transport: "tcp", ip: "127.0.0.1", ...numbers, key, signature_scheme: "hmac-sha256" };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
