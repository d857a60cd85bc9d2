// What doctor finds of Node.js and of the packages that run a cell, and whether one runs. Called by doctor.ts.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import type { Finding } from "./finding.js";
import { installCommand, renewCommand, replaceCommand } from "./mend-commands.js";
import { mainFile, packageRoot, packageVersion } from "./package-root.js";

/** The packages without which no cell runs. */
const packages = ["tslab", "typescript", "zeromq", "@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"];
const oldestNode: readonly [number, number] = [20, 19];

export async function packageFindings(): Promise<Finding[]> {
  const [npm, installed, sockets, compiler] = await Promise.all([
    npmFinding(),
    Promise.all([...packages.map((name) => packageFinding(name)), runtimeFinding()]),
    socketFinding(),
    compilerFinding(),
  ]);
  const parts = [...installed, sockets, compiler];
  return [
    { name: "cellgrad", status: "ok", detail: `${packageVersion()} in ${packageRoot}` },
    nodeFinding(),
    npm,
    ...parts,
    await cellFinding(
      sockets,
      parts.find(({ status }) => status === "missing"),
    ),
  ];
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const recent = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const detail = `${process.versions.node} (${process.platform} ${process.arch}) at ${process.execPath}`;
  if (recent) return { name: "node", status: "ok", detail };
  return {
    name: "node",
    status: "missing",
    detail: `${detail}; expected ${oldestNode.join(".")} or later`,
    mend: "install Node.js 22 or 24 from https://nodejs.org",
  };
}

async function npmFinding(): Promise<Finding> {
  const { output } = await ask("npm", ["--version"]);
  if (output) return { name: "npm", status: "ok", detail: output };
  return {
    name: "npm",
    status: "optional",
    detail: "not found; %npm install needs it",
    mend: "install npm beside Node.js",
  };
}

/** Training is compiled with it. */
async function runtimeFinding(): Promise<Finding> {
  const finding = await packageFinding("onnxruntime-node");
  if (finding.status === "ok") return finding;
  return { ...finding, status: "optional", detail: `${finding.detail}; without it training is slower` };
}

async function packageFinding(name: string): Promise<Finding> {
  const folder = packageFolder(name);
  if (!folder) return { name, status: "missing", detail: "not installed", mend: installCommand() };
  try {
    const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as { version: string };
    return { name, status: "ok", detail: version };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, status: "missing", detail: `broken: ${reason}`, mend: replaceCommand(folder) };
  }
}

/** Where Node would load it from. Not through require.resolve: an exports map may hide package.json. */
function packageFolder(name: string, from: string = mainFile): string | undefined {
  const searched = createRequire(from).resolve.paths(name) ?? [];
  return searched.map((base) => path.join(base, name)).find((folder) => existsSync(folder));
}

/** zeromq is native code: present is not yet loadable. */
async function socketFinding(): Promise<Finding> {
  const { output, reason } = await ask(process.execPath, ["-p", "require('zeromq').version"], packageRoot);
  if (output) return { name: "ZeroMQ library", status: "ok", detail: output };
  const folder = packageFolder("zeromq");
  return {
    name: "ZeroMQ library",
    status: "missing",
    detail: `zeromq does not load on ${process.platform} ${process.arch}: ${reason}`,
    mend: folder ? replaceCommand(folder) : installCommand(),
  };
}

/** The compiler is a program of its own, in a package chosen by platform. */
async function compilerFinding(): Promise<Finding> {
  const folder = packageFolder("typescript");
  const compiler = folder && path.join(folder, "bin", "tsc");
  const { output, reason } = compiler
    ? await ask(process.execPath, [compiler, "--version"])
    : { output: undefined, reason: "typescript is not installed" };
  if (output) return { name: "TypeScript compiler", status: "ok", detail: output.replace(/^Version /, "") };
  const platform = `@typescript/typescript-${process.platform}-${process.arch}`;
  const own = folder && packageFolder(platform, path.join(folder, "package.json"));
  return {
    name: "TypeScript compiler",
    status: "missing",
    detail: `the native compiler for ${process.platform} ${process.arch} does not run: ${reason}`,
    mend: own ? replaceCommand(own) : installCommand(),
  };
}

/** The proof: whatever this list has forgotten to look at takes part in it. */
async function cellFinding(sockets: Finding, first: Finding | undefined): Promise<Finding> {
  const mend = first?.mend ?? renewCommand();
  try {
    // A kernel that has no sockets can't be asked, and importing them would end this process too.
    if (sockets.status === "missing") throw new Error("ZeroMQ does not load, see above");
    const { runTrialCell } = await import("./trial-cell.js");
    const milliseconds = await runTrialCell();
    return { name: "a cell", status: "ok", detail: `runs, ${(milliseconds / 1000).toFixed(1)} s after the start` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name: "a cell", status: "missing", detail: `does not run: ${reason.trim()}`, mend };
  }
}

const run = promisify(execFile);

/** What a program prints, or why it does not. */
async function ask(command: string, args: string[], cwd?: string): Promise<{ output?: string; reason: string }> {
  try {
    // npm is a .cmd file on Windows, which only a shell starts.
    const shell = process.platform === "win32" && command === "npm";
    const { stdout } = await run(command, args, { timeout: 15_000, windowsHide: true, shell, ...(cwd ? { cwd } : {}) });
    const output = stdout.trim();
    return output ? { output, reason: "" } : { reason: "it prints nothing" };
  } catch (error) {
    const { message, stderr = "" } = error as Error & { stderr?: string };
    // Node prints the place first, with the error's line in the middle.
    const said = /^\w*Error(?: \[\w+\])?: (.*)$/m.exec(stderr)?.[1];
    return { reason: said ?? message.split("\n", 1)[0] ?? "" };
  }
}
