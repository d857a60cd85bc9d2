// `npm run bench:training`: images a second of training and inference, ours and others', in one run. The contenders take turns, one at a
// time and several rounds, so that whatever else the machine does falls on all of them; ratios are medians over the rounds. Both sides do the
// same work: the update is made and the loss is read at every step. Ends with 1 when a bar is not met; without PyTorch there are no bars.
//
// Environment: ROUNDS (default 5), SECONDS (a measurement; default 0.5), PYTHON (an interpreter with torch; default python3).
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findNativePackage, NATIVE_PACKAGES } from "../../lib/engine/tensorflow-backend.js";
import { Bars, median, medianRatio } from "./bars.js";
import type { Answer, Request } from "./training-contender.js";
import { printProfile } from "./training-profile.js";

const rounds = Number(process.env.ROUNDS ?? 5);
const seconds = Number(process.env.SECONDS ?? 0.5);
const python = process.env.PYTHON ?? "python3";

class Contender {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(
    readonly name: string,
    readonly threads: number,
    command: string,
    args: readonly string[],
  ) {
    this.child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
    if (this.child.stdout === null) throw new Error("invalid child; expected its standard output: none");
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async measure(request: Request): Promise<Answer> {
    this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    // What a library prints by itself is no answer.
    for (;;) {
      const line = await this.lines.next();
      if (line.done) return { rate: 0, note: "ended" };
      if (line.value.startsWith("{")) return JSON.parse(line.value) as Answer;
    }
  }

  stop(): void {
    this.child.stdin?.end();
  }
}

function besides(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

const script = besides("./training-contender.js");
// The Python file is not compiled: it stays in the source tree.
const pythonScript = fileURLToPath(new URL("../../../test/bench/training-pytorch.py", import.meta.url));
const ours = (threads: number) =>
  new Contender("cellgrad, compiled", threads, process.execPath, [script, "compiled", "wasm", String(threads)]);
const eager = (threads: number) =>
  new Contender("cellgrad, eager wasm", threads, process.execPath, [script, "eager", "wasm", String(threads)]);
const plainCpu = () => new Contender("tfjs, cpu", 1, process.execPath, [script, "fit", "cpu", "1"]);
const stock = () => new Contender("tfjs, wasm as it comes", 1, process.execPath, [script, "stock", "wasm", "1"]);
const native = () => new Contender("tfjs, tensorflow", 0, process.execPath, [script, "fit", "tensorflow", "0"]);
const torch = (threads: number) => new Contender("PyTorch, eager", threads, python, [pythonScript, String(threads)]);

const hasTorch = spawnSync(python, ["-c", "import torch"], { stdio: "ignore" }).status === 0;
const hasNative = NATIVE_PACKAGES.some((name) => findNativePackage(name) !== undefined);

interface Row {
  readonly name: string;
  readonly threads: number;
  readonly rates: readonly number[];
  readonly cpuRates: readonly number[];
  readonly note: string | undefined;
}

async function compare(contenders: readonly Contender[], request: Request, times = rounds): Promise<Row[]> {
  const rates = contenders.map(() => [] as number[]);
  const cpuRates = contenders.map(() => [] as number[]);
  const notes = new Map<number, string>();
  // The first round warms up: sessions, caches, memory.
  if (request.task === "train" || request.task === "infer")
    for (const contender of contenders) await contender.measure({ ...request, seconds: 0 });
  for (let round = 0; round < times; round++)
    for (const [i, contender] of contenders.entries()) {
      const { rate, cpuRate, note } = await contender.measure(request);
      rates[i]?.push(rate);
      if (cpuRate !== undefined) cpuRates[i]?.push(cpuRate);
      if (note !== undefined) notes.set(i, note);
    }
  return contenders.map(({ name, threads }, i) => ({
    name,
    threads,
    rates: rates[i] ?? [],
    cpuRates: cpuRates[i] ?? [],
    note: notes.get(i),
  }));
}

const verdicts = new Bars();

function print(title: string, rows: readonly Row[], bar?: number): void {
  console.log(`\n${title}`);
  const anchor =
    rows.find(({ name, threads }) => name.startsWith("PyTorch") && threads === 2) ??
    rows.find(({ name }) => name.startsWith("PyTorch"));
  for (const { name, threads, rates, cpuRates, note } of rows) {
    const ratio = anchor === undefined ? undefined : medianRatio(rates, anchor.rates);
    const against = ratio === undefined ? "" : `  ${ratio.toFixed(2)} × PyTorch`;
    const isJudged = bar !== undefined && ratio !== undefined && name.includes("compiled") && threads === 2;
    const goal = isJudged ? `  (bar ${bar}: ${verdicts.judge(title, ratio, bar)})` : "";
    const who = `${name}${threads > 0 ? `, ${threads} thread${threads === 1 ? "" : "s"}` : ""}`;
    const reason = note === undefined || name.includes("eager") ? "" : `  ${note}`;
    if (median(rates) === 0) {
      console.log(`  ${who.padEnd(32)}  ${note}`);
      continue;
    }
    const perCpu = cpuRates.length > 0 ? `${median(cpuRates).toFixed(0).padStart(8)} per CPU second` : "";
    console.log(
      `  ${who.padEnd(32)}${median(rates).toFixed(0).padStart(8)} images/s${perCpu}${against}${goal}${reason}`,
    );
  }
}

const bars: Readonly<Record<number, number>> = { 4: 1.5, 32: 1.1, 128: 0.85 };

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} threads; Node ${process.version}; ${rounds} rounds of ${seconds} s`,
);
if (!hasTorch) console.log(`PyTorch is not installed for ${python}: no ratios`);

const two = [ours(2), ...(hasTorch ? [torch(2)] : [])];
const others = [
  ours(1),
  ...(hasTorch ? [torch(1)] : []),
  eager(1),
  eager(2),
  ...(hasNative ? [native()] : []),
  stock(),
];
// While one still loads, another that is measured has fewer cores.
for (const contender of [...two, ...others])
  await contender.measure({ net: "tutorial", task: "train", batch: 4, seconds: 0 });
for (const batch of [4, 32, 128]) {
  const request: Request = { net: "tutorial", task: "train", batch, seconds };
  // The two that the bar compares alternate closely; the others follow.
  print(
    `Training the tutorial's net, batch ${batch}`,
    [...(await compare(two, request)), ...(await compare(others, request))],
    bars[batch],
  );
}
print(
  "Training the tutorial's net through ml.fit, with its accuracy, batch 32",
  await compare(two, { net: "tutorial", task: "fit", batch: 32, seconds }),
  bars[32],
);
for (const batch of [1, 128])
  print(
    `Inference of the tutorial's net, batch ${batch}`,
    await compare([...two, ...others.filter(({ name }) => name.startsWith("tfjs"))], {
      net: "tutorial",
      task: "infer",
      batch,
      seconds,
    }),
    batch === 1 ? 3 : undefined,
  );
print(
  "Training a net with convolutions of 32, 64, 128, batch norm and dropout, batch 32",
  await compare(two, { net: "large", task: "train", batch: 32, seconds }),
);
await printProfile("large", 32);
print(
  "End to end: a loader with 2 workers, shuffled and normalised, batch 4, two epochs of 6,000 images",
  await compare(two, { net: "tutorial", task: "loader", batch: 4, seconds }, Math.min(rounds, 3)),
  2.5,
);
const slow = plainCpu();
print("tfjs's plain backend, batch 4", await compare([slow], { net: "tutorial", task: "train", batch: 4, seconds: 0 }));
for (const contender of [...two, ...others, slow]) contender.stop();
if (verdicts.missed.length > 0) {
  console.error(`\nBars that are not met:\n${verdicts.missed.map((line) => `  ${line}`).join("\n")}`);
  process.exitCode = 1;
}
