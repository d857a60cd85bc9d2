// Stop, on the worker's main thread. Where the event loop still turns, the running cell's awaits are rejected, its timers
// cleared, its AbortSignal fired. Where code spins, V8 terminates it (see side-thread.ts): all JavaScript on the stack
// is gone without `finally`, and this file puts in order what that leaves.
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { installAwaitedChildren } from "./awaited-children.js";
import type { CellExecutor } from "./cell-executor.js";
import { type CellRun, currentRun, liveRuns, startingRun } from "./cell-run.js";
import { forgetBrokenOff, isInterruptible } from "./critical.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";
import { macrotask } from "./macrotask.js";
import type { Outbox } from "./outbox.js";
import {
  answers,
  globalNames,
  type OtherChildren,
  printWaits,
  type SideThreadData,
  slotCount,
  slots,
} from "./side-thread-slots.js";
import type { StackFrame, StackFrames } from "./stack-frames.js";
import { startedChildren } from "./started-children.js";
import type { TensorFlow } from "./tensor-flow.js";

const require = createRequire(import.meta.url);

/** Node's books on asynchronous calls; half of an entry would end the process. */
const delicate = /^node:(?:async_hooks|internal\/(?:async_|process\/(?:task_queues|promises)|timers|callback))/;
/** Native code that makes its results in JavaScript and ends the process where that is terminated; each call takes milliseconds. */
const calledBack = /[\\/]onnxruntime-(?:node|common)[\\/]/;
/** The thread answers within microseconds; it may be kept from running. */
const terminationDeadline = 1000;
/**
 * What is not the running cell's own, such as another's timer, is broken off when it was met so often in one turn of the event
 * loop. Not a time: on a busy machine short work takes long, and questions come as slowly.
 */
const foreignPatience = 25;
/** How long a cell's output leaves time for a question, in milliseconds. */
const givenTime = 30;

interface Termination {
  run: CellRun | undefined;
  frames: StackFrame[];
}

export interface InterruptParts {
  executor: CellExecutor;
  outbox: Outbox;
  frames: StackFrames;
  tensorFlow: TensorFlow;
  /** Tells the reader of a cell that is done, but whose timer was stopped. */
  reportLate(run: CellRun, error: Error, at: StackFrame[]): void;
}

export class Interrupts {
  readonly #shared = new Int32Array(new SharedArrayBuffer(slotCount * Int32Array.BYTES_PER_ELEMENT));
  readonly #clearAsyncStack = asyncStackClearer();
  #terminated: Termination | undefined;
  /** How often foreign code was met in this turn of the event loop. */
  #foreignMet = 0;

  constructor(readonly parts: InterruptParts) {}

