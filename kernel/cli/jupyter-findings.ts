// What doctor finds of Jupyter: Python, JupyterLab, and the kernelspecs that start a cellgrad. Called by doctor.ts; none of
// these is needed by `cellgrad run`.
import { existsSync } from "node:fs";
import path from "node:path";
import type { Finding } from "./finding.js";
import { dataDirectories, userDataDirectory } from "./jupyter-paths.js";
import { findKernelSpecs } from "./kernelspec.js";
import { labEnvironmentDirectory } from "./lab-environment.js";
import { ownCommand } from "./package-root.js";
import { activePython, askEnvironment, isRecentJupyterLab, type Python } from "./python.js";
import { isHalfMade } from "./virtual-environment.js";

export async function jupyterFindings(): Promise<Finding[]> {
  const [own, active] = await Promise.all([
    isHalfMade(labEnvironmentDirectory()) ? undefined : askEnvironment(labEnvironmentDirectory()),
    activePython(),
  ]);
  const prefixes = [own?.prefix, active?.prefix].filter((prefix) => prefix !== undefined);
  return [...pythonFindings(own, active), ...(await kernelspecFindings(prefixes))];
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
