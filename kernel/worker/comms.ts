// Comms, from both ends: targets that user code registers, comms that it opens, messages to their handlers. A handler runs
// under the message that it answers, so that what it prints appears where the front end waits for it.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
import { randomUUID } from "node:crypto";
import type { CommMessage } from "../ipc/cell-messages.js";
import { CellRun, currentRun, runIn } from "./cell-run.js";
import type { Comm, CommData, CommOptions, Comms } from "./globals.js";
import { macrotask } from "./macrotask.js";
import type { Outbox } from "./outbox.js";
import { Pace } from "./pace.js";
import { plainObject } from "./plain-json.js";

/** Below what Jupyter's server drops, which looks at 3 seconds each: 1,000 messages a second. */
const messagePace = { burst: 1_500, perSecond: 900 };
/** As much as a browser takes in. */
const bytePace = { burst: 100_000_000, perSecond: 50_000_000 };

type Handler = (message: CommData) => unknown;

class OpenComm implements Comm {
  isOpen = true;
  readonly onMessageHandlers: Handler[] = [];
  readonly onCloseHandlers: Handler[] = [];

  constructor(
    readonly id: string,
    readonly target: string,
    readonly table: CommTable,
  ) {}

  send(data: Record<string, unknown>, options: CommOptions = {}): void {
    if (!this.isOpen) throw new Error(`invalid send; expected an open comm: ${this.target} (${this.id}) is closed`);
    this.table.send("msg", this, data, options);
  }

  onMessage(handler: Handler): Comm {
    this.onMessageHandlers.push(handler);
    return this;
  }

  onClose(handler: Handler): Comm {
    this.onCloseHandlers.push(handler);
    return this;
  }

  close(data: Record<string, unknown> = {}, options: CommOptions = {}): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.table.forget(this);
    this.table.send("close", this, data, options);
  }
}

export class CommTable implements Comms {
  readonly #comms = new Map<string, OpenComm>();
  readonly #targets = new Map<string, (comm: Comm, message: CommData) => unknown>();
  readonly #messagePace = new Pace(messagePace);
  readonly #bytePace = new Pace(bytePace);

  constructor(readonly outbox: Outbox) {}

  open(target: string, data: Record<string, unknown> = {}, options: CommOptions = {}): Comm {
    const comm = new OpenComm(randomUUID(), String(target), this);
    this.send("open", comm, data, options);
    this.#comms.set(comm.id, comm);
    return comm;
  }

  register(target: string, opened: (comm: Comm, message: CommData) => unknown): void {
    if (typeof opened !== "function")
      throw new TypeError(`invalid handler of ${target}; expected a function: ${typeof opened}`);
    this.#targets.set(String(target), opened);
  }

  unregister(target: string): void {
    this.#targets.delete(String(target));
  }

  forget(comm: OpenComm): void {
    this.#comms.delete(comm.id);
  }

  send(kind: CommMessage["kind"], comm: OpenComm, data: unknown, { metadata, buffers = [] }: CommOptions): void {
    const message: CommMessage = {
      kind,
      commId: comm.id,
      ...(kind === "open" && { targetName: comm.target }),
      data: plainObject(data, "data of a comm"),
      metadata: plainObject(metadata, "metadata of a comm"),
      buffers: buffers.map(bytes),
    };
    const size = this.outbox.send({ type: "comm", cell: currentRun()?.id ?? "", comm: message });
    this.outbox.onSent();
    this.#messagePace.take(1);
    this.#bytePace.take(size);
  }

  /**
   * A message of the front end. In the turn in which a cell would begin that came in its place, so that all happens in the order in
   * which it was sent: a cell before it may register the target, the handler of an opening before it may add handlers, and a cell
   * after it finds what its handler did.
   * @param cell whose output a handler's is: the message itself
   */
  receive(cell: string, message: CommMessage): void {
    macrotask(() => {
      if (message.kind === "open") this.#opened(cell, message);
      else this.#told(cell, message);
    });
  }

  #opened(cell: string, { commId, targetName = "", data, metadata, buffers }: CommMessage): void {
    const target = this.#targets.get(targetName);
    const comm = new OpenComm(commId, targetName, this);
    if (!target) {
      // What the specification asks for where there is no such target.
      this.send("close", comm, {}, {});
      return;
    }
    this.#comms.set(commId, comm);
    call(cell, [() => target(comm, { data, metadata, buffers })]);
  }

  #told(cell: string, { kind, commId, data, metadata, buffers }: CommMessage): void {
    const comm = this.#comms.get(commId);
    if (!comm) return;
    if (kind === "close") {
      comm.isOpen = false;
      this.forget(comm);
    }
    const handlers = kind === "close" ? comm.onCloseHandlers : comm.onMessageHandlers;
    call(
      cell,
      handlers.map((handler) => () => handler({ data, metadata, buffers })),
    );
  }
}

/**
 * User code, so the last that a turn does, and each in its own. What it throws is a rejection that nobody handles, which late-errors
 * shows. It runs under the message that it answers, as with ipykernel: front ends wait for its output there.
 */
function call(message: string, handlers: readonly (() => unknown)[]): void {
  const [first, ...others] = handlers.map((handler) => {
    const run = new CellRun({ id: message, count: 0, allowStdin: false });
    return () => void runIn(run, async () => handler());
  });
  for (const other of others) macrotask(other);
  first?.();
}

function bytes(buffer: Uint8Array | ArrayBuffer): Uint8Array {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  throw new TypeError(`invalid buffer of a comm; expected bytes: ${typeof buffer}`);
}
