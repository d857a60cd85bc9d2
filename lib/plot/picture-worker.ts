// The thread that draws pictures of charts while something else computes. Started by drawing-thread.ts; loads what draws at
// once, answers one request after the other, and ends when none came for a while.
import { readlinkSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { basename } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { Chart } from "./chart.js";
import { loadDrawing } from "./draw.js";
import type { Spec } from "./spec.js";

export interface PictureRequest {
  readonly id: number;
  readonly spec: Spec;
  readonly text: string;
}

export type PictureReply = { readonly id: number } & (
  | { readonly png: string; readonly cost: number }
  | { readonly error: string }
);

/** What the thread is started with. */
export interface PictureSetup {
  /** Milliseconds without a request after which the thread ends, and gives its memory back. */
  readonly idleTime: number;
}

let isYielding = false;

function main(): void {
  const port = parentPort;
  if (port === null) return;
  const { idleTime } = workerData as PictureSetup;
  const end = setTimeout(() => process.exit(0), idleTime);
  let work: Promise<unknown> = loadDrawing();
  port.on("message", ({ id, spec, text }: PictureRequest) => {
    work = work.then(async () => {
      const reply = await draw(spec, text).catch((error: Error) => ({ error: error.message }));
      port.postMessage({ id, ...reply } satisfies PictureReply);
      // Not before: the first picture may be the last, of a training that is soon stopped, and on a busy machine it would wait for long.
      yieldToOthers();
      end.refresh();
    });
  });
}

/**
 * Where all cores train, a picture takes its time from the training. Linux lets a single thread wait until nobody else needs
 * the core; elsewhere only whole processes, and what draws shares the training's.
 */
function yieldToOthers(): void {
  if (process.platform !== "linux" || isYielding) return;
  isYielding = true;
  try {
    setPriority(Number(basename(readlinkSync("/proc/thread-self"))), constants.priority.PRIORITY_LOW);
  } catch {
    // No /proc, or it is not allowed: the pictures cost a little more.
  }
}

async function draw(spec: Spec, text: string): Promise<{ png: string; cost: number }> {
  const started = performance.now();
  const png = String((await new Chart(spec, undefined, text).bundle())["image/png"]);
  return { png, cost: performance.now() - started };
}

main();
