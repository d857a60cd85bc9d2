// Trials on other machines: puts each job into a queue on Redis, and waits for its result. A worker that dies loses nothing: BullMQ gives its
// job to another one, and a result has one place, however often the job was begun. Made by search.ts.
import { randomUUID } from "node:crypto";
import os from "node:os";
import type { Job, Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import type { QueueAddress } from "./queue-address.js";
import { placeWithin, type TrialModule } from "./trial-module.js";
import {
  connect,
  connectionOf,
  loadBullmq,
  noteOf,
  noteOutlives,
  prefix,
  type QueuedResult,
  type QueuedTrial,
  searchIsOver,
} from "./trial-queue.js";
import { type TrialJob, type TrialPool, type TrialRun, UnusableTrial } from "./trial-run.js";

interface Pending {
  readonly data: QueuedTrial;
  resolve(run: TrialRun): void;
  reject(error: unknown): void;
}

/** Events may get lost with a connection: so often what is finished is looked for. In milliseconds. */
const sweepEvery = 5000;
/** What a search that was killed leaves behind goes after so many seconds. */
const keptFor = 86_400;
/** At the end Redis may be gone; nobody waits for it any longer. In milliseconds. */
const longestClose = 3000;

export class QueuePool implements TrialPool {
  readonly #id = randomUUID();
  readonly #pending = new Map<string, Pending>();
  readonly #module: TrialModule;
  readonly #place: string;
  readonly #signal: AbortSignal;
  readonly #redis: Redis;
  readonly #queue: Queue<QueuedTrial, QueuedResult>;
  readonly #events: QueueEvents;
  readonly #timers: NodeJS.Timeout[];

  private constructor(
    module: TrialModule,
    signal: AbortSignal,
    parts: { redis: Redis; queue: Queue<QueuedTrial, QueuedResult>; events: QueueEvents },
  ) {
    this.#module = module;
    this.#place = placeWithin(process.cwd(), module.file);
    this.#signal = signal;
    this.#redis = parts.redis;
    this.#queue = parts.queue;
    this.#events = parts.events;
    this.#events.on("completed", ({ jobId }) => this.#look(jobId));
    this.#events.on("failed", ({ jobId }) => this.#look(jobId));
    const ignore = () => {};
    this.#timers = [
      setInterval(() => this.#note().catch(ignore), noteOutlives / 4),
      setInterval(() => this.#sweep().catch(ignore), sweepEvery),
    ];
    signal.addEventListener("abort", this.#stop);
  }

  /** @throws when a package is missing, Redis can't be reached, or the module isn't in the current folder */
  static async open(
    module: TrialModule,
    { redis: address, name }: Required<QueueAddress>,
    signal: AbortSignal,
  ): Promise<QueuePool> {
    placeWithin(process.cwd(), module.file);
    const { Queue, QueueEvents } = await loadBullmq();
    const redis = await connect(address);
    const options = { prefix, connection: connectionOf(address) };
    const queue = new Queue<QueuedTrial, QueuedResult>(name, options);
    const events = new QueueEvents(name, options);
    // Commands wait while there is no connection.
    queue.on("error", () => {});
    events.on("error", () => {});
    const pool = new QueuePool(module, signal, { redis, queue, events });
    await pool.#note();
    return pool;
  }

  run(job: TrialJob): Promise<TrialRun> {
    this.#signal.throwIfAborted();
    const { file: _, name, sha256 } = this.#module;
    const data = { ...job, search: this.#id, place: this.#place, function: name, sha256 };
    const id = `${this.#id}-${job.index}`;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { data, resolve, reject });
      this.#add(id, data).catch(reject);
    });
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener("abort", this.#stop);
    for (const timer of this.#timers) clearInterval(timer);
    const ids = [...this.#pending.keys()];
    this.#pending.clear();
    const end = async () => {
      // First: workers look at it before they begin, and while they run.
      await this.#redis.del(noteOf(this.#id));
      // Those that run now can't be removed; their workers do that.
      await Promise.all(ids.map((id) => this.#queue.remove(id).catch(() => {})));
    };
    let late: NodeJS.Timeout | undefined;
    const patience = new Promise((go) => {
      late = setTimeout(go, longestClose);
    });
    await Promise.race([end().catch(() => {}), patience]);
    clearTimeout(late);
    this.#redis.disconnect();
    await Promise.race([
      Promise.all([this.#queue.close(), this.#events.close()]).catch(() => {}),
      new Promise((go) => setTimeout(go, longestClose).unref()),
    ]);
  }

  readonly #stop = (): void => {
    for (const { reject } of this.#pending.values()) reject(this.#signal.reason);
  };

  async #note(): Promise<void> {
    await this.#redis.set(noteOf(this.#id), `${os.hostname()}:${process.pid}`, "PX", noteOutlives);
  }

  async #add(id: string, data: QueuedTrial): Promise<void> {
    const kept = { age: keptFor };
    await this.#queue.add("trial", data, { jobId: id, removeOnComplete: kept, removeOnFail: kept });
  }

  #look(id: string): void {
    if (!this.#pending.has(id)) return;
    // One that fails now is found by the next sweep.
    this.#queue
      .getJob(id)
      .then((job) => this.#take(id, job))
      .catch(() => {});
  }

  /** All that wait and have ended, or are not there any more: a Redis that keeps nothing on disk forgets them when it ends. */
  async #sweep(): Promise<void> {
    for (const [id, pending] of this.#pending) {
      const job = await this.#queue.getJob(id);
      if (job === undefined && this.#pending.has(id)) await this.#add(id, pending.data);
      else await this.#take(id, job);
    }
  }

  async #take(id: string, job: Job<QueuedTrial, QueuedResult> | undefined): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined || job?.finishedOn === undefined) return;
    const { returnvalue: found, failedReason } = job;
    // A worker missed the note, but the search goes on: its machine slept, or the network was gone.
    if (failedReason === searchIsOver) {
      await this.#note();
      return job.retry("failed");
    }
    this.#pending.delete(id);
    if (found && "unusable" in found) pending.reject(new UnusableTrial(found.unusable));
    else if (found) pending.resolve({ ...found.run, attempts: 1 + job.stalledCounter });
    else pending.resolve(lost(job));
    await job.remove();
  }
}

/** BullMQ gave the job up: each worker that began it was lost. */
function lost({ failedReason, stalledCounter, processedOn, finishedOn }: Job): TrialRun {
  return {
    scores: {},
    error: { name: "WorkerLost", message: `its worker was lost ${stalledCounter} times: ${failedReason}` },
    seconds: ((finishedOn ?? 0) - (processedOn ?? 0)) / 1000,
    where: "",
    attempts: stalledCounter,
  };
}
