// One running kernel: its parts, how the worker's messages reach them, and Stop. Made by main, driven by dispatch; the
// handlers find everything here.

import type { Language } from "../language/language.js";
import type { HeaderMaker } from "../protocol/message.js";
import type { Channels } from "../transport/channels.js";
import type { ConnectionInfo } from "../transport/connection-file.js";
import type { Cell } from "./cell.js";
import { type CellFailure, stopped } from "./cell-failure.js";
import { Cells } from "./cells.js";
import { Comms } from "./comms.js";
import { ExecutionQueue } from "./execution-queue.js";
import { History } from "./history.js";
import type { HistoryFolder } from "./history-folder.js";
import { InputRequests } from "./input-requests.js";
import { describeError, log } from "./log.js";
import { Publisher } from "./publisher.js";
import { Running } from "./running.js";
import { Serial } from "./serial.js";
import { UnnumberedCells } from "./unnumbered-cells.js";
import { receiveFromWorker } from "./worker-messages.js";
import { WorkerSupervisor } from "./worker-supervisor.js";

export interface SessionOptions {
  /** The notebook's folder. */
  directory: string;
  connection: ConnectionInfo;
  channels: Channels;
  headers: HeaderMaker;
  historyFolder: HistoryFolder;
}

export class Session {
  readonly directory: string;
  readonly connection: ConnectionInfo;
  readonly publisher: Publisher;
  readonly queue = new ExecutionQueue();
  /** Comm messages on their way to the worker. */
  readonly commsInOrder = new Serial();
  /** Everything that asks the compiler, in order: what a cell declared is known to whatever is asked after it. */
  readonly compiler = new Serial();
  readonly cells: Cells;
  readonly comms = new Comms();
  readonly history: History;
  readonly inputs: InputRequests;
  readonly worker: WorkerSupervisor;
  /** The compiler; it opens while the worker starts. */
  readonly language: Promise<Language>;
  readonly unnumbered = new UnnumberedCells();
  /** Resolves when the session shall end. */
  readonly finished: Promise<void>;
  readonly finish: () => void;
  /** The number of the last cell that was counted. */
  executionCount = 0;
  #running: Running | undefined;
  #forgetDue = false;

  constructor(options: SessionOptions) {
    let finish = () => {};
    this.finished = new Promise((resolve) => {
      finish = resolve;
    });
    this.finish = finish;
    this.directory = options.directory;
    this.connection = options.connection;
    this.publisher = new Publisher(options.channels, options.headers);
    this.cells = new Cells(this.publisher);
    this.history = new History(options.historyFolder);
    this.worker = new WorkerSupervisor(options.directory, {
      message: (message) => receiveFromWorker(this, message),
      output: (name, text) => this.cells.latest?.print(name, text),
      exit: (failure) => this.#workerLost(failure),
    });
    this.inputs = new InputRequests(options.channels, options.headers, (cell, value) =>
      this.worker.send({ type: "input-reply", cell, value }),
    );
    // Loaded now, not with this file: the sockets answer while the compiler comes up.
    this.language = import("../language/open-language.js").then(({ openLanguage }) =>
      openLanguage({ directory: options.directory }),
    );
    // Whoever awaits it reports it.
    this.language.catch(() => {});
  }

  /** The cell whose turn it is. */
  get running(): Running | undefined {
    return this.#running;
  }

  begin(cell: Cell): Running {
    this.#running = new Running(cell);
    return this.#running;
  }

  /** The running cell's turn is over; what a lost worker took with it is forgotten before the next one begins. */
  async end(): Promise<void> {
    if (this.#forgetDue) await this.#forget();
    this.#running?.markDelivered();
    this.#running = undefined;
  }

  /** Stop: ends what runs, wherever it is: in a magic, in the compiler, in the worker. */
  interrupt(): void {
    this.#running?.fail(stopped());
    // A language that could not be opened is reported by whoever asks it.
    this.language.then((language) => language.interrupt()).catch(() => {});
    // Without a running cell it ends the timers that earlier ones left.
    if (this.#running === undefined || this.#running.isDelivered) this.worker.interrupt();
  }

  async close(): Promise<void> {
    this.#running?.fail(stopped());
    this.history.flush();
    await this.worker.stop();
    this.cells.close();
    const language = await this.language.catch(() => undefined);
    await language?.close();
  }

  /** All variables are gone. A running cell fails with the reason; else the reader of the latest learns of it. */
  #workerLost(failure: CellFailure): void {
    const cell = this.cells.latest;
    for (const commId of this.comms.clear()) cell?.comm("comm_close", { comm_id: commId, data: {} }, {}, []);
    if (cell) this.inputs.cancel(cell.id);
    this.#forgetDue = true;
    if (this.#running) {
      this.#running.fail(failure);
      return;
    }
    cell?.error(failure.error);
    void this.#forget();
  }

  async #forget(): Promise<void> {
    this.#forgetDue = false;
    try {
      const language = await this.language;
      await this.compiler.run(() => language.forget());
    } catch (error) {
      log(`the compiler could not forget: ${describeError(error)}`);
    }
  }
}
