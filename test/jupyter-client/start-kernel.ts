// Starts a real kernel for a test, as Jupyter does: a connection file, a child process, sockets. The client that it
// returns is described in kernel-client.ts.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, realpathSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ClientSockets } from "../../kernel/transport/client-sockets.js";
import {
  type ConnectionInfo,
  readConnectionFile,
  writeConnectionFile,
} from "../../kernel/transport/connection-file.js";
import { KernelClient, type KernelProcess } from "./kernel-client.js";

const main = fileURLToPath(new URL("../../kernel/cli/main.js", import.meta.url));

export interface StartOptions {
  /** The notebook's folder; a new temporary one by default, deleted by `close`. */
  cwd?: string;
  /** On top of this process's own environment. */
  env?: Record<string, string | undefined>;
  /** Parts of the connection file that differ from the usual. */
  connection?: Partial<ConnectionInfo>;
}

export async function startKernel(options: StartOptions = {}): Promise<KernelClient> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "cellgrad-test-")));
  const file = path.join(folder, "connection.json");
  const directory = options.cwd ?? folder;
  const noPorts = { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };
  writeConnectionFile(file, {
    transport: "tcp",
    ip: "127.0.0.1",
    ...noPorts,
    key: randomBytes(16).toString("hex"),
    signature_scheme: "hmac-sha256",
    ...options.connection,
  });
  const env = {
    ...process.env,
    CELLGRAD_HISTORY: path.join(folder, "history"),
    JPY_PARENT_PID: String(process.pid),
    ...options.env,
  };
  const kernelProcess = spawnKernel(file, directory, env);
  try {
    const connection = await Promise.race([
      bound(file),
      kernelProcess.exited.then((end) => failed(end, kernelProcess)),
    ]);
    const sockets = ClientSockets.connect(connection, "test");
    const kernel = new KernelClient(sockets, connection, kernelProcess, directory, () =>
      rmSync(folder, { recursive: true, force: true }),
    );
    await kernel.published(({ header }) => header.msg_type === "iopub_welcome", "iopub_welcome");
    return kernel;
  } catch (error) {
    kernelProcess.kill("SIGKILL");
    await kernelProcess.exited;
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function spawnKernel(file: string, cwd: string, env: NodeJS.ProcessEnv): KernelProcess {
  const child = spawn(process.execPath, [main, "kernel", file], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  const keep = (text: string) => {
    log += text;
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const exited = new Promise<number | string>((resolve) => {
    child.on("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
  };
  return { pid: child.pid ?? 0, log: () => log, exited, kill };
}

/** Resolves when the kernel has written its ports into the file. */
function bound(file: string): Promise<ConnectionInfo> {
  return new Promise((resolve) => {
    // Not persistent: a kernel that ends before it listens must not keep the test's process alive.
    const watcher = watch(path.dirname(file), { persistent: false }, look);
    function look(): void {
      if (!existsSync(file)) return;
      const connection = readConnectionFile(file);
      if (connection.shell_port === 0) return;
      watcher.close();
      resolve(connection);
    }
    look();
  });
}

function failed(end: number | string, { log }: KernelProcess): never {
  throw new Error(`the kernel ended (${end}) before it listened:\n${log()}`);
}
