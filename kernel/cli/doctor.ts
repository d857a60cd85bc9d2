// `cellgrad doctor`: what is installed, in which version, what is missing, and the command that mends it. For people
// whose notebook does not start, and for their reports.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { exitCodes } from "./command-failure.js";
import { dataDirectories, userDataDirectory } from "./jupyter-paths.js";
import { findKernelSpecs } from "./kernelspec.js";
import { labEnvironmentDirectory } from "./lab-environment.js";
import { isClone, mainFile, ownCommand, packageRoot, packageVersion } from "./package-root.js";
import { activePython, askEnvironment, isRecentJupyterLab, type Python } from "./python.js";
import { isHalfMade } from "./virtual-environment.js";

export interface Finding {
  name: string;
  /** "missing" parts break something; "optional" ones only take a possibility away. */
  status: "ok" | "optional" | "missing";
  /** A version, a path, what is wrong. */
  detail: string;
  /** The command that mends it. */
  mend?: string;
}

/** The packages without which no cell runs. */
const packages = ["tslab", "typescript", "zeromq", "@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"];
const oldestNode: readonly [number, number] = [20, 19];

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("say what is installed, what is missing, and the command that mends it")
    .option("--json", "print the findings as JSON")
    .action(async (options: { json?: true }) => {
      const findings = await examine();
      process.stdout.write(options.json ? `${JSON.stringify({ findings }, null, 2)}\n` : report(findings));
      if (findings.some(({ status }) => status === "missing")) process.exitCode = exitCodes.failed;
    });
}

