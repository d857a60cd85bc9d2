// How messages cross the pipes between session and worker: a length, then the message as V8 serialises it (typed arrays
// included). The reader takes chunks of any size and copies each byte at most once.
import { deserialize, serialize } from "node:v8";

const lengthBytes = 4;

export function encodeFrame(message: unknown): Buffer {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(lengthBytes + body.length);
  frame.writeUInt32LE(body.length, 0);
  body.copy(frame, lengthBytes);
  return frame;
}

/** Collects chunks and hands over each message that is complete. */
export class FrameReader<Message> {
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(readonly receive: (message: Message) => void) {}

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (;;) {
      const header = this.#peek(lengthBytes);
      if (!header) return;
      const length = header.readUInt32LE(0);
      if (this.#size < lengthBytes + length) return;
      const frame = this.#take(lengthBytes + length);
      this.receive(deserialize(frame.subarray(lengthBytes)) as Message);
    }
  }

  #peek(length: number): Buffer | undefined {
    if (this.#size < length) return undefined;
    const first = this.#chunks[0];
    if (first && first.length >= length) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #take(length: number): Buffer {
    let first = this.#chunks[0] ?? Buffer.alloc(0);
    if (first.length < length) {
      first = Buffer.concat(this.#chunks);
      this.#chunks = [first];
    }
    const taken = first.subarray(0, length);
    if (first.length === length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
    this.#size -= length;
    return taken;
  }
}
