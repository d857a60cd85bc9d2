// Sends frames over one ZeroMQ socket, in order: zeromq.js allows a single pending `send` a socket. Used by sockets.ts.

export interface FrameSender {
  send(frames: Uint8Array[]): Promise<void>;
}

export class SendQueue {
  #waiting: Uint8Array[][] = [];
  #sending: Promise<void> | undefined;

  constructor(
    readonly socket: FrameSender,
    /** A message that can't be sent, e.g. to a client that is gone, is dropped. */
    readonly onDropped: (error: unknown) => void,
  ) {}

  send(frames: Uint8Array[]): void {
    this.#waiting.push(frames);
    this.#sending ??= this.#drain();
  }

  /** Resolves when everything that was handed over has gone to ZeroMQ. */
  async flushed(): Promise<void> {
    await this.#sending;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      for (const frames of batch) {
        try {
          await this.socket.send(frames);
        } catch (error) {
          this.onDropped(error);
        }
      }
    }
    this.#sending = undefined;
  }
}
