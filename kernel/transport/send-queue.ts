// Sends frames over one ZeroMQ socket, in order: zeromq.js allows a single pending `send` a socket. They are made and sent
// when this turn of the event loop is over, since signing and sending take 0.2 ms a message: what the turn asks the compiler
// and the worker for is under way by then. Used by sockets.ts.

export type FrameMaker = () => Uint8Array[];

export interface FrameSender {
  send(frames: Uint8Array[]): Promise<void>;
}

export class SendQueue {
  #waiting: FrameMaker[] = [];
  readonly #first: { frames: FrameMaker; sent: () => void }[] = [];
  #sending: Promise<void> | undefined;

  constructor(
    readonly socket: FrameSender,
    /** A message that can't be sent, e.g. to a client that is gone, is dropped. */
    readonly onDropped: (error: unknown) => void,
  ) {}

  send(frames: FrameMaker): void {
    this.#waiting.push(frames);
    this.#sending ??= this.#drain();
  }

  /** Sends before all that waits. Resolves when it has gone to ZeroMQ, or was dropped. */
  sendFirst(frames: FrameMaker): Promise<void> {
    return new Promise((resolve) => {
      this.#first.push({ frames, sent: resolve });
      this.#sending ??= this.#drain();
    });
  }

  /** Resolves when everything that was handed over has gone to ZeroMQ. */
  async flushed(): Promise<void> {
    await this.#sending;
  }

  async #drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length + this.#first.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#sendAllFirst();
      for (const frames of batch) {
        await this.#send(frames);
        if (this.#first.length > 0) await this.#sendAllFirst();
      }
    }
    this.#sending = undefined;
  }

  async #sendAllFirst(): Promise<void> {
    for (let next = this.#first.shift(); next !== undefined; next = this.#first.shift()) {
      await this.#send(next.frames);
      next.sent();
    }
  }

  async #send(frames: FrameMaker): Promise<void> {
    try {
      await this.socket.send(frames());
    } catch (error) {
      this.onDropped(error);
    }
  }
}
