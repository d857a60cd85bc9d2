// SQLite as a store: hands every call to a thread, and starts another one where it dies. Made by open.ts.
import { Worker } from "node:worker_threads";
import type { Driver, PredictionQuery, StoredEvent, StoredLabel, StoredState } from "./driver.js";
import type { StoredPrediction } from "./prediction.js";
import type { SqliteAnswer, SqliteRequest } from "./sqlite-worker.js";

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class SqliteDriver implements Driver {
  readonly #file: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 0;
  #isClosed = false;

  /** @param file a path, or ":memory:" for a store that ends with its thread */
  constructor(file: string) {
    this.#file = file;
  }

  addPredictions(rows: readonly StoredPrediction[]): Promise<void> {
    return this.#ask("addPredictions", rows);
  }

  addLabels(rows: readonly StoredLabel[]): Promise<void> {
    return this.#ask("addLabels", rows);
  }

  predictions(query: PredictionQuery): Promise<StoredPrediction[]> {
    return this.#ask("predictions", query);
  }

  state(name: string): Promise<StoredState | undefined> {
    return this.#ask("state", name);
  }

  setState(name: string, text: string, revision: number): Promise<boolean> {
    return this.#ask("setState", name, text, revision);
  }

  addEvent(event: StoredEvent): Promise<void> {
    return this.#ask("addEvent", event);
  }

  events(from: number, to: number, limit: number): Promise<StoredEvent[]> {
    return this.#ask("events", from, to, limit);
  }

  forget(before: number): Promise<void> {
    return this.#ask("forget", before);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (this.#isClosed || worker === undefined) {
      this.#isClosed = true;
      return;
    }
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    const asked = this.#ask("close");
    this.#isClosed = true;
    await asked;
    // Its last answer lets the program end; who waits for the close has to get there.
    worker.ref();
    await ended;
  }

  #ask<Value>(call: keyof Driver, ...args: unknown[]): Promise<Value> {
    if (this.#isClosed) return Promise.reject(new Error("SQLite: the database is closed"));
    const worker = this.#worker ?? this.#start();
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      // Only a program that waits for an answer is kept from ending.
      worker.ref();
      const request: SqliteRequest = { id, call, args };
      worker.postMessage(request);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./sqlite-worker.js", import.meta.url), {
      workerData: this.#file,
      name: "cellgrad store",
      execArgv: [],
    });
    this.#worker = worker;
    worker.on("message", (answer: SqliteAnswer) => {
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if (this.#pending.size === 0) worker.unref();
      if ("error" in answer) pending?.reject(new Error(`SQLite: ${answer.error}`));
      else pending?.resolve(answer.value);
    });
    const lose = (error: Error) => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const pending of this.#pending.values()) pending.reject(error);
      this.#pending.clear();
    };
    worker.on("error", (error) => lose(error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", () => lose(new Error("SQLite: its thread has ended")));
    return worker;
  }
}
