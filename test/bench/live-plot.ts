// `npm run bench:live-plot`: what ml.callbacks.livePlot costs. The same training in one kernel with and without it, taking
// turns; then whether its bars hold: at most 3 % of the training's time, at most 4 updates a second. Exit code 1 when not.
//
// Two runs of the very same training differ by more than the bar on a shared machine, whose speed swings within seconds. So
// each step is compared with those around it (step-times.ts): what updates and pictures add to single steps stands out there,
// and a training without livePlot, whose steps are uneven too, is the zero. What its calls take at every step is added.
//
// Environment: ROUNDS (default 12), EPOCHS (default 15), CELLGRAD_THREADS (for the kernel; all cores unless set).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findContender, isMissing } from "./kernel/contenders.js";
import { RunningKernel } from "./kernel/running-kernel.js";
import { median, quantile } from "./kernel/statistics.js";
import { stepTimes, unevenness } from "./live-plot/step-times.js";

const rounds = Number(process.env.ROUNDS ?? 12);
const epochs = Number(process.env.EPOCHS ?? 15);
/** How long a training may take, in milliseconds, on a busy machine. */
const patience = 600_000;
/** Per cent of the training's time; updates a second. */
const [costBar, rateBar] = [3, 4];

const prepare = `
const { train } = await ml.data.mnist({ train: 5000, seed: 7 })
const loader = ml.data.loader(train, { batchSize: 32, shuffle: true, seed: 1, transform: ml.transforms.toTensor() })
async function measure(live: boolean): Promise<object> {
  const model = ml.models.lenet5({ inputShape: [28, 28, 1], classes: 10, batchNorm: false, seed: 1 })
  const plot = ml.callbacks.livePlot()
  const [stamps, calls]: number[][] = [[], []]
  let begun = 0, trained = 0, cpu = process.cpuUsage()
  const clock = { name: "clock",
    begin() { begun = performance.now(); cpu = process.cpuUsage() },
    afterStep() { stamps.push(performance.now() - begun); return undefined },
    end() { trained = performance.now(); return undefined },
  }
  const timed = { ...plot, afterStep(...step: Parameters<NonNullable<typeof plot.afterStep>>) {
    const before = performance.now()
    const answer = plot.afterStep?.(...step)
    calls.push(performance.now() - before)
    return answer
  } }
  await ml.fit(model, { train: loader, epochs: ${epochs}, callbacks: [clock, ...(live ? [timed] : [])] })
  const { user, system } = process.cpuUsage(cpu)
  const ended = performance.now()
  model.dispose()
  const rounded = (times: number[]) => times.map((time) => Math.round(1000 * time) / 1000)
  return { training: trained - begun, end: ended - trained, processor: (user + system) / 1000, stamps: rounded(stamps), calls: rounded(calls) }
}
"ready" + Object.keys(await measure(false)).length`;

interface Run {
  /** Milliseconds from the first callback's begin to its end, and from there to fit's answer. */
  readonly training: number;
  readonly end: number;
  /** Processor time of all threads, in milliseconds. */
  readonly processor: number;
  /** When each step ended, in milliseconds since the begin; and what livePlot's call took. */
  readonly stamps: readonly number[];
  readonly calls: readonly number[];
  readonly updates: number;
}

async function measured(kernel: RunningKernel, live: boolean): Promise<Run> {
  const { exchange, text } = await kernel.attempt(`console.log(JSON.stringify(await measure(${live})))`, patience);
  const figures = /\{"training".*\}/.exec(text)?.[0];
  if (figures === undefined) throw new Error(`the training failed: ${text}`);
  const updates = exchange.published.filter(({ header }) => header.msg_type === "update_display_data").length;
  return { ...(JSON.parse(figures) as Omit<Run, "updates">), updates };
}

function summary(plain: readonly Run[], live: readonly Run[]): { lines: string[]; holds: boolean } {
  const of = (runs: readonly Run[], value: (run: Run) => number) => median(runs.map(value));
  const more = (value: (run: Run) => number) =>
    100 * (median(live.map((run, i) => value(run) / value(plain[i] ?? run))) - 1);
  // What else the machine does only adds: of each kind the quietest quarter is compared.
  const uneven = (runs: readonly Run[]) =>
    100 *
    quantile(
      runs.map(({ stamps }) => unevenness(stamps)),
      0.25,
    );
  const step = of(live, ({ stamps }) => median(stepTimes(stamps)));
  const everyStep = (100 * of(live, ({ calls }) => median(calls))) / step;
  const [withIt, without] = [uneven(live), uneven(plain)];
  const share = withIt - without + everyStep;
  // The last update is the end's.
  const rate = Math.max(...live.map(({ training, updates }) => ((updates - 1) * 1000) / training));
  const holds = share <= costBar && rate <= rateBar;
  const lines = [
    `share of the time  ${share.toFixed(1)} % (at most ${costBar}): ${everyStep.toFixed(2)} % at every step, ${(withIt - without).toFixed(1)} % by updates and pictures`,
    `                   (steps are ${withIt.toFixed(1)} % longer than is usual around them with livePlot, ${without.toFixed(1)} % without)`,
    `whole trainings    ${(of(plain, ({ training }) => training) / 1000).toFixed(2)} s alone, ${(of(live, ({ training }) => training) / 1000).toFixed(2)} s with livePlot, ${more(({ training }) => training).toFixed(1)} % more; the same training takes ${spread(plain).toFixed(0)} % more or less by itself`,
    `processor time     ${more(({ processor }) => processor).toFixed(1)} % more, the end's picture and the other thread's included`,
    `updates            ${rate.toFixed(2)} a second in the fastest run (at most ${rateBar}), ${of(live, ({ updates }) => updates)} in all`,
    `the end            ${of(live, ({ end }) => end).toFixed(0)} ms, ${of(plain, ({ end }) => end).toFixed(0)} ms without it`,
    holds ? "all bars hold" : "a bar does not hold",
  ];
  return { lines, holds };
}

/** Half of the runs without it are within so many per cent of their median. */
function spread(runs: readonly Run[]): number {
  const middle = median(runs.map(({ training }) => training));
  return 100 * median(runs.map(({ training }) => Math.abs(training / middle - 1)));
}

const contender = findContender("cellgrad");
if (isMissing(contender)) throw new Error(contender.why);
const directory = mkdtempSync(path.join(tmpdir(), "cellgrad-live-plot-"));
const kernel = await RunningKernel.start(contender, { directory, env: {} });
try {
  await kernel.run({ code: prepare, shows: "ready5" }, patience);
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
