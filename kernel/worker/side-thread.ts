// The thread beside the one that runs cells. It hears Stop while that one spins: it first asks its event loop, then has V8
// terminate what runs, at a place to which it agrees. It gets printed text out of a loop that never yields, and it notices
// the session's end. Started by interrupt.ts.
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { pipes, stopBytes } from "../ipc/worker-notices.js";
import { endProcesses } from "./end-processes.js";
import { otherChildren } from "./process-tree.js";
import {
  answers,
  globalNames,
  type OtherChildren,
  printWaits,
  type SideThreadData,
  slots,
} from "./side-thread-slots.js";

/** How long code that yields now and then has time to do so, in milliseconds. */
const patience = 50;
/** Between two questions; the answer may be no inside code of Node or the kernel that must not be broken off. */
const pause = 2;
/** After which a question is asked anew, in milliseconds. */
const answerPatience = 1000;
/** After which a child process is looked for that the main thread waits for, in milliseconds. */
const childPause = 30;
/** After which printed text should have gone out by itself, in milliseconds. */
const printPatience = 30;

const { shared } = workerData as SideThreadData;
let interrupting = false;
/** Child processes that the main thread does not wait for. */
let unawaited: number[] = [];

function isHandled(): boolean {
  return Atomics.load(shared, slots.handled) === Atomics.load(shared, slots.requested);
}

async function handledSoon(): Promise<boolean> {
  const until = performance.now() + patience;
  while (!isHandled() && performance.now() < until) await delay(1);
  return isHandled();
}

/** @param meant how many pieces of work the session had sent: those are meant, and none that comes later. */
function interrupt(meant: number): void {
  Atomics.store(shared, slots.meant, meant);
  // A second Stop while the first goes on adds nothing; the session decides when to lose patience.
  if (!isHandled()) return;
  const request = Atomics.add(shared, slots.requested, 1) + 1;
  parentPort?.postMessage(request);
  if (!interrupting) void untilHandled();
}

async function untilHandled(): Promise<void> {
  interrupting = true;
  while (!(await handledSoon())) {
    const inspector = connect();
    await terminate(inspector);
    // The first message may be dealt with now. If what the cell does about it spins in turn, the next one ends that.
    if (!(await handledSoon())) parentPort?.postMessage(Atomics.load(shared, slots.requested));
    inspector.disconnect();
  }
  interrupting = false;
}

/** Returns when something was terminated, or nothing needs to be any more. */
async function terminate(inspector: Session): Promise<void> {
  Atomics.store(shared, slots.insisting, 1);
  void endAwaitedChildren();
  while (!isHandled()) {
    if (await agreed(inspector)) {
      inspector.post("Runtime.terminateExecution");
      Atomics.store(shared, slots.terminating, 1);
      break;
    }
    await delay(pause);
  }
  Atomics.store(shared, slots.insisting, 0);
}

/**
 * Ends the child process that the main thread waits for, and those that it waits for next, until it can be terminated. One whose
 * work is not meant by this Stop is left alone.
 */
async function endAwaitedChildren(): Promise<void> {
  const ending = new Set(unawaited);
  while (Atomics.load(shared, slots.insisting) === 1) {
    const awaiting = Atomics.load(shared, slots.awaitsChild);
    if (awaiting > 0 && awaiting - 1 <= Atomics.load(shared, slots.meant)) {
      const children = otherChildren(ending);
      // While it was looked for it may have ended by itself.
      if (Atomics.load(shared, slots.awaitsChild) === awaiting) endProcesses(children);
      for (const pid of children) ending.add(pid);
    }
    await delay(childPause);
  }
}

/** Asks the main thread whether it may be terminated where it is. If it may, it waits there. */
async function agreed(inspector: Session): Promise<boolean> {
  const question = Atomics.add(shared, slots.question, 1) + 1;
  Atomics.store(shared, slots.answer, answers.asked);
  let failed = false;
  call(inspector, globalNames.probe, question, () => {
    failed = Atomics.load(shared, slots.answer) === answers.asked;
  });
  // Native code that blocks lets the question wait; meanwhile this thread has its own events to see to.
  const until = performance.now() + answerPatience;
  while (!failed && Atomics.load(shared, slots.answer) === answers.asked && !isHandled() && performance.now() < until) {
    Atomics.wait(shared, slots.answer, answers.asked, 20);
    await delay(1);
  }
  return Atomics.load(shared, slots.answer) === answers.yes;
}

async function flushPrints(): Promise<void> {
  await delay(printPatience);
  if (interrupting || Atomics.load(shared, slots.printWaiting) === 0) return;
  const inspector = connect();
  call(inspector, globalNames.flush, 0);
  while (!interrupting && Atomics.load(shared, slots.printWaiting) === 1) await delay(printPatience);
  inspector.disconnect();
}

/** Never for good: with a session connected, Node says at its exit that it waits for a debugger. */
function connect(): Session {
  const inspector = new Session();
  inspector.connectToMainThread();
  return inspector;
}

function call(inspector: Session, name: string, argument: number, answered: () => void = () => {}): void {
  const expression = `globalThis[Symbol.for(${JSON.stringify(name)})](${argument})`;
  inspector.post("Runtime.evaluate", { expression, silent: true, returnByValue: true }, answered);
}

parentPort?.on("message", (message: typeof printWaits | OtherChildren) => {
  if (message === printWaits) void flushPrints();
  else unawaited = message.children;
});
const pipe = new Socket({ fd: pipes.interrupt, readable: true, writable: false });
let received = Buffer.alloc(0);
pipe.on("data", (chunk: Buffer) => {
  received = Buffer.concat([received, chunk]);
  for (; received.length >= stopBytes; received = received.subarray(stopBytes)) interrupt(received.readUInt32LE(0));
});
// The session is gone, and whatever the main thread does is for nobody.
pipe.on("close", () => process.kill(process.pid, "SIGKILL"));
pipe.on("error", () => process.kill(process.pid, "SIGKILL"));
