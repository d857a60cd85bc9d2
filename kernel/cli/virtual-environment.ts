// Makes a Python environment and installs requirements into it. Called by lab-environment.ts. An installation that was
// broken off is recognised and made anew; a missing Python or network is reported in seconds.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { askEnvironment, environmentPython, requirePython } from "./python.js";

/** pip must have downloaded something by then, counted from the start: a person doesn't wait longer for an answer. */
export const firstAnswerMs = 17_000;

export interface Installation {
  /** A requirements file. */
  requirements: string;
  /** What the person can do where this fails; ends every message. */
  instead: string;
  say: (line: string) => void;
  signal: AbortSignal;
  answerWithinMs?: number;
}

/** Present from before the first file until after the last; holds the process that is installing. */
function marker(directory: string): string {
  return path.join(directory, "cellgrad-installing");
}

export function isHalfMade(directory: string): boolean {
  return existsSync(marker(directory));
}

export async function makeVirtualEnvironment(directory: string, installation: Installation): Promise<void> {
  const { say, instead, signal, answerWithinMs = firstAnswerMs } = installation;
  const deadline = Date.now() + answerWithinMs;
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
    await installRequirements(directory, deadline, installation);
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
    await installRequirements(directory, deadline, installation);
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

async function installRequirements(directory: string, deadline: number, installation: Installation): Promise<void> {
  const { requirements, instead, say, signal } = installation;
  let answered = false;
  let packages = 0;
  const onLine = (line: string, calm: () => void) => {
    if (/^\s*(Downloading|Using cached|Processing) /.test(line)) {
      answered = true;
      calm();
    }
    if (/^(Collecting|Processing) /.test(line)) {
      packages++;
      if (packages % 20 === 0) say(`  … ${packages} packages found`);
    } else if (line.startsWith("Installing collected packages")) {
      say(`  … unpacking ${packages} packages`);
    }
  };
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "3", "--timeout", "8", "install"];
  const { code, output, timedOut } = await runQuietly(environmentPython(directory), [...pip, "-r", requirements], {
    signal,
    onLine,
    // A slow machine may have used it up already; pip gets a third in any case.
    timeoutMs: Math.max(deadline - Date.now(), (installation.answerWithinMs ?? firstAnswerMs) / 3),
  });
  if (code === 0) return;
  throw new CommandFailure(
    (answered
      ? `pip could not install JupyterLab (exit code ${code}).\n`
      : `could not get JupyterLab from PyPI${timedOut ? ": no answer" : ""}.\n`) +
      lastLines(output) +
      "Check the network (HTTPS_PROXY, PIP_INDEX_URL and pip's own settings count) and start again; or install " +
      `JupyterLab 4 yourself (pip install jupyterlab); or ${instead}.`,
    exitCodes.missing,
  );
}

/** pip repeats itself, at length: its errors if it has any, else the end. */
function lastLines(text: string): string {
  const lines = text.trim().split("\n");
  const errors = lines.filter((line) => line.startsWith("ERROR"));
  return (errors.length > 0 ? errors : lines)
    .slice(-6)
    .filter((line) => line !== "")
    .map((line) => `  ${line.slice(0, 300)}\n`)
    .join("");
}

interface Watch {
  signal: AbortSignal;
  /** `calm` lifts the time limit. */
  onLine?: (line: string, calm: () => void) => void;
  timeoutMs?: number;
}

interface Outcome {
  code: number;
  output: string;
  timedOut: boolean;
}

function runQuietly(command: string, args: string[], { signal, onLine, timeoutMs }: Watch): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true, signal });
    let output = "";
    let pending = "";
    let timedOut = false;
    const giveUp = () => {
      timedOut = true;
      child.kill("SIGKILL");
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
    const read = (chunk: Buffer) => {
      const text = chunk.toString("utf8");
      output = (output + text).slice(-20_000);
      const lines = (pending + text).split(/\r?\n/);
      pending = lines.pop() ?? "";
      for (const line of lines) onLine?.(line, () => clearTimeout(timer));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output, timedOut });
    });
  });
}
