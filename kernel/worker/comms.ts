// Comms, from both ends: targets that user code registers, comms that it opens, messages to their handlers. A handler runs
// as part of the cell that registered it, so that what it prints appears there.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
import { randomUUID } from "node:crypto";
import type { CommMessage } from "../ipc/cell-messages.js";
import { CellRun, currentRun, runIn } from "./cell-run.js";
import type { Comm, CommData, CommOptions, Comms } from "./globals.js";
import { macrotask } from "./macrotask.js";
import { plainObject } from "./mime-bundle.js";
import type { Outbox } from "./outbox.js";

type Handler = (message: CommData) => unknown;

interface Registered<Call> {
  run: CellRun | undefined;
  call: Call;
}

class OpenComm implements Comm {
  isOpen = true;
  readonly onMessageHandlers: Registered<Handler>[] = [];
  readonly onCloseHandlers: Registered<Handler>[] = [];

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
    this.onMessageHandlers.push({ run: currentRun(), call: handler });
    return this;
  }

  onClose(handler: Handler): Comm {
    this.onCloseHandlers.push({ run: currentRun(), call: handler });
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
  readonly #targets = new Map<string, Registered<(comm: Comm, message: CommData) => unknown>>();

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
    this.#targets.set(String(target), { run: currentRun(), call: opened });
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
    this.outbox.send({ type: "comm", cell: currentRun()?.id ?? "", comm: message });
  }

  /** A message of the front end. @param cell whose output a handler's is, if the cell that registered it was stopped */
  receive(cell: string, message: CommMessage): void {
    const { kind, commId, data, metadata, buffers } = message;
    const received = { data, metadata, buffers };
    if (kind === "open") {
      const target = this.#targets.get(message.targetName ?? "");
      const comm = new OpenComm(commId, message.targetName ?? "", this);
      if (!target) {
        // What the specification asks for where there is no such target.
        this.send("close", comm, {}, {});
        return;
      }
      this.#comms.set(commId, comm);
      call(cell, target.run, () => target.call(comm, received));
      return;
    }
    const comm = this.#comms.get(commId);
    if (!comm) return;
    if (kind === "close") {
      comm.isOpen = false;
      this.forget(comm);
    }
    for (const handler of kind === "close" ? comm.onCloseHandlers : comm.onMessageHandlers)
      call(cell, handler.run, () => handler.call(received));
  }
}

/** In a turn of its own, since it is user code; what it throws is a rejection that nobody handles, which late-errors shows. */
function call(cell: string, registered: CellRun | undefined, work: () => unknown): void {
  const run = registered && !registered.isStopped ? registered : new CellRun({ id: cell, count: 0, allowStdin: false });
  macrotask(() => void runIn(run, async () => work()));
}

function bytes(buffer: Uint8Array | ArrayBuffer): Uint8Array {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  throw new TypeError(`invalid buffer of a comm; expected bytes: ${typeof buffer}`);
}
