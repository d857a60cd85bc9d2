// The cells by which the memory of training is measured, the bars, and a look at the kernel's processes meanwhile. Used by
// `npm run bench:memory` and by memory.test.ts.
import { setTimeout as delay } from "node:timers/promises";
import type { RunningKernel } from "./kernel/running-kernel.js";

/** Megabytes above the idle kernel, all its processes summed. */
export const peakBar = 600;
/** How much more the worker may hold after the last of 20 epochs than after the fifth, in megabytes. */
export const growthBar = 50;
/** Milliseconds between two looks at the processes. */
const interval = 50;

/** LeNet-5, and 5,000 digits in a loader with two workers. */
export const prepare = `
const { train, test } = await ml.data.mnist({ train: 5000, test: 1000, seed: 7 })
const transform = ml.transforms.compose([ml.transforms.resize(32), ml.transforms.toTensor(), ml.transforms.normalize([0.5], [0.5])])
const model = ml.models.lenet5({ inputShape: [32, 32, 1], classes: 10, batchNorm: false, seed: 1 })
const options = {
  train: ml.data.loader(train, { batchSize: 32, shuffle: true, seed: 1, transform, workers: 2 }),
  validation: ml.data.loader(test, { batchSize: 128, transform }),
  optimizer: ml.optimizers.adamW({ learningRate: 1e-3 }),
}`;
/** Shows the last accuracy. */
export const threeEpochs = "(await ml.fit(model, { ...options, epochs: 3 })).column('accuracy').at(-1)";
/** Shows, after each epoch, what the worker holds: to be read by epochsOf. */
export const twentyEpochs = `
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
export async function watched(kernel: RunningKernel, code: string): Promise<{ peak: number; text: string }> {
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

export interface HeldMemory {
  /** Resident, in bytes. */
  readonly rss: number;
  readonly tensors: number;
  /** Of the tensors. */
  readonly bytes: number;
}

/** What twentyEpochs showed, one entry an epoch. */
export function epochsOf(text: string): HeldMemory[] {
  const rows = text.replaceAll(/^["'`]|["'`]$/g, "").split(" ");
  return rows.map((row) => {
    const [rss = Number.NaN, tensors = Number.NaN, bytes = Number.NaN] = row.split(",").map(Number);
    if (![rss, tensors, bytes].every(Number.isFinite)) throw new Error(`no figures: ${text}`);
    return { rss, tensors, bytes };
  });
}
