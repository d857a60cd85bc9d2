// A front end that only takes time: sends a request to any kernel and notes when its answer, its outputs and its `idle`
// arrive. Used by running-kernel.ts. transport/client-sockets.ts is not used here: it expects kernels that say welcome.
import { performance } from "node:perf_hooks";
import * as zmq from "zeromq";
import { HeaderMaker, type Message } from "../../../kernel/protocol/message.js";
import { RejectedFrames, Wire } from "../../../kernel/protocol/wire.js";
import { type ConnectionInfo, endpoint } from "../../../kernel/transport/connection-file.js";

/** What came back for one request. Times are those of performance.now(). */
export interface Exchange {
  sentAt: number;
  reply: Message;
  /** When the last of the reply and `idle` came. */
  doneAt: number;
  /** Everything that was published for this request, in order. */
  published: Message[];
}

export interface Request {
  /** Rejects when the kernel ends. */
  done: Promise<Exchange>;
  /** Only the reply: what completion waits for. */
  replied: Promise<{ reply: Message; ms: number }>;
  /** The first message on iopub that the condition accepts, past ones included. */
  published(condition: (message: Message) => boolean): Promise<Message>;
}

interface Open {
  sentAt: number;
  reply?: Message;
  idle: boolean;
  published: Message[];
  watchers: Set<(message: Message) => void>;
  onReply(reply: Message): void;
  onDone(exchange: Exchange): void;
  fail(error: Error): void;
}

const rememberedExchanges = 100;

export class KernelClient {
  readonly #headers = new HeaderMaker("bench");
  readonly #shell: zmq.Dealer;
  readonly #control: zmq.Dealer;
  readonly #iopub: zmq.Subscriber;
  readonly #wire: Wire;
  readonly #open = new Map<string, Open>();
  readonly #finished: string[] = [];
  #sending: Promise<void> = Promise.resolve();

  constructor(connection: ConnectionInfo) {
    // Its own default of 100 ms between two attempts would be what "start to ready" measures.
    const options = { linger: 0, reconnectInterval: 5 };
    const routed = { ...options, routingId: this.#headers.session };
    this.#shell = new zmq.Dealer(routed);
    this.#control = new zmq.Dealer(routed);
    this.#iopub = new zmq.Subscriber({ ...options, receiveHighWaterMark: 0 });
    this.#wire = new Wire({ key: connection.key, scheme: connection.signature_scheme });
    this.#shell.connect(endpoint(connection, "shell_port"));
    this.#control.connect(endpoint(connection, "control_port"));
    this.#iopub.connect(endpoint(connection, "iopub_port"));
    this.#iopub.subscribe();
    void this.#receive(this.#shell, (message) => this.#replied(message));
    void this.#receive(this.#control, (message) => this.#replied(message));
    void this.#receive(this.#iopub, (message) => this.#published(message));
  }

  request(channel: "shell" | "control", type: string, content: object): Request {
    const header = this.#headers.make(type);
    const message: Message<object> = { identities: [], header, parentHeader: {}, metadata: {}, content, buffers: [] };
    const replied = deferred<{ reply: Message; ms: number }>();
    const done = deferred<Exchange>();
    const open: Open = {
      sentAt: performance.now(),
      idle: false,
      published: [],
      watchers: new Set(),
      onReply: (reply) => replied.resolve({ reply, ms: performance.now() - open.sentAt }),
      onDone: done.resolve,
      fail: (error) => {
        replied.reject(error);
        done.reject(error);
      },
    };
    this.#open.set(header.msg_id, open);
    const socket = channel === "shell" ? this.#shell : this.#control;
    const frames = this.#wire.encode(message).map((frame) => Buffer.from(frame));
    // zeromq.js takes one message at a time.
    this.#sending = this.#sending.then(() => socket.send(frames)).catch(() => {});
    return {
      done: done.promise,
      replied: replied.promise,
      published: (condition) => published(open, condition),
    };
  }

  /** Fails what is open: the kernel has ended. */
  close(reason: string): void {
    this.#shell.close();
    this.#control.close();
    this.#iopub.close();
    for (const open of this.#open.values()) open.fail(new Error(reason));
    this.#open.clear();
  }

  #replied(message: Message): void {
    const open = this.#openFor(message);
    if (!open) return;
    open.reply = message;
    open.onReply(message);
    this.#finish(message, open);
  }

  #published(message: Message): void {
    const open = this.#openFor(message);
    if (!open) return;
    open.published.push(message);
    for (const watcher of open.watchers) watcher(message);
    if (message.header.msg_type === "status" && message.content.execution_state === "idle") open.idle = true;
    this.#finish(message, open);
  }

  #finish({ parentHeader }: Message, open: Open): void {
    if (!open.reply || !open.idle) return;
    // What comes late is still taken: Deno's last output may follow its `idle`.
    this.#finished.push(parentHeader.msg_id ?? "");
    if (this.#finished.length > rememberedExchanges) this.#open.delete(this.#finished.shift() ?? "");
    open.onDone({ sentAt: open.sentAt, reply: open.reply, doneAt: performance.now(), published: open.published });
  }

  #openFor(message: Message): Open | undefined {
    return this.#open.get(message.parentHeader.msg_id ?? "");
  }

  async #receive(socket: zmq.Dealer | zmq.Subscriber, handle: (message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      try {
        handle(this.#wire.decode(frames));
      } catch (error) {
        if (!(error instanceof RejectedFrames)) throw error;
      }
    }
  }
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, "promise"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // A caller waits for one of a request's promises; the other one's rejection is nobody's.
  promise.catch(() => {});
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) };
}

function published(open: Open, condition: (message: Message) => boolean): Promise<Message> {
  const past = open.published.find(condition);
  if (past) return Promise.resolve(past);
  return new Promise((resolve) => {
    const watcher = (message: Message) => {
      if (!condition(message)) return;
      open.watchers.delete(watcher);
      resolve(message);
    };
    open.watchers.add(watcher);
  });
}

/** Everything that a cell showed, colours left out: streams, results, displays and errors. */
export function shownText(published: readonly Message[]): string {
  return published
    .map(({ header, content }) => {
      if (header.msg_type === "stream") return String(content.text);
      if (header.msg_type === "error") return `${content.ename}: ${content.evalue}\n`;
      const data = content.data as Record<string, unknown> | undefined;
      return data ? String(data["text/plain"] ?? "") : "";
    })
    .join("")
    .replaceAll(colour, "");
}

const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
