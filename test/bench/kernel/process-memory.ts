// The memory of a process and of everything that it started. Used by running-kernel.ts.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

interface ProcessRow {
  pid: number;
  parent: number;
  /** Resident set, in bytes. */
  rss: number;
}

/** Resident memory of the process and all its descendants, summed, in megabytes. */
export function treeMemory(root: number): { megabytes: number; processes: number } {
  const rows = allProcesses();
  const inside = new Set([root]);
  // Parents may come after their children in the list: again, until nothing is added.
  for (let before = 0; before !== inside.size; ) {
    before = inside.size;
    for (const { pid, parent } of rows) if (inside.has(parent)) inside.add(pid);
  }
  const members = rows.filter(({ pid }) => inside.has(pid));
  return { megabytes: members.reduce((sum, { rss }) => sum + rss, 0) / 1e6, processes: members.length };
}

function allProcesses(): ProcessRow[] {
  if (process.platform === "linux") return linuxProcesses();
  if (process.platform === "win32") return windowsProcesses();
  const text = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" });
  return readRows(text, 1024);
}

function linuxProcesses(): ProcessRow[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, "utf8");
        const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
        const kilobytes = Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0);
        return [{ pid: Number(name), parent, rss: kilobytes * 1024 }];
      } catch {
        // It ended while the list was read.
        return [];
      }
    });
}

function windowsProcesses(): ProcessRow[] {
  const query =
    'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.WorkingSetSize)" }';
  return readRows(execFileSync("powershell", ["-NoProfile", "-Command", query], { encoding: "utf8" }), 1);
}

function readRows(text: string, unit: number): ProcessRow[] {
  return text.split("\n").flatMap((line) => {
    const [pid, parent, size] = line.trim().split(/\s+/).map(Number);
    return pid && parent !== undefined && size !== undefined ? [{ pid, parent, rss: size * unit }] : [];
  });
}
