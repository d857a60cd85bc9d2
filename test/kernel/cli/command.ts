// Runs `cellgrad` as a shell does, in a folder of its own. Used by the tests of the commands.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const mainFile = fileURLToPath(new URL("../../../kernel/cli/main.js", import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves to the match once the output so far has one. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/** A temporary folder that is the home of everything Jupyter and cellgrad keep; removed after each test. */
export class Workplace {
  readonly folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "cellgrad-cli-")));

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  get env(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? "",
      HOME: this.folder,
      USERPROFILE: this.folder,
      XDG_DATA_HOME: this.path("data"),
      APPDATA: this.path("data"),
      LOCALAPPDATA: this.path("data"),
      CELLGRAD_VENV: this.path("venv"),
      ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}),
    };
  }

  start(args: string[], env: Record<string, string> = {}): Started {
    const child = spawn(process.execPath, [mainFile, ...args], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    const notify = () => {
      for (const listener of listeners) listener();
    };
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
      notify();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
      notify();
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code) => {
        resolve({ code, stdout, stderr });
        notify();
      });
    });
    const printed = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stdout + stderr);
          if (match) resolve(match);
          else if (child.exitCode !== null) reject(new Error(`ended without ${pattern}:\n${stdout}${stderr}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      });
    return { child, ended, printed };
  }

  run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** A program on a PATH of its own, written in JavaScript. */
  program(folder: string, name: string, script: string): string {
    const file = this.path(folder, name);
    writeFileSync(file, `#!${process.execPath}\n${script}`);
    chmodSync(file, 0o755);
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
