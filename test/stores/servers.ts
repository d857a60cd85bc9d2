// Database servers for tests, each in a folder and on a port of its own, and gone after the tests. MariaDB and Redis are Debian's packages
// mariadb-server and redis-server; without them the tests fail.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface TestServer {
  readonly port: number;
  /** Ends it as `kill -9` does; start() starts it again with its data. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

const longestStart = 60_000;

export async function mariadbServer(): Promise<TestServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "cellgrad-mariadb-"));
  const data = path.join(folder, "data");
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  execFileSync(
    "mariadb-install-db",
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db", ...user],
    { stdio: "pipe" },
  );
  const port = await freePort();
  const socket = path.join(folder, "socket");
  const program = ["mariadbd", "/usr/sbin/mariadbd"].find((name) => existsSync(name)) ?? "mariadbd";
  return server(folder, port, () =>
    spawn(
      program,
      [
        ...["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`, "--bind-address=127.0.0.1"],
        ...[`--pid-file=${path.join(folder, "pid")}`, "--innodb-buffer-pool-size=32M", ...user],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    ),
  );
}

export async function redisServer(): Promise<TestServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "cellgrad-redis-"));
  const port = await freePort();
  return server(folder, port, () =>
    spawn(
      "redis-server",
      [
        ...["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder],
        ..."--appendonly yes --appendfsync always".split(" "),
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    ),
  );
}

async function server(folder: string, port: number, launch: () => ChildProcess): Promise<TestServer> {
  let child: ChildProcess | undefined;
  const kill = async () => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once("close", resolve));
    ending.kill("SIGKILL");
    await ended;
  };
  const start = async () => {
    const started = launch();
    child = started;
    let said = "";
    let failure: Error | undefined;
    started.stderr?.on("data", (part) => {
      said += part;
    });
    started.once("error", (error) => {
      failure = error;
    });
    for (const from = Date.now(); ; await sleep(50)) {
      if (failure !== undefined) throw failure;
      if (started.exitCode !== null || Date.now() - from > longestStart) throw new Error(`no server: ${said}`);
      if (await answers(port)) return;
    }
  };
  const remove = async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  // Also when the tests end early.
  process.once("exit", () => child?.kill("SIGKILL"));
  try {
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return { port, kill, start, remove };
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import("node:net");
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
