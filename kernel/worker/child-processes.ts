// Node's child processes, made to know the cell that starts them: Stop ends them, a stopped cell starts no more, and what
// they print on an inherited output belongs to that cell. Installed once, before user code is loaded.
import { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { type CellRun, runIn, startingRun } from "./cell-run.js";
import { uninterrupted } from "./critical.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";
import type { Outbox, StreamName } from "./outbox.js";
import { read } from "./safe-read.js";
import { noteStarted } from "./started-children.js";

interface SpawnOptions {
  detached?: boolean;
  stdio?: unknown;
}

/** Through which spawn, exec, execFile and fork all go, however they were imported. */
interface Spawning {
  spawn(this: ChildProcess, options: SpawnOptions): unknown;
}

export function installChildProcesses(outbox: Outbox): void {
  const prototype = ChildProcess.prototype as unknown as Spawning;
  const { spawn } = prototype;
  // Else Stop might come when the child runs and nobody knows of it.
  const start = (child: ChildProcess, options: SpawnOptions, run?: CellRun): unknown =>
    uninterrupted(() => {
      const result = spawn.call(child, options);
      noteStarted(child);
      run?.children.add(child);
      return result;
    });
  prototype.spawn = function (options) {
    const run = startingRun();
    if (!run) return start(this, options);
    // What starts again whatever ends would never come to an end.
    if (run.isStopped) throw new KeyboardInterrupt();
    const given = stdioOf(options.stdio);
    const outputs = given.map(outputOf);
    const stdio = given.map((entry, at) => (outputs[at] ? "pipe" : entry));
    const endsWith = !options.detached || given.some(isTied) ? run : undefined;
    const result = start(this, outputs.some(Boolean) ? { ...options, stdio } : options, endsWith);
    for (const [at, name] of outputs.entries())
      if (name) forward(this, at, (text) => runIn(run, () => outbox.print(name, text)));
    return result;
  };
}

/** What each of the child's descriptors shall be. What is no such thing is Node's to refuse. */
function stdioOf(stdio: unknown): unknown[] {
  const given: unknown[] = Array.isArray(stdio) ? stdio : [];
  const common = typeof stdio === "string" ? stdio : undefined;
  return Array.from({ length: Math.max(3, given.length) }, (_, at) => given[at] ?? common);
}

/** Which output of this process the child would share. */
function outputOf(entry: unknown, at: number): StreamName | undefined {
  if (at !== 1 && at !== 2) return undefined;
  const descriptor = entry === "inherit" ? at : typeof entry === "number" ? entry : read(entry, "fd");
  if (descriptor === 1) return "stdout";
  return descriptor === 2 ? "stderr" : undefined;
}

/** Whether it connects the child with this process. A detached one without any is meant to outlive whatever started it. */
function isTied(entry: unknown, at: number): boolean {
  const isWord = typeof entry === "string" && entry !== "ignore";
  return (entry === undefined && at < 3) || isWord || outputOf(entry, at) !== undefined;
}

/** To the user's code it looks as if the child had the descriptor itself. */
function forward(child: ChildProcess, at: number, print: (text: string) => void): void {
  const stdio = child.stdio as (Readable | null)[];
  const stream = stdio[at];
  if (!stream) return;
  stdio[at] = null;
  if (at === 1) child.stdout = null;
  else child.stderr = null;
  const decoder = new StringDecoder("utf8");
  stream.on("data", (chunk: Buffer) => print(decoder.write(chunk)));
  stream.on("end", () => print(decoder.end()));
  stream.on("error", () => {});
}
