// A program whose output is kept, not shown: line by line for whoever watches it, and its end for the message where it
// fails. Used by virtual-environment.ts and pip-install.ts.
import { spawn } from "node:child_process";

export interface Watch {
  signal: AbortSignal;
  /** Aborted: the program is killed, and `givenUp` says so. */
  giveUp?: AbortSignal;
  onLine?: (line: string) => void;
}

export interface Outcome {
  code: number;
  output: string;
  givenUp: boolean;
}

export function runQuietly(command: string, args: string[], { signal, giveUp, onLine }: Watch): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true, signal });
    let output = "";
    let pending = "";
    const read = (chunk: Buffer) => {
      const text = chunk.toString("utf8");
      output = (output + text).slice(-20_000);
      const lines = (pending + text).split(/\r?\n/);
      pending = lines.pop() ?? "";
      for (const line of lines) onLine?.(line);
    };
    const kill = () => child.kill("SIGKILL");
    if (giveUp?.aborted) kill();
    giveUp?.addEventListener("abort", kill, { once: true });
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", reject);
    child.on("close", (code) => {
      giveUp?.removeEventListener("abort", kill);
      resolve({ code: code ?? 1, output, givenUp: giveUp?.aborted === true });
    });
  });
}

/** pip repeats itself, at length: its errors if it has any, else the end. */
export function lastLines(text: string): string {
  const lines = text.trim().split("\n");
  const errors = lines.filter((line) => line.startsWith("ERROR"));
  return (errors.length > 0 ? errors : lines)
    .slice(-6)
    .filter((line) => line !== "")
    .map((line) => `  ${line.slice(0, 300)}\n`)
    .join("");
}
