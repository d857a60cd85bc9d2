// A kernel of our own in a child process, with a client connected to it: what a front end starts for a notebook. Used
// by notebook-runner.ts. Ends with the command, whatever happens.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ClientSockets, type Message } from "../transport/client-sockets.js";
import { readConnectionFile, writeConnectionFile } from "../transport/connection-file.js";
import { CommandFailure } from "./command-failure.js";
import { mainFile } from "./package-root.js";

const startupMs = 60_000;
const shutdownMs = 5_000;

export class ChildKernel {
  readonly #replies = new Map<string, (message: Message) => void>();
  #publish: (message: Message) => void = () => {};
  #log = "";

  private constructor(
    readonly process: ChildProcess,
    /** Resolves to what its end was: "exit code 1", "signal SIGKILL". */
    readonly exited: Promise<string>,
    readonly folder: string,
  ) {
    const keep = (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString("utf8")).slice(-4000);
    };
    process.stdout?.on("data", keep);
    process.stderr?.on("data", keep);
  }

  #sockets: ClientSockets | undefined;

  /** @param directory the notebook's folder. */
  static async start(directory: string): Promise<ChildKernel> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "cellgrad-run-"));
    const file = path.join(folder, "connection.json");
    const noPort = { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };
    const key = randomBytes(32).toString("hex");
    writeConnectionFile(file, {
      transport: "tcp",
      ip: "127.0.0.1",
      ...noPort,
      key,
      signature_scheme: "hmac-sha256",
    });
    const child = spawn(process.execPath, [mainFile, "kernel", file], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C reaches this command alone, which then interrupts the kernel as a front end does.
      detached: process.platform !== "win32",
      windowsHide: true,
      env: { ...process.env, JPY_PARENT_PID: String(process.pid) },
    });
    const exited = new Promise<string>((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("exit", (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    const kernel = new ChildKernel(child, exited, folder);
    try {
      await kernel.#connect(file);
      return kernel;
    } catch (error) {
      await kernel.stop();
      throw error;
    }
  }

  /** Every message on iopub. */
  onPublished(publish: (message: Message) => void): void {
    this.#publish = publish;
  }

  /** Sends a request; the reply may come at any time after. */
  request(channel: "shell" | "control", type: string, content: object): { id: string; reply: Promise<Message> } {
    if (!this.#sockets) throw new Error("the kernel is not connected");
    const id = this.#sockets.send(channel, type, content);
    const reply = new Promise<Message>((resolve) => this.#replies.set(id, resolve));
    return { id, reply };
  }

  interrupt(): void {
    this.request("control", "interrupt_request", {});
  }

  /** What the kernel's process printed, for the message that says why it ended. */
  get log(): string {
    return this.#log.trim();
  }

  /** Ends the kernel: politely, and then not. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null && this.process.pid !== undefined) {
      if (this.#sockets) this.request("control", "shutdown_request", { restart: false });
      else this.process.kill("SIGTERM");
      const timer = setTimeout(() => this.process.kill("SIGKILL"), this.#sockets ? shutdownMs : 1000);
      await this.exited;
      clearTimeout(timer);
    }
    this.#sockets?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #connect(file: string): Promise<void> {
    const deadline = Date.now() + startupMs;
    const failed = this.exited.then((end) => {
      throw new CommandFailure(`the kernel did not start (${end}).\n${this.log}`);
    });
    // Its rejection after a successful start is nobody's: the runner watches `exited` itself.
    failed.catch(() => {});
    while (readConnectionFile(file).shell_port === 0) {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), failed]);
      if (Date.now() > deadline) throw new CommandFailure(`the kernel did not start within ${startupMs / 1000} s.`);
    }
    const sockets = ClientSockets.connect(readConnectionFile(file), "cellgrad");
    this.#sockets = sockets;
    const welcome = new Promise<void>((resolve) => {
      sockets.listen((channel, message) => {
        if (message.header.msg_type === "iopub_welcome") resolve();
        else if (channel === "iopub") this.#publish(message);
        else this.#settle(message);
      });
    });
    await Promise.race([welcome, failed]);
  }

  #settle(message: Message): void {
    const id = message.parentHeader.msg_id;
    if (typeof id !== "string") return;
    this.#replies.get(id)?.(message);
    this.#replies.delete(id);
  }
}
