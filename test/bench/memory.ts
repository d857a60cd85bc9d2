// `npm run bench:memory`: what training costs in memory, in a kernel as a notebook has it. Prints the idle kernel, the peak while LeNet-5
// trains on 5,000 digits (batch 32, 3 epochs, a loader with 2 workers), and how memory goes over 20 epochs; and whether the bars hold.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findContender, isMissing } from "./kernel/contenders.js";
import { RunningKernel } from "./kernel/running-kernel.js";
import { epochsOf, growthBar, peakBar, prepare, threeEpochs, twentyEpochs, watched } from "./memory-cells.js";

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
  const epochs = epochsOf(text);
  const [fifth, last] = [epochs[4], epochs[19]];
  if (fifth === undefined || last === undefined) throw new Error(`no figures: ${text}`);
  print(`worker after each of 20 epochs, MB: ${epochs.map(({ rss }) => (rss / 1e6).toFixed(0)).join(" ")}`);
  print(
    `tensors: ${fifth.tensors} after the fifth epoch, ${last.tensors} after the last; bytes ${fifth.bytes} and ${last.bytes}`,
  );
  const growth = (last.rss - fifth.rss) / 1e6;
  print(`growth from the fifth epoch to the last: ${growth.toFixed(0)} MB (bar ${growthBar})`);
  const isSteady = growth <= growthBar && fifth.tensors === last.tensors && fifth.bytes === last.bytes;
  if (above > peakBar || !isSteady) process.exitCode = 1;
} finally {
  await kernel.stop();
  rmSync(directory, { recursive: true, force: true });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
