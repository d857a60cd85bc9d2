// One run of a cell as the session sees it: whose request it was, and everything that it publishes, in order, under that
// request's header, also long after it is done. Made by Cells; the execution and the worker's messages write to it.
import type { CellError, CellId, MimeBundle } from "../ipc/cell-messages.js";
import type { Message } from "../protocol/message.js";
import type { Publications, PublicationType, StreamName } from "../protocol/publications.js";
import { CellStreams } from "./cell-streams.js";
import { OutputFile, type OutputFolder } from "./output-file.js";
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
  readonly #streams: CellStreams;
  readonly #file: OutputFile;
  readonly #silent: boolean;
  #stopped = false;

  constructor(options: CellOptions, publisher: Publisher, folder: OutputFolder) {
    this.id = options.request.header.msg_id;
    this.request = options.request;
    this.allowStdin = options.allowStdin;
    this.count = options.count;
    this.#silent = options.silent;
    this.#publisher = publisher;
    this.#file = new OutputFile(folder, options.count);
    this.#streams = new CellStreams((name, text) => this.#send("stream", { name, text }), this.#file);
  }

  print(name: StreamName, text: string): void {
    if (!this.#silent && !this.#stopped) this.#streams.write(name, text);
  }

  display(data: MimeBundle, metadata: Record<string, unknown>, how: DisplayOptions): void {
    const content = { data, metadata, transient: how.displayId === undefined ? {} : { display_id: how.displayId } };
    this.#publish(how.update ? "update_display_data" : "display_data", content, how.buffers);
  }

  result(data: MimeBundle, metadata: Record<string, unknown>): void {
    const plain = data["text/plain"];
    if (typeof plain === "string") this.resultText = plain;
    this.#publish("execute_result", { data, metadata, transient: {}, execution_count: this.count });
  }

  clearOutput(wait: boolean): void {
    this.#publish("clear_output", { wait });
  }

  error(error: CellError): void {
    const { ename, evalue, traceback } = withoutHiddenNumbers(error);
    this.#publish("error", { ename, evalue, traceback });
  }

  /** Also a stopped or silent cell's comms go on: both ends must agree on what is open. */
  comm<T extends "comm_open" | "comm_msg" | "comm_close">(
    type: T,
    content: Publications[T],
    metadata: Record<string, unknown>,
    buffers: Uint8Array[],
  ): void {
    this.#streams.flush();
    this.#publisher.publish(type, content, this.request.header, { metadata, buffers });
  }

  /** Everything that was printed so far is published. */
  flush(): void {
    this.#streams.flush();
  }

  /** The cell is done. Later output of its timers is still welcome. */
  settle(): void {
    this.#streams.settle();
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

  #publish<T extends PublicationType>(type: T, content: Publications[T], buffers: Uint8Array[] = []): void {
    if (this.#silent || this.#stopped) return;
    this.#streams.flush();
    this.#send(type, content, buffers);
  }

  #send<T extends PublicationType>(type: T, content: Publications[T], buffers: Uint8Array[] = []): void {
    this.#publisher.publish(type, content, this.request.header, { buffers });
  }
}

export interface DisplayOptions {
  update: boolean;
  displayId?: string | undefined;
  buffers?: Uint8Array[] | undefined;
}
