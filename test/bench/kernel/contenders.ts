// The kernels that are compared, and where they are found on this machine: ours, tslab (our own dependency), and, where
// they are installed, ipykernel and Deno. Used by ../kernel.ts. A kernel that is missing is named with what installs it.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { kernelSpec } from "../../../kernel/cli/kernelspec.js";
import { labEnvironmentDirectory } from "../../../kernel/cli/lab-environment.js";
import { packageRoot, packageVersion } from "../../../kernel/cli/package-root.js";
import { environmentPython } from "../../../kernel/cli/python.js";
import { pythonCells, type Snippets, typescriptCells } from "./snippets.js";

export const contenderNames = ["cellgrad", "tslab", "ipykernel", "deno"] as const;
export type ContenderName = (typeof contenderNames)[number];

export interface Contender {
  name: ContenderName;
  version: string;
  /** As in a kernelspec: one entry contains `{connection_file}`. */
  argv: string[];
  /** How Jupyter stops a cell of this kernel: its kernelspec's `interrupt_mode`. */
  interruptMode: "message" | "signal";
  cells: Snippets;
}

export interface Missing {
  name: ContenderName;
  /** What was looked for, and what installs it. */
  why: string;
}

const require = createRequire(import.meta.url);

export function findContender(name: ContenderName): Contender | Missing {
  return { cellgrad, tslab, ipykernel, deno }[name]();
}

export function isMissing(found: Contender | Missing): found is Missing {
  return "why" in found;
}

function cellgrad(): Contender {
  const { argv, interrupt_mode: interruptMode } = kernelSpec();
  return { name: "cellgrad", version: packageVersion(), argv, interruptMode, cells: typescriptCells() };
}

function tslab(): Contender | Missing {
  const manifest = resolveOrNothing("tslab/package.json");
  if (!manifest) return { name: "tslab", why: "it is a dependency of this project; run `npm install`" };
  return {
    name: "tslab",
    version: versionIn(manifest),
    argv: [
      process.execPath,
      path.join(path.dirname(manifest), "bin", "tslab"),
      "kernel",
      "--config-path",
      "{connection_file}",
    ],
    interruptMode: "signal",
    cells: typescriptCells("@tensorflow/tfjs"),
  };
}

function ipykernel(): Contender | Missing {
  const own = environmentPython(labEnvironmentDirectory());
  const chosen = process.env.CELLGRAD_BENCH_PYTHON;
  // A Python that was named is the only one tried: a figure from another one would mislead.
  for (const python of chosen ? [chosen] : [own, "python3", "python"]) {
    const found = askIpykernel(python);
    if (!found) continue;
    const { argv, version, mode } = found;
    return { name: "ipykernel", version, argv, interruptMode: mode, cells: pythonCells };
  }
  const looked = chosen ?? `${own}, python3`;
  return {
    name: "ipykernel",
    why: `no Python with ipykernel (looked at ${looked}); run \`python3 -m venv .venv && .venv/bin/pip install ipykernel\`, or name a Python that has it in CELLGRAD_BENCH_PYTHON`,
  };
}

function askIpykernel(python: string): { argv: string[]; version: string; mode: "message" | "signal" } | undefined {
  if (path.isAbsolute(python) && !existsSync(python)) return undefined;
  const question =
    "import json, ipykernel, ipykernel.kernelspec as k; print(json.dumps([ipykernel.__version__, k.get_kernel_dict()]))";
  const answer = runOrNothing(python, ["-c", question]);
  if (answer === undefined) return undefined;
  const [version, spec] = JSON.parse(answer) as [string, { argv: string[]; interrupt_mode?: "message" | "signal" }];
  return { argv: spec.argv, version, mode: spec.interrupt_mode ?? "signal" };
}

function deno(): Contender | Missing {
  const executable = process.env.CELLGRAD_BENCH_DENO ?? denoOfPackage();
  const version = executable && /^deno (\S+)/.exec(runOrNothing(executable, ["--version"]) ?? "")?.[1];
  if (!executable || !version) {
    return {
      name: "deno",
      why: "its npm package is not installed; run `npm install --no-save deno`, or name the executable in CELLGRAD_BENCH_DENO",
    };
  }
  return {
    name: "deno",
    version,
    argv: [executable, "jupyter", "--kernel", "--conn", "{connection_file}"],
    interruptMode: "signal",
    cells: typescriptCells("@tensorflow/tfjs"),
  };
}

/** The executable itself: the package's script would cost a second process, which a kernelspec of Deno does not. */
function denoOfPackage(): string | undefined {
  const manifest = resolveOrNothing("deno/package.json");
  if (!manifest) return undefined;
  const directory = path.dirname(manifest);
  const file = path.join(directory, process.platform === "win32" ? "deno.exe" : "deno");
  // The package links its executable when it runs for the first time.
  if (!existsSync(file)) runOrNothing(process.execPath, [path.join(directory, "bin.cjs"), "--version"]);
  return existsSync(file) ? file : undefined;
}

function resolveOrNothing(specifier: string): string | undefined {
  try {
    return require.resolve(specifier, { paths: [packageRoot] });
  } catch {
    return undefined;
  }
}

function runOrNothing(command: string, options: string[]): string | undefined {
  try {
    return execFileSync(command, options, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 30_000 });
  } catch {
    return undefined;
  }
}

function versionIn(manifest: string): string {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version?: unknown };
  return typeof version === "string" ? version : "unknown";
}
