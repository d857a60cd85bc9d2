// `npm run bench:memory`: what training costs in memory, in a kernel as a notebook has it. Prints the idle kernel, the peak while LeNet-5
// trains on 5,000 digits (batch 32, 3 epochs, a loader with 2 workers), and how memory goes over 20 epochs; and whether the bars hold.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findContender, isMissing } from "./kernel/contenders.js";
import { RunningKernel } from "./kernel/running-kernel.js";

/** Megabytes above the idle kernel, all its processes summed. */
const peakBar = 600;
/** How much more the worker may hold after the last of 20 epochs than after the fifth, in megabytes. */
const growthBar = 50;
/** Milliseconds between two looks at the processes. */
const interval = 50;

const prepare = `
const { train, test } = await ml.data.mnist({ train: 5000, test: 1000, seed: 7 })
const transform = ml.transforms.compose([ml.transforms.resize(32), ml.transforms.toTensor(), ml.transforms.normalize([0.5], [0.5])])
const model = ml.models.lenet5({ inputShape: [32, 32, 1], classes: 10, seed: 1 })
const options = {
  train: ml.data.loader(train, { batchSize: 32, shuffle: true, seed: 1, transform, workers: 2 }),
  validation: ml.data.loader(test, { batchSize: 128, transform }),
  optimizer: ml.optimizers.adamW({ learningRate: 1e-3 }),
}`;
const threeEpochs = "(await ml.fit(model, { ...options, epochs: 3 })).column('accuracy').at(-1)";
const twentyEpochs = `
const rows: string[] = []
await ml.fit(model, { ...options, epochs: 20, callbacks: [{ name: "memory", afterEpoch: () => {
  const { numTensors, numBytes } = tf.memory()
  rows.push([process.memoryUsage().rss, numTensors, numBytes].join())
  return undefined
} }] })
rows.join(" ")`;

/** How long a cell may take, in milliseconds, on a busy machine. */
const patience = 600_000;

/** Runs a cell and looks at the kernel's processes all the while: the largest sum, in megabytes, and what the cell showed. */
async function watched(kernel: RunningKernel, code: string): Promise<{ peak: number; text: string }> {
  let peak = 0;
  let done = false;
  const watching = (async () => {
    while (!done) {
      peak = Math.max(peak, kernel.memory().megabytes);
      await delay(interval);
    }
  })();
  try {
    const { text } = await kernel.run({ code }, patience);
    return { peak, text };
  } finally {
    done = true;
    await watching;
  }
}

const contender = findContender("cellgrad");
if (isMissing(contender)) throw new Error(contender.why);
const directory = mkdtempSync(path.join(tmpdir(), "cellgrad-memory-"));
const kernel = await RunningKernel.start(contender, { directory, env: {} });
try {
  await kernel.run({ code: "1 + 1" });
  await delay(1000);
  const idle = kernel.memory();
  print(`idle kernel: ${idle.megabytes.toFixed(0)} MB in ${idle.processes} processes`);

  const prepared = await watched(kernel, prepare);
  const three = await watched(kernel, threeEpochs);
  const peak = Math.max(prepared.peak, three.peak);
  const above = peak - idle.megabytes;
  const accuracy = Number(three.text).toFixed(3);
  print(`LeNet-5 on 5,000 digits, 3 epochs (accuracy ${accuracy}): peak ${peak.toFixed(0)} MB`);
  print(`above the idle kernel: ${above.toFixed(0)} MB (bar ${peakBar})`);

  const { text } = await watched(kernel, twentyEpochs);
  const rows = text.replaceAll(/^["'`]|["'`]$/g, "").split(" ");
  const epochs = rows.map((row) => row.split(",").map(Number));
  const [fifth = [], last = []] = [epochs[4], epochs.at(-1)];
  if (epochs.length !== 20 || !epochs.flat().every(Number.isFinite)) throw new Error(`no figures: ${text}`);
  print(`worker after each of 20 epochs, MB: ${epochs.map(([rss = 0]) => (rss / 1e6).toFixed(0)).join(" ")}`);
  print(`tensors: ${fifth[1]} after the fifth epoch, ${last[1]} after the last; bytes ${fifth[2]} and ${last[2]}`);
  const growth = ((last[0] ?? 0) - (fifth[0] ?? 0)) / 1e6;
  print(`growth from the fifth epoch to the last: ${growth.toFixed(0)} MB (bar ${growthBar})`);
  if (above > peakBar || growth > growthBar || fifth[1] !== last[1] || fifth[2] !== last[2]) process.exitCode = 1;
} finally {
  await kernel.stop();
  rmSync(directory, { recursive: true, force: true });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
