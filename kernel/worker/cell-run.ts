// One run of a cell inside the worker, and which of them the code that runs now belongs to: AsyncLocalStorage carries it
// through awaits, timers and events, so that late output and late errors find their cell.
import { AsyncLocalStorage } from "node:async_hooks";
import type { CellId } from "../ipc/cell-messages.js";
import { CellChildren } from "./cell-children.js";
import { CellThreads } from "./cell-threads.js";
import { CellTimers } from "./cell-timers.js";
import { PendingAwaits } from "./pending-awaits.js";

export interface CellRunOptions {
  id: CellId;
  /** The execution count; 0 for what is not a numbered cell. */
  count: number;
  allowStdin: boolean;
}

export class CellRun {
  readonly id: CellId;
  readonly count: number;
  readonly allowStdin: boolean;
  abort = new AbortController();
  readonly awaits = new PendingAwaits();
  readonly timers = new CellTimers();
  readonly children = new CellChildren();
  readonly threads = new CellThreads();
  /** `stopping` from the Stop on, until its error is sent; `stopped` for ever after. */
  state: "running" | "stopping" | "stopped" | "done" = "running";

  constructor(options: CellRunOptions) {
    this.id = options.id;
    this.count = options.count;
    this.allowStdin = options.allowStdin;
    remember(this);
  }

  get isStopped(): boolean {
    return this.state === "stopping" || this.state === "stopped";
  }

  /**
   * Ends what goes on by itself: timers, and whatever heeds the signal, such as training that nobody awaits. What the run
   * begins later, as a server does that answers a request, has a signal of its own.
   */
  endTimers(reason: Error): void {
    this.timers.clear();
    const { abort } = this;
    this.abort = new AbortController();
    abort.abort(reason);
  }
}

/** All runs that something still refers to, as a timer, a socket or a promise does: who refers to none can't do anything. */
const runs = new Set<WeakRef<CellRun>>();
let sweepAt = 64;

function remember(run: CellRun): void {
  runs.add(new WeakRef(run));
  if (runs.size < sweepAt) return;
  for (const ref of runs) if (ref.deref() === undefined) runs.delete(ref);
  sweepAt = Math.max(64, runs.size * 2);
}

/** Those that may still do something, the running one included. */
export function liveRuns(): CellRun[] {
  return [...runs].flatMap((ref) => ref.deref() ?? []);
}

const context = new AsyncLocalStorage<CellRun>();
let latest: CellRun | undefined;

/** The cell whose code runs now; the latest cell where that is not known, such as in a callback of native code. */
export function currentRun(): CellRun | undefined {
  return context.getStore() ?? latest;
}

/** The cell that started what runs now; undefined where that was none, as when the kernel itself loads something. */
export function startingRun(): CellRun | undefined {
  return context.getStore();
}

export function runIn<Result>(run: CellRun, work: () => Result): Result {
  return context.run(run, work);
}

/** Who gets what no cell is known for. */
export function setLatestRun(run: CellRun): void {
  latest = run;
}
