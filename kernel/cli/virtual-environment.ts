// Makes a Python environment and installs requirements into it. Called by lab-environment.ts. An installation that was
// broken off is recognised and made anew; a missing Python or network is reported in seconds.
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { firstAnswerMs, Patience } from "./patience.js";
import { type Installation, installRequirements } from "./pip-install.js";
import { askEnvironment, requirePython } from "./python.js";
import { lastLines, runQuietly } from "./quiet-process.js";

/** Present from before the first file until after the last; holds the process that is installing. */
function marker(directory: string): string {
  return path.join(directory, "cellgrad-installing");
}

export function isHalfMade(directory: string): boolean {
  return existsSync(marker(directory));
}

export async function makeVirtualEnvironment(directory: string, installation: Installation): Promise<void> {
  const { say, instead, answerWithinMs = firstAnswerMs } = installation;
  const patience = new Patience(answerWithinMs, () => {
    say(
      "JupyterLab has not come yet: the network or this machine is slow; still waiting. " +
        `To wait no longer, stop this with Ctrl-C and ${instead}.`,
    );
  });
  try {
    await makeOrComplete(directory, installation, patience);
  } finally {
    patience.end();
  }
}

async function makeOrComplete(directory: string, installation: Installation, patience: Patience): Promise<void> {
  const { say, instead, signal } = installation;
  if (isHalfMade(directory)) {
    refuseSecondInstaller(directory);
    say(`Removing ${directory}: an earlier installation did not finish.`);
    await rm(directory, { recursive: true, force: true });
  }
  if (existsSync(directory)) {
    // The person's own environment, or an old one of ours: it is added to, and never removed.
    if (!(await askEnvironment(directory))) {
      throw new CommandFailure(
        `found no working Python in ${directory}; expected a virtual environment. Delete that folder and start again.`,
      );
    }
    say(`Installing JupyterLab into ${directory} …`);
    await installRequirements(directory, installation, patience);
    return;
  }
  const python = await requirePython(instead);
  await mkdir(directory, { recursive: true });
  await writeFile(marker(directory), String(process.pid));
  // JupyterLab runs CommonJS scripts of its own with node; below a project of ES modules they would be taken for those.
  await writeFile(path.join(directory, "package.json"), '{ "private": true, "type": "commonjs" }\n');
  try {
    say(`Making a Python environment in ${directory} (Python ${python.version}) …`);
    const made = await runQuietly(python.executable, ["-m", "venv", directory], { signal });
    if (made.code !== 0) {
      throw new CommandFailure(
        `python -m venv failed (exit code ${made.code}):\n${lastLines(made.output)}` +
          `On Debian and Ubuntu install python3-venv, or ${instead}.`,
        exitCodes.missing,
      );
    }
    say("Installing JupyterLab into it, once; this takes a minute …");
    await installRequirements(directory, installation, patience);
    await rm(marker(directory));
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function refuseSecondInstaller(directory: string): void {
  const pid = Number(readFileSync(marker(directory), "utf8"));
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isRunning(pid)) return;
  throw new CommandFailure(
    `another cellgrad (process ${pid}) is installing JupyterLab into ${directory}. Wait for it, then start again.`,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
