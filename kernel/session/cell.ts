// One run of a cell as the session sees it: whose request it was, and everything that it publishes, in order, under that
// request's header, also long after it is done. Made by Cells; the execution and the worker's messages write to it.
import type { CellError, CellId, MimeBundle } from "../ipc/cell-messages.js";
import type { Message } from "../protocol/message.js";
import type { Publications, PublicationType, StreamName } from "../protocol/publications.js";
import { CellOutputs } from "./cell-outputs.js";
import { CellStreams } from "./cell-streams.js";
import { OutputFile, type OutputFolder } from "./output-file.js";
import type { OutputGate } from "./output-gate.js";
import type { Publisher } from "./publisher.js";
import { withoutHiddenNumbers } from "./unnumbered-cells.js";

export interface CellOptions {
  /** The message that caused the run: an execute_request, or a comm message. */
  request: Message;
  silent: boolean;
  allowStdin: boolean;
  /** What results are numbered with. */
  count: number;
}

export class Cell {
  readonly id: CellId;
  readonly request: Message;
  readonly allowStdin: boolean;
  readonly count: number;
  /** The text of the last result, for the history. */
  resultText: string | null = null;
  readonly #publisher: Publisher;
  readonly #outputs: CellOutputs;
  readonly #streams: CellStreams;
  readonly #file: OutputFile;
  readonly #silent: boolean;
  #stopped = false;

  constructor(options: CellOptions, publisher: Publisher, folder: OutputFolder, gate: OutputGate) {
    this.id = options.request.header.msg_id;
    this.request = options.request;
    this.allowStdin = options.allowStdin;
    this.count = options.count;
    this.#silent = options.silent;
    this.#publisher = publisher;
    this.#file = new OutputFile(folder, options.count);
    this.#outputs = new CellOutputs((type, content, buffers) => this.#send(type, content, buffers), gate);
    this.#streams = new CellStreams((name, text) => this.#outputs.print(name, text), this.#file);
  }

  print(name: StreamName, text: string): void {
    if (!this.#isMute) this.#streams.write(name, text);
  }

  display(data: MimeBundle, metadata: Record<string, unknown>, how: DisplayOptions): void {
    if (this.#isMute) return;
    const content = { data, metadata, transient: how.displayId === undefined ? {} : { display_id: how.displayId } };
    this.#streams.flush();
    if (how.update) this.#outputs.update(content, how.buffers ?? []);
    else this.#outputs.display(content, how.buffers ?? []);
  }

  clearOutput(wait: boolean): void {
    if (this.#isMute) return;
    this.#streams.clear();
    this.#outputs.clear(wait);
  }

  result(data: MimeBundle, metadata: Record<string, unknown>): void {
    const plain = data["text/plain"];
    if (typeof plain === "string") this.resultText = plain;
    if (this.#isMute) return;
    this.flush();
    this.#send("execute_result", { data, metadata, transient: {}, execution_count: this.count });
  }

  /** The one that ends the cell. */
  error(error: CellError): void {
    if (this.#isMute) return;
    this.flush();
    this.#send("error", errorContent(error));
  }

  /** One of a timer or a promise that nobody awaits. */
  lateError(error: CellError): void {
    if (this.#isMute) return;
    this.#streams.flush();
    this.#outputs.lateError(errorContent(error));
  }

  /** Also a stopped or silent cell's comms go on: both ends must agree on what is open. */
  comm<T extends "comm_open" | "comm_msg" | "comm_close">(
    type: T,
    content: Publications[T],
    metadata: Record<string, unknown>,
    buffers: Uint8Array[],
  ): void {
    this.flush();
    this.#publisher.publish(type, content, this.request.header, { metadata, buffers });
  }

  /** Everything that was printed and shown so far is published. */
  flush(): void {
    this.#streams.flush();
    this.#outputs.flush();
  }

  /** The cell is done. Later output of its timers is still welcome. */
  settle(): void {
    this.#streams.settle();
    this.#outputs.flush();
  }

  /** The cell was stopped: this error is the last that is published of it. */
  stopWith(error: CellError): void {
    this.error(error);
    this.stop();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Nothing of the cell is published any more. */
  stop(): void {
    this.settle();
    this.#stopped = true;
  }

  /** Forgotten: frees its text, and its file unless a reader was told of it. */
  release(): void {
    this.stop();
    this.#file.release();
  }

  get #isMute(): boolean {
    return this.#silent || this.#stopped;
  }

  #send<T extends PublicationType>(type: T, content: Publications[T], buffers: Uint8Array[] = []): void {
    this.#publisher.publish(type, content, this.request.header, { buffers });
  }
}

function errorContent(error: CellError): Publications["error"] {
  const { ename, evalue, traceback } = withoutHiddenNumbers(error);
  return { ename, evalue, traceback };
}

export interface DisplayOptions {
  update: boolean;
  displayId?: string | undefined;
  buffers?: Uint8Array[] | undefined;
}
