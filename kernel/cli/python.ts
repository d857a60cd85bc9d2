// The Pythons on this machine and what they hold. JupyterLab is written in Python; the kernel itself is not, so only
// install --sys-prefix, lab and doctor ask here.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { CommandFailure, exitCodes } from "./command-failure.js";

const run = promisify(execFile);

export interface Python {
  executable: string;
  version: string;
  /** `sys.prefix`: the environment's folder. */
  prefix: string;
  /** True inside a virtual environment. */
  virtual: boolean;
  /** Undefined where JupyterLab is not installed. */
  jupyterlab: string | undefined;
}

const question = `
import json, sys
from importlib import metadata
def version(name):
    try: return metadata.version(name)
    except Exception: return None
print(json.dumps({"executable": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3], "prefix": sys.prefix,
  "virtual": sys.prefix != sys.base_prefix, "jupyterlab": version("jupyterlab")}))
`;

/** What one interpreter says of itself; undefined where it does not run or is older than Python 3.8. */
export async function askPython(command: string, ...leading: string[]): Promise<Python | undefined> {
  try {
    const { stdout } = await run(command, [...leading, "-c", question], {
      timeout: 10_000,
      windowsHide: true,
      // Else a json.py in the current folder would be imported.
      env: { ...process.env, PYTHONSAFEPATH: "1" },
    });
    const answer = JSON.parse(stdout) as Omit<Python, "jupyterlab"> & { jupyterlab: string | null };
    return { ...answer, jupyterlab: answer.jupyterlab ?? undefined };
  } catch {
    return undefined;
  }
}

/** The Python that a shell would start: the active environment's, else the PATH's. */
export async function activePython(): Promise<Python | undefined> {
  if (process.env.VIRTUAL_ENV) {
    const python = await askPython(environmentPython(process.env.VIRTUAL_ENV));
    if (python) return python;
  }
  const candidates: [string, ...string[]][] =
    process.platform === "win32" ? [["python"], ["py", "-3"], ["python3"]] : [["python3"], ["python"]];
  for (const [command, ...leading] of candidates) {
    const python = await askPython(command, ...leading);
    if (python) return python;
  }
  return undefined;
}

/** @param instead what the person can do without Python; ends the message. */
export async function requirePython(instead: string): Promise<Python> {
  const python = await activePython();
  if (!python) {
    throw new CommandFailure(
      "found no Python 3 on the PATH. Install it (Debian: apt install python3-venv; macOS: brew install python; " +
        `Windows: winget install Python.Python.3.13), or ${instead}.`,
      exitCodes.missing,
    );
  }
  return python;
}

/** The interpreter inside a virtual environment's folder. */
export function environmentPython(directory: string): string {
  return process.platform === "win32"
    ? path.join(directory, "Scripts", "python.exe")
    : path.join(directory, "bin", "python");
}

export async function askEnvironment(directory: string): Promise<Python | undefined> {
  const executable = environmentPython(directory);
  return existsSync(executable) ? askPython(executable) : undefined;
}

/** True for a JupyterLab that lab can start: 4 or later. */
export function isRecentJupyterLab(version: string | undefined): boolean {
  return version !== undefined && Number.parseInt(version, 10) >= 4;
}