export async function examine(): Promise<Finding[]> {
  const [npm, own, active, installed] = await Promise.all([
    npmVersion(),
    isHalfMade(labEnvironmentDirectory()) ? undefined : askEnvironment(labEnvironmentDirectory()),
    activePython(),
    Promise.all([
      ...packages.map((name) => packageFinding(name)),
      packageFinding("onnxruntime-node", "optional", optionalRuntime),
    ]),
  ]);
  const prefixes = [own?.prefix, active?.prefix].filter((prefix) => prefix !== undefined);
  return [
    { name: "cellgrad", status: "ok", detail: `${packageVersion()} in ${packageRoot}` },
    nodeFinding(),
    npm,
    ...installed,
    await socketFinding(),
    await compilerFinding(),
    await cellFinding(),
    ...pythonFindings(own, active),
    ...(await kernelspecFindings(prefixes)),
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

async function npmVersion(): Promise<Finding> {
  const version = await output("npm", ["--version"]);
  if (version) return { name: "npm", status: "ok", detail: version };
  return {
    name: "npm",
    status: "optional",
    detail: "not found; %npm install needs it",
    mend: "install npm beside Node.js",
  };
}

const reinstall = isClone() ? `npm install --prefix "${packageRoot}"` : "npm install --global cellgrad";

/** Training is compiled with it. Its script would fetch CUDA parts, and npm drops the package where that fails. */
const optionalRuntime = "npm install onnxruntime-node --onnxruntime-node-install=skip";

async function packageFinding(
  name: string,
  absent: "missing" | "optional" = "missing",
  mend = reinstall,
): Promise<Finding> {
  const folder = packageFolder(name);
  if (!folder) return { name, status: absent, detail: "not installed", mend };
  try {
    const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as { version: string };
    return { name, status: "ok", detail: version };
  } catch (error) {
    return {
      name,
      status: "missing",
      detail: `broken: ${error instanceof Error ? error.message : error}`,
      mend,
    };
  }
}

/** Where Node would load it from. Not through require.resolve: an exports map may hide package.json. */
function packageFolder(name: string): string | undefined {
  const searched = createRequire(mainFile).resolve.paths(name) ?? [];
  return searched.map((base) => path.join(base, name)).find((folder) => existsSync(folder));
}

/** zeromq is native code: present is not yet loadable. */
async function socketFinding(): Promise<Finding> {
  const script = "require('zeromq').version";
  const version = await output(process.execPath, ["-p", script], packageRoot);
  if (version) return { name: "ZeroMQ library", status: "ok", detail: version };
  return {
    name: "ZeroMQ library",
    status: "missing",
    detail: `zeromq has no working binary for ${process.platform} ${process.arch}`,
    mend: `${reinstall}; on Alpine or old systems: npm rebuild zeromq --build-from-source`,
  };
}

/** The compiler is a program of its own, in a package chosen by platform. */
async function compilerFinding(): Promise<Finding> {
  const folder = packageFolder("typescript");
  const compiler = folder && path.join(folder, "bin", "tsc");
  const version = compiler ? await output(process.execPath, [compiler, "--version"]) : undefined;
  if (version) return { name: "TypeScript compiler", status: "ok", detail: version.replace(/^Version /, "") };
  return {
    name: "TypeScript compiler",
    status: "missing",
    detail: `the native compiler for ${process.platform} ${process.arch} does not run (installed with --omit=optional?)`,
    mend: reinstall,
  };
}

/** The proof: whatever this list has forgotten to look at takes part in it. */
async function cellFinding(): Promise<Finding> {
  try {
    // Here, not above: it loads ZeroMQ, which may be what is broken.
    const { runTrialCell } = await import("./trial-cell.js");
    const milliseconds = await runTrialCell();
    return { name: "a cell", status: "ok", detail: `runs, ${(milliseconds / 1000).toFixed(1)} s after the start` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name: "a cell", status: "missing", detail: `does not run: ${reason.trim()}`, mend: reinstall };
  }
}

function pythonFindings(own: Python | undefined, active: Python | undefined): Finding[] {
  const lab = [own, active].find((python) => isRecentJupyterLab(python?.jupyterlab));
  const python: Finding = active
    ? { name: "Python", status: "ok", detail: `${active.version} at ${active.executable}` }
    : {
        name: "Python",
        status: "optional",
        detail: "not found; JupyterLab needs it, `run` does not",
        mend: "install Python 3 with venv (Debian: apt install python3-venv)",
      };
  if (lab) return [python, { name: "JupyterLab", status: "ok", detail: `${lab.jupyterlab} in ${lab.prefix}` }];
  return [python, { name: "JupyterLab", status: "optional", detail: "none yet", mend: `${ownCommand()} lab` }];
}

async function kernelspecFindings(prefixes: string[]): Promise<Finding[]> {
  const found = (await Promise.all(dataDirectories(prefixes).map(findKernelSpecs))).flat();
  if (found.length === 0) {
    const detail = "not registered; `lab` needs none, another Jupyter does";
    return [{ name: "kernelspec", status: "optional", detail, mend: `${ownCommand()} install` }];
  }
  return found.map(({ name, directory, argv }): Finding => {
    const absent = argv.filter((argument) => path.isAbsolute(argument) && !existsSync(argument));
    if (absent.length === 0) return { name: `kernelspec ${name}`, status: "ok", detail: directory };
    return {
      name: `kernelspec ${name}`,
      status: "missing",
      detail: `${directory} starts a file that is gone: ${absent.join(", ")}`,
      mend: `${ownCommand()} install ${installOption(directory)} --name ${name}`,
    };
  });
}

/** The option that writes this kernelspec again: its folder is DATA/kernels/NAME. */
function installOption(directory: string): string {
  const data = path.resolve(directory, "..", "..");
  return data === path.resolve(userDataDirectory()) ? "--user" : `--prefix "${path.resolve(data, "..", "..")}"`;
}

const run = promisify(execFile);

async function output(command: string, args: string[], cwd?: string): Promise<string | undefined> {
  try {
    // npm is a .cmd file on Windows, which only a shell starts.
    const shell = process.platform === "win32" && command === "npm";
    const { stdout } = await run(command, args, { timeout: 15_000, windowsHide: true, shell, ...(cwd ? { cwd } : {}) });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

const marks = { ok: "ok", optional: "--", missing: "!!" } as const;

function report(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.map(({ name, status, detail, mend }) => {
    const line = `${marks[status]}  ${name.padEnd(width)}  ${detail}`;
    return mend ? `${line}\n    ${" ".repeat(width)}  → ${mend}` : line;
  });
  const broken = findings.filter(({ status }) => status === "missing").length;
  return `${lines.join("\n")}\n\n${broken === 0 ? "Everything that a cell needs is here." : `${broken} to mend.`}\n`;
}
