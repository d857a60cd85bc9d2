// `npm run bench:soak`: 2,000 cells with growing state in one kernel. Prints latency and memory along the way, and whether
// the bars hold: the last hundred cells take at most 1.5 times as long as the first hundred, and memory is bounded.
import { parseArgs } from "node:util";
import { startKernel } from "../jupyter-client/start-kernel.js";
import { treeMemory } from "./kernel/process-memory.js";
import { median, quantile } from "./kernel/statistics.js";
import { soakCell } from "./soak/cells.js";

const slowdownBar = 1.5;
/** What a cell may leave behind in a process: its source map, its compiled code, what it declares. */
const kilobytesPerCellBar = 60;

const { values } = parseArgs({ options: { cells: { type: "string", default: "2000" } } });
const cells = Number(values.cells);
if (!Number.isInteger(cells) || cells < 300)
  throw new Error(`invalid --cells; expected an integer from 300 on: ${cells}`);

interface Memory {
  /** Resident megabytes of session and compiler. */
  session: number;
  worker: number;
  workerHeap: number;
}

const kernel = await startKernel();
try {
  const times: number[] = [];
  const workerPid = await kernel.workerPid();
  const measure = async (): Promise<Memory> => {
    const worker = treeMemory(workerPid).megabytes;
    const workerHeap = Number(await kernel.text("process.memoryUsage().heapUsed / 1e6"));
    return { session: treeMemory(kernel.process.pid).megabytes - worker, worker, workerHeap };
  };
  let settled: Memory | undefined;
  let last: Memory | undefined;
  print(["cells", "median ms", "p95 ms", "session MB", "worker MB", "worker's heap MB"]);
  for (let i = 0; i < cells; i++) {
    const { code, shows } = soakCell(i);
    const start = performance.now();
    const { reply, outputs } = await kernel.execute(code);
    times.push(performance.now() - start);
    if (reply.status !== "ok") throw new Error(`cell ${i} failed: ${String(reply.evalue)}\n${code}`);
    const shown = outputs.find(({ type }) => type === "execute_result")?.data?.["text/plain"];
    if (shows !== undefined && shown !== shows) throw new Error(`cell ${i} shows ${shown}; expected ${shows}\n${code}`);
    if ((i + 1) % 100 !== 0) continue;
    last = await measure();
    if (i + 1 === 200) settled = last;
    const hundred = times.slice(-100);
    const row = [median(hundred), quantile(hundred, 0.95), last.session, last.worker, last.workerHeap];
    print([String(i + 1), ...row.map((value) => value.toFixed(1))]);
  }
  if (!settled || !last) throw new Error("no memory was measured");
  const slowdown = median(times.slice(-100)) / median(times.slice(0, 100));
  const grown = (part: "session" | "worker"): number =>
    (((last as Memory)[part] - (settled as Memory)[part]) * 1000) / (cells - 200);
  const growth = { session: grown("session"), worker: grown("worker") };
  process.stdout.write(
    `last hundred ÷ first hundred: ${slowdown.toFixed(2)} (bar ${slowdownBar})\n` +
      `memory a cell, after the first 200: session ${growth.session.toFixed(1)} kB, ` +
      `worker ${growth.worker.toFixed(1)} kB (bar ${kilobytesPerCellBar} each)\n`,
  );
  if (slowdown > slowdownBar || Object.values(growth).some((it) => it > kilobytesPerCellBar)) process.exitCode = 1;
} finally {
  await kernel.close();
}

function print(columns: string[]): void {
  process.stdout.write(`${columns.map((text) => text.padStart(18)).join("")}\n`);
}
