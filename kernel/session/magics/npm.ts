// `%npm install NAME…`: runs npm in the notebook's folder, prints what it says, and lets the next cell import what is
// new. Other commands of npm pass as well.
import { spawn } from "node:child_process";
import { CellFailure, unlessStopped } from "../cell-failure.js";
import { changes, versions } from "../loaded-packages.js";
import type { Running } from "../running.js";
import type { Magic } from "./magic.js";

export const npm: Magic = {
  name: "npm",
  usage: "%npm install NAME…",
  summary: "install packages into the notebook's folder; the next cell can import them",
  async run({ session, running, argument }) {
    const words = argument.split(/\s+/).filter((word) => word !== "");
    if (words.length === 0) {
      throw CellFailure.of("MagicError", "invalid command of %npm; expected e.g. %npm install NAME");
    }
    await unlessStopped(session.worker.ready(), running.signal);
    const before = await versions(await unlessStopped(session.worker.packages(), running.signal));
    const code = await runNpm(words, session.directory, running);
    const news = await changes(before);
    if (news !== "") running.cell.print("stdout", news);
    const language = await unlessStopped(session.language, running.signal);
    await unlessStopped(
      session.compiler.run(() => language.refresh()),
      running.signal,
    );
    if (code !== 0) {
      throw CellFailure.of("NpmError", `npm ${words.join(" ")} failed with exit code ${code}; its own output says why`);
    }
  },
};

function runNpm(words: string[], directory: string, { cell, signal }: Running): Promise<number | null> {
  const quiet = words[0] === "install" || words[0] === "i" ? ["--no-fund", "--no-audit"] : [];
  const windows = process.platform === "win32";
  if (windows) checkForShell(words);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const child = spawn(windows ? "npm.cmd" : "npm", [...words, ...quiet], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      // npm is a script there, which only a shell starts.
      shell: windows,
      windowsHide: true,
      // A group of its own, so that Stop also reaches the scripts that npm started.
      detached: !windows,
      env: { ...process.env, npm_config_progress: "false" },
    });
    const stop = () => {
      if (child.pid === undefined) return;
      if (windows) child.kill();
      else process.kill(-child.pid, "SIGTERM");
    };
    signal.addEventListener("abort", stop, { once: true });
    child.stdout.setEncoding("utf8").on("data", (text: string) => cell.print("stdout", text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => cell.print("stderr", text));
    child.on("error", (error: NodeJS.ErrnoException) => {
      signal.removeEventListener("abort", stop);
      reject(error.code === "ENOENT" ? missing() : error);
    });
    child.on("close", (code) => {
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason);
      else resolve(code);
    });
  });
}

function checkForShell(words: string[]): void {
  const strange = words.find((word) => !/^[\w@./:~^*=+-]+$/.test(word));
  if (strange !== undefined) {
    throw CellFailure.of("MagicError", `invalid argument of %npm; expected letters, digits and @./:~^*=+-: ${strange}`);
  }
}

function missing(): CellFailure {
  return CellFailure.of(
    "MagicError",
    "npm was not found on the PATH of this kernel. It comes with Node.js: https://nodejs.org/en/download",
  );
}
