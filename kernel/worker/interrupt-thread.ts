// The thread that hears Stop while the main thread spins. It first asks the main thread's event loop; if that does not
// answer, it has V8 terminate what runs, at a place to which the main thread agrees. It also notices the session's end.
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { pipes } from "../ipc/worker-notices.js";
import { answers, type InterruptThreadData, probeName, slots } from "./interrupt-slots.js";

/** How long code that yields now and then has time to do so, in milliseconds. */
const patience = 50;
/** Between two questions; the answer may be no inside code of Node or the kernel that must not be broken off. */
const pause = 2;

const { shared } = workerData as InterruptThreadData;
let busy = false;
let inspector: Session | undefined;

function isHandled(): boolean {
  return Atomics.load(shared, slots.handled) === Atomics.load(shared, slots.requested);
}

async function interrupt(): Promise<void> {
  // A second Stop while the first goes on adds nothing; the session decides when to lose patience.
  if (busy) return;
  busy = true;
  const request = Atomics.add(shared, slots.requested, 1) + 1;
  parentPort?.postMessage(request);
  while (!(await handledSoon())) {
    await terminate();
    // The first message may be dealt with now. If what the cell does about it spins in turn, the next one ends that.
    if (!(await handledSoon())) parentPort?.postMessage(request);
  }
  // Not for good: with a session connected, Node says at its exit that it waits for a debugger.
  inspector?.disconnect();
  inspector = undefined;
  busy = false;
}

async function handledSoon(): Promise<boolean> {
  const until = performance.now() + patience;
  while (!isHandled() && performance.now() < until) await delay(1);
  return isHandled();
}

/** Returns when something was terminated, or nothing needs to be any more. */
async function terminate(): Promise<void> {
  if (!inspector) {
    inspector = new Session();
    inspector.connectToMainThread();
  }
  const expression = `globalThis[Symbol.for(${JSON.stringify(probeName)})]()`;
  for (;;) {
    Atomics.store(shared, slots.answer, answers.asked);
    inspector.post("Runtime.evaluate", { expression, silent: true, returnByValue: true });
    // Native code that blocks lets the question wait.
    while (Atomics.load(shared, slots.answer) === answers.asked) {
      Atomics.wait(shared, slots.answer, answers.asked, 20);
      if (Atomics.load(shared, slots.answer) === answers.asked) await delay(5);
    }
    if (Atomics.load(shared, slots.answer) === answers.yes) {
      inspector.post("Runtime.terminateExecution");
      Atomics.store(shared, slots.terminating, 1);
      return;
    }
    if (isHandled()) return;
    await delay(pause);
  }
}

const pipe = new Socket({ fd: pipes.interrupt, readable: true, writable: false });
pipe.on("data", () => void interrupt());
// The session is gone, and whatever the main thread does is for nobody.
pipe.on("close", () => process.kill(process.pid, "SIGKILL"));
pipe.on("error", () => process.kill(process.pid, "SIGKILL"));
