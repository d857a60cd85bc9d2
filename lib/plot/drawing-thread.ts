// Draws charts' pictures on another thread, so that a training goes on meanwhile. The thread is started by the first drawing or
// by `prepareDrawing`, serves everybody, and ends by itself when nothing was drawn for a while (see picture-worker.ts).
import { Worker } from "node:worker_threads";
import type { Chart } from "./chart.js";
import type { PictureReply, PictureRequest, PictureSetup } from "./picture-worker.js";

/** A chart's picture, as it stands in the chart's bundle. */
export interface DrawnPicture {
  /** A PNG file in base64. */
  readonly png: string;
  /** What it took of the other thread, in milliseconds. */
  readonly cost: number;
}

/** Milliseconds. To load what draws takes most of a second, so the thread stays from one training to the next. */
const idleTime = 600_000;

interface Pending {
  resolve(picture: DrawnPicture): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  /** When it last had something to do. */
  used: number;
}

let current: Thread | undefined;
let nextId = 0;

/** Starts the thread, which loads what draws: a second that the first picture need not wait for. */
export function prepareDrawing(): void {
  usableThread();
}

/** @throws what the drawing throws, and when the thread ends before it is done */
export function drawElsewhere(chart: Chart): Promise<DrawnPicture> {
  const thread = usableThread();
  return new Promise((resolve, reject) => {
    const id = nextId++;
    thread.pending.set(id, { resolve, reject });
    // It keeps the process alive only while somebody waits for it.
    thread.worker.ref();
    thread.worker.postMessage({ id, spec: chart.spec, text: chart.text } satisfies PictureRequest);
  });
}

function usableThread(): Thread {
  const now = Date.now();
  // One that has been idle for long may be about to end, and would take the request with it.
  if (!current || now - current.used > idleTime / 2) current = startThread();
  current.used = now;
  return current;
}

function startThread(): Thread {
  const worker = new Worker(new URL("./picture-worker.js", import.meta.url), {
    workerData: { idleTime } satisfies PictureSetup,
    name: "cellgrad pictures",
    // Flags of the program that draws (--import, --test, …) are not meant for its helpers.
    execArgv: [],
  });
  const thread: Thread = { worker, pending: new Map(), used: Date.now() };
  worker.on("message", (reply: PictureReply) => answer(thread, reply));
  worker.on("error", (error) => lose(thread, `the thread that draws failed: ${(error as Error).message}`));
  worker.on("exit", (code) => lose(thread, `the thread that draws ended with exit code ${code}`));
  worker.unref();
  return thread;
}

function answer(thread: Thread, { id, ...outcome }: PictureReply): void {
  const pending = thread.pending.get(id);
  thread.pending.delete(id);
  if (thread.pending.size === 0) thread.worker.unref();
  if ("error" in outcome) pending?.reject(new Error(outcome.error));
  else pending?.resolve(outcome);
}

function lose(thread: Thread, reason: string): void {
  if (current === thread) current = undefined;
  for (const { reject } of thread.pending.values()) reject(new Error(reason));
  thread.pending.clear();
}
