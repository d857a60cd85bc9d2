// `npm run bench:soak`: 2,000 cells with growing state in one kernel. Prints latency and memory along the way, and whether
// the bars hold: the last hundred cells take at most 1.5 times as long as the first hundred behind the warm-up, and memory
// is bounded.
import { parseArgs } from "node:util";
import { startKernel } from "../jupyter-client/start-kernel.js";
import { treeMemory } from "./kernel/process-memory.js";
import { median, quantile } from "./kernel/statistics.js";
import { soakCell } from "./soak/cells.js";

const slowdownBar = 1.5;
/** The first cells also wait for V8 to compile the kernel itself: with them the first hundred would be too easy to match. */
const warmUp = 20;
/**
 * What a cell may leave behind, in kilobytes, in the second half: the heaps have found their size by then, which they do
 * in the first 1,000 cells. A cell keeps its input and result for the history, the types of what it declares, and the
 * request that late output belongs to: 5 to 15 kB were measured in session and compiler together.
 */
const kilobytesPerCellBar = 20;
/** All growth from cell 200 on, in megabytes a process; 67 and 75 were measured. Most of it is room in the heaps. */
const growthBar = 100;

const { values } = parseArgs({ options: { cells: { type: "string", default: "2000" } } });
const cells = Number(values.cells);
if (!Number.isInteger(cells) || cells < 2000 || cells % 200 !== 0)
  throw new Error(`invalid --cells; expected a multiple of 200, from 2000 on: ${cells}`);

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
  let middle: Memory | undefined;
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
    if (i + 1 === cells / 2) middle = last;
    const hundred = times.slice(-100);
    const row = [median(hundred), quantile(hundred, 0.95), last.session, last.worker, last.workerHeap];
    print([String(i + 1), ...row.map((value) => value.toFixed(1))]);
  }
  if (!settled || !middle || !last) throw new Error("no memory was measured");
  const slowdown = median(times.slice(-100)) / median(times.slice(warmUp, warmUp + 100));
  print(["last ÷ first hundred", `${slowdown.toFixed(2)}`, `(bar ${slowdownBar}, without ${warmUp} cells of warm-up)`]);
  let held = slowdown <= slowdownBar;
  for (const part of ["session", "worker"] as const) {
    const perCell = ((last[part] - middle[part]) * 1000) / (cells / 2);
    const grown = last[part] - settled[part];
    held &&= perCell <= kilobytesPerCellBar && grown <= growthBar;
    print([
      part,
      `${perCell.toFixed(1)} kB a cell in the second half (bar ${kilobytesPerCellBar})`,
      `${grown.toFixed(1)} MB since cell 200 (bar ${growthBar})`,
    ]);
  }
  if (!held) process.exitCode = 1;
} finally {
  await kernel.close();
}

function print(columns: string[]): void {
  process.stdout.write(`${columns.map((text) => text.padStart(18)).join("  ")}\n`);
}
