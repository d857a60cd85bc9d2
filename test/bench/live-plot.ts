// `npm run bench:live-plot`: what ml.callbacks.livePlot costs. The same training in one kernel with and without it, taking
// turns; then whether its bars hold: at most 3 % of the training's time, at most 4 updates a second. Exit code 1 when not.
//
// Environment: ROUNDS (default 7), EPOCHS (default 20), CELLGRAD_THREADS (for the kernel; all cores unless set).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findContender, isMissing } from "./kernel/contenders.js";
import { RunningKernel } from "./kernel/running-kernel.js";
import { median } from "./kernel/statistics.js";

const rounds = Number(process.env.ROUNDS ?? 7);
const epochs = Number(process.env.EPOCHS ?? 20);
/** How long a training may take, in milliseconds, on a busy machine. */
const patience = 600_000;
/** Per cent of the training's time; updates a second. */
const [costBar, rateBar] = [3, 4];

const prepare = `
const { train } = await ml.data.mnist({ train: 5000, seed: 7 })
const loader = ml.data.loader(train, { batchSize: 32, shuffle: true, seed: 1, transform: ml.transforms.toTensor() })
async function measure(live: boolean): Promise<number[]> {
  const model = ml.models.lenet5({ inputShape: [28, 28, 1], classes: 10, batchNorm: false, seed: 1 })
  let begun = 0, trained = 0, cpu = process.cpuUsage()
  const first = { name: "first",
    begin() { begun = performance.now(); cpu = process.cpuUsage() },
    end() { trained = performance.now(); return undefined },
  }
  await ml.fit(model, { train: loader, epochs: ${epochs}, callbacks: [first, ...(live ? [ml.callbacks.livePlot()] : [])] })
  const { user, system } = process.cpuUsage(cpu)
  const ended = performance.now()
  model.dispose()
  return [trained - begun, ended - trained, (user + system) / 1000]
}
(await measure(false)).length`;

interface Run {
  /** Milliseconds from the first callback's begin to its end, and from there to fit's answer. */
  readonly training: number;
  readonly end: number;
  /** Processor time of all threads, in milliseconds. */
  readonly processor: number;
  readonly updates: number;
}

async function measured(kernel: RunningKernel, live: boolean): Promise<Run> {
  const { exchange, text } = await kernel.attempt(`JSON.stringify(await measure(${live}))`, patience);
  const figures = /\[[\d.,e-]+\]/.exec(text)?.[0];
  if (figures === undefined) throw new Error(`the training failed: ${text}`);
  const [training = 0, end = 0, processor = 0] = JSON.parse(figures) as number[];
  const updates = exchange.published.filter(({ header }) => header.msg_type === "update_display_data").length;
  return { training, end, processor, updates };
}

function summary(plain: readonly Run[], live: readonly Run[]): { lines: string[]; holds: boolean } {
  const of = (runs: readonly Run[], value: (run: Run) => number) => median(runs.map(value));
  // Each round's own pair: what else the machine does falls on both.
  const cost = (value: (run: Run) => number) =>
    100 * (median(live.map((run, i) => value(run) / value(plain[i] ?? run))) - 1);
  const time = cost(({ training }) => training);
  // The last update is the end's.
  const rate = Math.max(...live.map(({ training, updates }) => ((updates - 1) * 1000) / training));
  const holds = time <= costBar && rate <= rateBar;
  const lines = [
    `training           ${(of(plain, ({ training }) => training) / 1000).toFixed(2)} s alone, ${(of(live, ({ training }) => training) / 1000).toFixed(2)} s with livePlot`,
    `share of the time  ${time.toFixed(1)} % (at most ${costBar})`,
    `processor time     ${cost(({ processor }) => processor).toFixed(1)} % more, the end's picture and the other thread's included`,
    `updates            ${rate.toFixed(2)} a second in the fastest run (at most ${rateBar}), ${of(live, ({ updates }) => updates)} in all`,
    `the end            ${of(live, ({ end }) => end).toFixed(0)} ms, ${of(plain, ({ end }) => end).toFixed(0)} ms without it`,
    holds ? "all bars hold" : "a bar does not hold",
  ];
  return { lines, holds };
}

const contender = findContender("cellgrad");
if (isMissing(contender)) throw new Error(contender.why);
const directory = mkdtempSync(path.join(tmpdir(), "cellgrad-live-plot-"));
const kernel = await RunningKernel.start(contender, { directory, env: {} });
try {
  await kernel.run({ code: prepare, shows: "3" }, patience);
  const [plain, live]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    // Who begins changes.
    for (const isLive of round % 2 ? [true, false] : [false, true])
      (isLive ? live : plain).push(await measured(kernel, isLive));
    process.stderr.write(`round ${round + 1} of ${rounds}\r`);
  }
  const { lines, holds } = summary(plain, live);
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exitCode = holds ? 0 : 1;
} finally {
  await kernel.stop();
  rmSync(directory, { recursive: true, force: true });
}
