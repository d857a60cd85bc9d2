// usage_request: CPU and memory of the kernel with all its processes, and of the machine, as ipykernel answers it.
import os from "node:os";
import type { UsageReply } from "../../protocol/replies.js";
import { ProcessTreeUsage } from "../process-tree-usage.js";

const tree = new ProcessTreeUsage(process.pid);
let previousTimes = os.cpus().map(({ times }) => times);

export async function usage(): Promise<UsageReply> {
  const { cpuPercent, memory } = await tree.measure();
  const hostPercent = hostCpuPercent();
  const total = os.totalmem();
  const available = process.availableMemory();
  return {
    status: "ok",
    hostname: os.hostname(),
    pid: process.pid,
    kernel_cpu: cpuPercent,
    kernel_memory: memory,
    cpu_count: os.cpus().length,
    ...(hostPercent === undefined ? {} : { host_cpu_percent: hostPercent }),
    host_virtual_memory: {
      total,
      available,
      percent: round((100 * (total - available)) / total),
      used: total - available,
      free: os.freemem(),
    },
  };
}

/** Of all cores together, since the last request; undefined where no time has passed. */
function hostCpuPercent(): number | undefined {
  const times = os.cpus().map((cpu) => cpu.times);
  let busy = 0;
  let all = 0;
  for (const [core, now] of times.entries()) {
    const before = previousTimes[core];
    if (before === undefined) continue;
    const idle = now.idle - before.idle;
    const sum = (Object.keys(now) as (keyof typeof now)[]).reduce((total, key) => total + now[key] - before[key], 0);
    busy += sum - idle;
    all += sum;
  }
  previousTimes = times;
  return all > 0 ? round((100 * busy) / all) : undefined;
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}
