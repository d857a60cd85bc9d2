// CPU and memory of a process and all its descendants: the session, the worker, the compiler, what user code started.
// Used by handlers/usage. Linux reads /proc, macOS asks ps; elsewhere only the process itself is counted.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

interface ProcessSample {
  pid: number;
  parent: number;
  /** Seconds of CPU since it started. */
  cpu: number;
  bytes: number;
}

export interface TreeUsage {
  /** 100 is one core; 0 at the first measurement. */
  cpuPercent: number;
  /** Bytes. */
  memory: number;
}

/** Linux counts CPU in ticks of 10 ms on every platform that Node.js runs on. */
const ticksPerSecond = 100;

export class ProcessTreeUsage {
  #previous = new Map<number, number>();
  #measuredAt: number | undefined;

  constructor(readonly root: number) {}

  async measure(): Promise<TreeUsage> {
    const samples = descendants(await sampleProcesses(), this.root);
    const now = performance.now();
    const seconds = this.#measuredAt === undefined ? 0 : (now - this.#measuredAt) / 1000;
    const before = this.#previous;
    this.#previous = new Map(samples.map(({ pid, cpu }) => [pid, cpu]));
    this.#measuredAt = now;
    const used = samples.reduce((sum, { pid, cpu }) => sum + Math.max(0, cpu - (before.get(pid) ?? cpu)), 0);
    return {
      cpuPercent: seconds > 0 ? Math.round((1000 * used) / seconds) / 10 : 0,
      memory: samples.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}

function descendants(samples: ProcessSample[], root: number): ProcessSample[] {
  const tree = new Set([root]);
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const { pid, parent } of samples) if (tree.has(parent)) tree.add(pid);
  }
  return samples.filter(({ pid }) => tree.has(pid));
}

async function sampleProcesses(): Promise<ProcessSample[]> {
  if (process.platform === "linux") return sampleProc();
  if (process.platform === "darwin") return samplePs();
  const { user, system } = process.cpuUsage();
  return [{ pid: process.pid, parent: 0, cpu: (user + system) / 1e6, bytes: process.memoryUsage.rss() }];
}

async function sampleProc(): Promise<ProcessSample[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const samples = await Promise.all(pids.map((pid) => sampleProcEntry(Number(pid))));
  return samples.filter((sample) => sample !== undefined);
}

async function sampleProcEntry(pid: number): Promise<ProcessSample | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may hold anything; what follows is numbers.
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [parent = 0, userTicks = 0, systemTicks = 0] = [fields[1], fields[11], fields[12]];
    const [, resident = 0] = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ").map(Number);
    return { pid, parent, cpu: (userTicks + systemTicks) / ticksPerSecond, bytes: resident * pageSize };
  } catch {
    // It ended a moment ago.
    return undefined;
  }
}

/** Of x64 and most arm64 systems; where pages are larger, memory reads too small. */
const pageSize = 4096;

async function samplePs(): Promise<ProcessSample[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axo", "pid=,ppid=,rss=,time="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [pid = 0, parent = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent, cpu: psSeconds(line.trim().split(/\s+/)[3] ?? ""), bytes: kilobytes * 1024 };
    });
}

/** `[[dd-]hh:]mm:ss.cc` */
function psSeconds(time: string): number {
  const [clock = "", days = "0"] = time.split("-").reverse();
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
