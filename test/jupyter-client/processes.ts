// The processes below a kernel, for tests that end one of them: by `ps`, so not on Windows.
import { execFileSync } from "node:child_process";

export interface RunningProcess {
  pid: number;
  parent: number;
  command: string;
}

/** Of all processes; those that ended and are only not collected yet don't count. */
function runningProcesses(): RunningProcess[] {
  const lines = execFileSync("ps", ["-axo", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return state === undefined || state.startsWith("Z")
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command: command ?? "" }];
  });
}

/** The native compiler of the kernel whose session has this id. */
export function compilerOf(session: number): number | undefined {
  return runningProcesses().find(({ parent, command }) => parent === session && command.includes("--api"))?.pid;
}

export function isRunning(pid: number): boolean {
  return runningProcesses().some((it) => it.pid === pid);
}

/** Resolves when the process is gone. */
export async function gone(pid: number, patience = 10_000): Promise<void> {
  const until = performance.now() + patience;
  while (isRunning(pid)) {
    if (performance.now() > until) throw new Error(`process ${pid} still runs after ${patience} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
