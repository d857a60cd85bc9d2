// One process of the compiler, and the API that speaks to it. Nothing that it is asked waits for ever: when the process ends,
// everything open is rejected. Used by compiler-project.ts, which starts another.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { API } from "typescript/unstable/async";
import { type CompilerConnection, connectCompiler, type ReadFile } from "./compiler-connection.js";
import { CompilerStopped } from "./compiler-stopped.js";

/** How long the compiler may say nothing after Stop before it counts as hung, in milliseconds. */
const stopPatience = 1000;

export class CompilerProcess {
  isAlive = true;
  /** Stop ended it: what it worked on shall not be tried again. */
  isAbandoned = false;

  private constructor(
    readonly api: API,
    readonly connection: CompilerConnection,
    private readonly process: ChildProcess,
  ) {
    process.once("exit", () => {
      this.isAlive = false;
      connection.dispose(new CompilerStopped());
    });
  }

  static async start(directory: string, readFile: ReadFile): Promise<CompilerProcess> {
    const api = new API({ cwd: directory, fs: { readFile } });
    const { process, connection } = await connectCompiler(api, directory, readFile);
    return new CompilerProcess(api, connection, process);
  }

  /** Stop: ends the process if from now on it says nothing for a while, and `isWaitedFor` still. */
  interrupt(isWaitedFor: () => boolean): void {
    const { heard } = this.connection;
    setTimeout(() => {
      if (!this.isAlive || this.connection.heard !== heard || !isWaitedFor()) return;
      this.isAbandoned = true;
      this.process.kill("SIGKILL");
    }, stopPatience).unref();
  }

  /** Not the API's own `close`, which asks the compiler to forget its snapshots first: it may not answer any more. */
  async close(): Promise<void> {
    this.connection.dispose();
    if (!this.isAlive) return;
    const ended = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await ended;
  }
}
