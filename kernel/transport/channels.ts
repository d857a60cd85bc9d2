// What the session knows of its clients: messages that come in on three channels, and messages that go out. sockets.ts
// carries them over ZeroMQ.
import type { Message } from "../protocol/message.js";

export type RequestChannel = "shell" | "control" | "stdin";

export interface Channels {
  /** Called once; from then on every valid message is handed over, in order within a channel. */
  listen(receive: (channel: RequestChannel, message: Message) => void): void;
  /** To the client that `message.identities` names. Never waits, never throws. */
  send(channel: RequestChannel, message: Message<object>): void;
  /** To all clients, on iopub. */
  publish(message: Message<object>): void;
  /** Resolves when everything that was sent has left. */
  close(): Promise<void>;
}
