// Which JupyterLab `cellgrad lab` starts: the project's own .venv, else one that the person's Python has, else a .venv
// made here. Called by lab.ts.
import path from "node:path";
import { cellgradDataDirectory, prefixDataDirectory } from "./jupyter-paths.js";
import { writeKernelSpec } from "./kernelspec.js";
import { isClone, ownCommand, packageRoot } from "./package-root.js";
import { activePython, askEnvironment, environmentPython, isRecentJupyterLab } from "./python.js";
import { isHalfMade, makeVirtualEnvironment } from "./virtual-environment.js";

export interface LabEnvironment {
  /** The interpreter that starts JupyterLab. */
  python: string;
  /** For the person. */
  description: string;
  /** What JupyterLab's process needs to find the kernel. */
  env: Record<string, string>;
}

/** The folder of the project's own environment. */
export function labEnvironmentDirectory(): string {
  if (process.env.CELLGRAD_VENV) return path.resolve(process.env.CELLGRAD_VENV);
  return path.join(isClone() ? packageRoot : cellgradDataDirectory(), ".venv");
}

/** @param say one line of progress; making an environment takes a minute. */
export async function openLabEnvironment(say: (line: string) => void, signal: AbortSignal): Promise<LabEnvironment> {
  const directory = labEnvironmentDirectory();
  const own = isHalfMade(directory) ? undefined : await askEnvironment(directory);
  if (isRecentJupyterLab(own?.jupyterlab)) return ownEnvironment(directory);
  const active = await activePython();
  if (active && isRecentJupyterLab(active.jupyterlab)) {
    // Someone else's environment is left as it is: the kernelspec lies in our own folder, and JUPYTER_PATH points there.
    const data = path.join(cellgradDataDirectory(), "jupyter");
    await writeKernelSpec(data);
    const jupyterPath = [data, process.env.JUPYTER_PATH].filter((entry) => entry).join(path.delimiter);
    return {
      python: active.executable,
      description: `JupyterLab ${active.jupyterlab} of ${active.executable}`,
      env: { JUPYTER_PATH: jupyterPath },
    };
  }
  await makeVirtualEnvironment(directory, {
    requirements: path.join(packageRoot, "kernel", "cli", "requirements-lab.txt"),
    instead:
      `go on without JupyterLab: \`${ownCommand()} run NOTEBOOK.ipynb\` runs a notebook, ` +
      "and needs neither Python nor a network",
    say,
    signal,
  });
  return ownEnvironment(directory);
}

async function ownEnvironment(directory: string): Promise<LabEnvironment> {
  await writeKernelSpec(prefixDataDirectory(directory));
  const python = await askEnvironment(directory);
  return {
    python: environmentPython(directory),
    description: `JupyterLab ${python?.jupyterlab ?? ""} in ${directory}`,
    env: {},
  };
}
