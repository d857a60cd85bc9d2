// Which processes run below given ones, so that Stop reaches what a child has started in turn, such as a shell's commands.
// Linux reads /proc, macOS asks ps. Used by end-processes.ts, cell-threads.ts and side-thread.ts.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

interface ProcessEntry {
  pid: number;
  parent: number;
  /** When it was started: another process may get the number of one that ended. */
  started: string;
}

/** Process ids, with when each was started. */
export type ProcessTree = Map<number, string>;

/** Those of `roots` that still run, and all below them. */
export function processTree(roots: ProcessTree): ProcessTree {
  const entries = process.platform === "linux" ? procEntries() : psEntries();
  const tree: ProcessTree = new Map();
  for (const { pid, started } of entries) if (roots.get(pid) === started) tree.set(pid, started);
  for (let size = -1; size !== tree.size; ) {
    size = tree.size;
    for (const { pid, parent, started } of entries) if (tree.has(parent)) tree.set(pid, started);
  }
  return tree;
}

/** The processes of these numbers as they are now. */
export function processesOf(pids: readonly number[]): ProcessTree {
  const entries = process.platform === "linux" ? pids.flatMap((pid) => procEntry(pid) ?? []) : psEntries();
  return new Map(entries.filter(({ pid }) => pids.includes(pid)).map(({ pid, started }) => [pid, started]));
}

/** What this process has started, but for the known ones. On Windows, where it takes a second to learn, nothing. */
export function otherChildren(known: ReadonlySet<number>): number[] {
  if (process.platform === "win32") return [];
  const entries = process.platform === "linux" ? procEntries() : psEntries();
  return entries.filter(({ pid, parent }) => parent === process.pid && !known.has(pid)).map(({ pid }) => pid);
}

function procEntries(): ProcessEntry[] {
  const names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return names.flatMap((name) => procEntry(Number(name)) ?? []);
}

function procEntry(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may hold anything; what follows is numbers.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, parent: Number(fields[1]), started: fields[19] ?? "" };
  } catch {
    // It ended a moment ago.
    return undefined;
  }
}

function psEntries(): ProcessEntry[] {
  const lines = execFileSync("ps", ["-axo", "pid=,ppid=,lstart="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [pid = "", parent = "", ...started] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), started: started.join(" ") };
  });
}