  start(): void {
    // A terminal's Ctrl-C reaches all processes of its group; the session's word counts.
    keepSigint();
    const { outbox } = this.parts;
    provide(globalNames.probe, (question) => this.#probe(question));
    provide(globalNames.flush, () => isInterruptible() && outbox.flush());
    const workerData: SideThreadData = { shared: this.#shared };
    const thread = new Worker(new URL("./side-thread.js", import.meta.url), { workerData, execArgv: [] });
    thread.on("message", (request: number) => this.#handle(request));
    outbox.onWaiting = (waits) => {
      Atomics.store(this.#shared, slots.printWaiting, waits ? 1 : 0);
      if (waits) thread.postMessage(printWaits);
    };
    outbox.onSent = () => this.#giveWay();
    installAwaitedChildren({
      begins: () => {
        thread.postMessage({ children: [...startedChildren] } satisfies OtherChildren);
        Atomics.store(this.#shared, slots.awaitsChild, this.parts.executor.currentNumber + 1);
      },
      ends: () => {
        Atomics.store(this.#shared, slots.awaitsChild, 0);
        this.#giveWay();
      },
    });
    thread.unref();
  }

  /**
   * Between two outputs of a cell, and behind each child process that it waited for. In a loop that does nothing but print or
   * show, almost all time passes in code that must not be broken off, so that the side thread would ask for long before it met
   * another place.
   */
  #giveWay(): void {
    if (Atomics.load(this.#shared, slots.insisting) === 0) return;
    const { current } = this.parts.executor;
    if (current && current !== startingRun()) return;
    const until = performance.now() + givenTime;
    while (Atomics.load(this.#shared, slots.insisting) === 1 && performance.now() < until);
  }

  #handle(request: number): void {
    if (Atomics.load(this.#shared, slots.handled) >= request) return;
    const terminated = this.#terminated;
    this.#terminated = undefined;
    if (terminated) this.#restore();
    const { executor } = this.parts;
    const meant = Atomics.load(this.#shared, slots.meant);
    executor.stopUpTo(meant);
    const run = executor.current;
    if (!run || !executor.isMeant(meant)) {
      this.#stopLate(terminated);
      this.#handled(request);
      return;
    }
    const at = terminated?.frames ?? this.#awaitingFrames(run);
    if (run.state !== "running") {
      // Its cleanup spins.
      this.#finish(run, at, request);
      return;
    }
    run.state = "stopping";
    run.timers.clear();
    run.children.end();
    const threadsEnd = run.threads.end();
    const error = new KeyboardInterrupt();
    run.awaits.rejectAll(error);
    // What the cell does about it has a turn of the event loop. If that spins, it is terminated, and the thread asks again.
    const finish = (): void => macrotask(() => macrotask(() => this.#finish(run, at, request)));
    if (threadsEnd) void threadsEnd.then(finish);
    else finish();
    run.abort.abort(error);
  }

  #finish(run: CellRun, at: StackFrame[], request: number): void {
    // The cell's cleanup was terminated meanwhile.
    if (Atomics.load(this.#shared, slots.handled) >= request) return;
    run.timers.clear();
    this.parts.executor.interrupted(run, at);
    this.#handled(request);
  }

  #handled(request: number): void {
    this.parts.tensorFlow.goOn();
    Atomics.store(this.#shared, slots.handled, request);
  }

  /** No cell runs: this ends the timers that earlier ones left. One of them, or an event, may have spun. */
  #stopLate(terminated: Termination | undefined): void {
    const error = new KeyboardInterrupt();
    for (const run of liveRuns()) if (run !== this.parts.executor.current && !run.isStopped) run.endTimers(error);
    if (terminated?.run) this.parts.reportLate(terminated.run, error, terminated.frames);
  }

  #awaitingFrames(run: CellRun): StackFrame[] {
    const position = run.awaits.latestPosition();
    return (position && this.parts.frames.of(position)) ?? [];
  }

  #restore(): void {
    forgetBrokenOff();
    Atomics.store(this.#shared, slots.awaitsChild, 0);
    keepSigint();
    this.parts.tensorFlow.restore();
    // A module that was broken off while it loaded would stay half there.
    for (const [path, module] of Object.entries(require.cache))
      if (module?.loaded === false) delete require.cache[path];
  }

  /**
   * Called by the side thread, through the inspector, on top of whatever runs here. Answers whether that may be terminated. If
   * so, it does not return before V8 has been asked to: nothing else runs in between.
   */
  #probe(question: number): void {
    if (Atomics.load(this.#shared, slots.question) !== question) return;
    const agreed = this.#agrees();
    Atomics.store(this.#shared, slots.answer, agreed ? answers.yes : answers.no);
    Atomics.notify(this.#shared, slots.answer);
    if (!agreed) return;
    // Not Atomics.wait: what runs below may be one.
    const deadline = performance.now() + terminationDeadline;
    while (Atomics.load(this.#shared, slots.terminating) === 0 && performance.now() < deadline);
    Atomics.store(this.#shared, slots.terminating, 0);
    // Node 20 and 22 count asynchronous calls on a stack that the vanished code can't take itself off.
    this.#clearAsyncStack();
  }

  #agrees(): boolean {
    const request = Atomics.load(this.#shared, slots.requested);
    if (Atomics.load(this.#shared, slots.handled) >= request || !isInterruptible()) return false;
    if (!this.parts.executor.isMeant(Atomics.load(this.#shared, slots.meant))) return false;
    const { tensorFlow } = this.parts;
    if (tensorFlow.isComputing) {
      tensorFlow.awaitEnd();
      return false;
    }
    const { frames, files } = this.parts.frames.here();
    // Nothing but the probe: the event loop is free, or turns from one microtask to the next.
    if (files.length === 0 || delicate.test(files[0] ?? "")) return false;
    if (files.some((file) => calledBack.test(file))) return false;
    const run = startingRun();
    // The kernel's own work, such as loading TensorFlow.js, is nobody's to stop.
    if (!run && !frames.some(({ place }) => place.kind === "cell" || place.kind === "file")) return false;
    if (run !== this.parts.executor.current && !this.#hasSpun()) return false;
    this.#terminated = { run: run ?? currentRun(), frames };
    return true;
  }

  /** A timer that fires now and then would lose its next time with the rest of its turn: it is let go. */
  #hasSpun(): boolean {
    if (this.#foreignMet === 0) {
      macrotask(() => {
        this.#foreignMet = 0;
      });
    }
    this.#foreignMet += 1;
    return this.#foreignMet > foreignPatience;
  }
}

function provide(name: string, value: (argument: number) => unknown): void {
  Object.defineProperty(globalThis, Symbol.for(name), { value });
}

function ignoreSigint(): void {}

/** tslab's executor takes the listeners away while a cell runs; a termination keeps it from giving them back. */
function keepSigint(): void {
  if (!process.listeners("SIGINT").includes(ignoreSigint)) process.on("SIGINT", ignoreSigint);
}

/** Node has no public way to this. Versions that don't need it don't have it. */
function asyncStackClearer(): () => void {
  const { noDeprecation } = process;
  try {
    process.noDeprecation = true;
    const { binding } = process as unknown as { binding(name: string): { clearAsyncIdStack(): void } };
    const { clearAsyncIdStack } = binding.call(process, "async_wrap");
    return () => clearAsyncIdStack();
  } catch {
    return () => {};
  } finally {
    if (noDeprecation === undefined) process.noDeprecation = false;
    else process.noDeprecation = noDeprecation;
  }
}
