// Keeps one worker alive and asks it things: run a cell, evaluate expressions, describe variables, name loaded packages.
// When it dies unasked, everything that waits for it fails with a name, and a fresh one is started. Owned by Session.
import type {
  CellError,
  CellId,
  CompiledCell,
  ExpressionResult,
  ToSession,
  ToWorker,
  VariableSummary,
} from "../ipc/cell-messages.js";
import { CellFailure } from "./cell-failure.js";
import { type WorkerExit, WorkerProcess } from "./worker-process.js";

/** Workers that die before they take a cell are not started again and again; the next cell tries. */
const startAttempts = 3;

export type Done = Extract<ToSession, { type: "done" }>;

export interface SupervisorEvents {
  /** What is not the answer to a question of this class. */
  message(message: ToSession): void;
  output(name: "stdout" | "stderr", text: string): void;
  /** The worker is gone, and with it all variables. Called after what waited for it was told. */
  exit(failure: CellFailure): void;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(failure: CellFailure): void;
}

export class WorkerSupervisor {
  #worker: WorkerProcess | undefined;
  #waiting = new Map<string, Waiting>();
  #questions = 0;
  #failedStarts = 0;
  #stopping = false;

  constructor(
    readonly directory: string,
    readonly events: SupervisorEvents,
  ) {
    this.#start();
  }

  get pid(): number | undefined {
    return this.#worker?.pid;
  }

  /** Resolves when the worker takes cells; rejects when it dies before. */
  async ready(): Promise<void> {
    const worker = this.#worker ?? this.#start();
    this.#questions += 1;
    const key = `ready ${this.#questions}`;
    worker.ready.then(
      () => this.#settle(key, undefined),
      // `exit` says why, and rejects whatever waits.
      () => {},
    );
    await this.#answer(key);
  }

  run(cell: CellId, code: CompiledCell, options: { allowStdin: boolean; silent: boolean }): Promise<Done> {
    this.send({ type: "execute", cell, code, ...options });
    return this.#answer<Done>(`done ${cell}`);
  }

  async evaluate(
    cell: CellId,
    expressions: Record<string, CompiledCell | CellError>,
  ): Promise<Record<string, ExpressionResult>> {
    this.send({ type: "evaluate", cell, expressions });
    return this.#answer<Record<string, ExpressionResult>>(`expressions ${cell}`);
  }

  variables(names: string[]): Promise<VariableSummary[]> {
    this.#questions += 1;
    this.send({ type: "who", id: this.#questions, names });
    return this.#answer<VariableSummary[]>(`variables ${this.#questions}`);
  }

  /** The folders of the packages that it has loaded. */
  packages(): Promise<string[]> {
    this.#questions += 1;
    this.send({ type: "packages", id: this.#questions });
    return this.#answer<string[]>(`packages ${this.#questions}`);
  }

  send(message: ToWorker): void {
    this.#worker?.send(message);
  }

  interrupt(): void {
    this.#worker?.interrupt();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#worker?.stop();
  }

  #start(): WorkerProcess {
    let isReady = false;
    const worker = WorkerProcess.start({
      directory: this.directory,
      events: {
        message: (message) => {
          if (this.#worker === worker) this.#receive(message);
        },
        // What a process that it left behind still prints is nobody's.
        output: (name, text) => {
          if (this.#worker === worker) this.events.output(name, text);
        },
        exit: (reason) => {
          if (this.#worker === worker) this.#lost(reason, isReady);
        },
      },
    });
    this.#worker = worker;
    worker.ready.then(
      () => {
        isReady = true;
        this.#failedStarts = 0;
      },
      // `exit` says why.
      () => {},
    );
    return worker;
  }

  #receive(message: ToSession): void {
    if (message.type === "done") {
      // What stands behind it in the same moment, such as prints of a stopped cell, must already find it stopped.
      this.events.message(message);
      this.#settle(`done ${message.cell}`, message);
    } else if (message.type === "expressions") this.#settle(`expressions ${message.cell}`, message.results);
    else if (message.type === "variables") this.#settle(`variables ${message.id}`, message.variables);
    else if (message.type === "packages") this.#settle(`packages ${message.id}`, message.folders);
    else this.events.message(message);
  }

  #answer<T>(key: string): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(key, { resolve: (answer) => resolve(answer as T), reject });
    });
  }

  #settle(key: string, answer: unknown): void {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    waiting?.resolve(answer);
  }

  #lost(reason: WorkerExit, wasReady: boolean): void {
    this.#worker = undefined;
    if (this.#stopping) return;
    const failure = failureOf(reason);
    if (!wasReady) this.#failedStarts += 1;
    // At once, so that a fresh worker is there before the reader has read the message.
    if (this.#failedStarts < startAttempts) this.#start();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(failure);
    this.events.exit(failure);
  }
}

function failureOf(reason: WorkerExit): CellFailure {
  const consequence = "All variables are forgotten; a fresh worker runs the next cell.";
  const ename = { exit: "ProcessExit", crash: "WorkerCrashed", memory: "OutOfMemory", shutdown: "WorkerStopped" };
  return CellFailure.of(ename[reason.kind], `${reason.description}. ${consequence}`);
}
