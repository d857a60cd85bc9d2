// `cellgrad lab`, which is also `npm start`: JupyterLab with this kernel, at one command. Finds or makes the Python
// environment (lab-environment.ts), starts the server on this machine alone, prints its address, ends it on Ctrl-C.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { defaultKernelName } from "./kernelspec.js";
import { openLabEnvironment } from "./lab-environment.js";
import { isClone, packageRoot } from "./package-root.js";

interface LabOptions {
  browser: boolean;
  port?: number;
}

/** Where a server's answer is looked for before something must be wrong. */
const startupMs = 90_000;
const firstPort = 8888;

const help = `
JupyterLab comes from the project's own Python environment (.venv, or the folder that CELLGRAD_VENV names) if that has
one, else from the Python on the PATH, else it is installed into the former. It listens on this machine only.`;

export function addLabCommand(program: Command): void {
  program
    .command("lab")
    .description("open JupyterLab with this kernel; installs JupyterLab on first use")
    .argument("[dir]", "the folder to open (default: the project's notebooks, else the current folder)")
    .option("--no-browser", "print the address only")
    .option("--port <n>", `the port (default: the first free one from ${firstPort} on)`, parsePort)
    .addHelpText("after", help)
    .action(lab);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) throw new InvalidArgumentError("Expected 1 to 65535.");
  return port;
}

async function lab(directory: string | undefined, options: LabOptions): Promise<void> {
  const folder = chooseFolder(directory);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  try {
    const environment = await openLabEnvironment(say, stop.signal);
    const port = await choosePort(options.port);
    // In the environment, not on the command line: other users of the machine can read that.
    const token = randomBytes(24).toString("hex");
    say(`Starting ${environment.description} …`);
    const server = spawn(environment.python, serverArguments(folder, port, options.browser), {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...environment.env, JUPYTER_TOKEN: token },
    });
    await superviseServer(server, { port, token, folder, stop: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new CommandFailure("stopped.", exitCodes.interrupted);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

function chooseFolder(directory: string | undefined): string {
  if (directory !== undefined) {
    const folder = path.resolve(directory);
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      throw new CommandFailure(`invalid dir; expected a folder that exists: ${folder}`, exitCodes.usage);
    }
    return folder;
  }
  const notebooks = path.join(packageRoot, "notebooks");
  return isClone() && existsSync(notebooks) && readdirSync(notebooks).length > 0 ? notebooks : process.cwd();
}

/** Jupyter would search by itself, but then nobody could tell the address before its log says so. */
async function choosePort(wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted;
    throw new CommandFailure(`port ${wanted} is taken; choose another one with --port, or none to get a free one.`);
  }
  for (let port = firstPort; port < firstPort + 100; port++) if (await isFree(port)) return port;
  throw new CommandFailure(`found no free port from ${firstPort} to ${firstPort + 99}; choose one with --port.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function serverArguments(folder: string, port: number, browser: boolean): string[] {
  return [
    "-m",
    "jupyterlab",
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.root_dir=${folder}`,
    "--ServerApp.answer_yes=True",
    // What a new notebook gets unless one chooses; else it would be the Python that JupyterLab brings along.
    `--MultiKernelManager.default_kernel_name=${defaultKernelName}`,
    "--Application.log_level=WARN",
    ...(browser ? [] : ["--no-browser"]),
    // Running as root is the normal case in a container, and the server is bound to this machine.
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

interface Supervision {
  port: number;
  token: string;
  folder: string;
  stop: AbortSignal;
}

async function superviseServer(server: ChildProcess, { port, token, folder, stop }: Supervision): Promise<void> {
  const ended = new Promise<number>((resolve, reject) => {
    server.on("error", reject);
    server.on("exit", (code) => resolve(code ?? 1));
  });
  const over = new AbortController();
  const exitCode = ended.then(
    (code) => code,
    () => exitCodes.failed,
  );
  void exitCode.then(() => over.abort());
  let forced: NodeJS.Timeout | undefined;
  const end = () => {
    server.kill("SIGTERM");
    forced = setTimeout(() => server.kill("SIGKILL"), 10_000);
  };
  if (stop.aborted) end();
  else stop.addEventListener("abort", end, { once: true });
  try {
    const ready = await Promise.race([
      answers(port, token, AbortSignal.any([stop, over.signal])),
      exitCode.then(() => false),
    ]);
    if (ready) {
      process.stdout.write(`\nJupyterLab: http://127.0.0.1:${port}/lab?token=${token}\nFolder:     ${folder}\n`);
      process.stdout.write("Ctrl-C stops it and its kernels.\n");
    }
    const code = await ended;
    if (!stop.aborted && code !== 0) throw new CommandFailure(`JupyterLab ended with exit code ${code}; see above.`);
  } finally {
    clearTimeout(forced);
    stop.removeEventListener("abort", end);
    if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
  }
}

/** Resolves to true once the server takes requests. */
async function answers(port: number, token: string, giveUp: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + startupMs;
  while (!giveUp.aborted) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/status`, {
        headers: { Authorization: `token ${token}` },
        signal: AbortSignal.timeout(5000),
      });
      if (response.ok) return true;
    } catch {
      // Not listening yet.
    }
    if (Date.now() > deadline) {
      throw new CommandFailure(`JupyterLab did not answer on port ${port} within ${startupMs / 1000} s.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return false;
}
