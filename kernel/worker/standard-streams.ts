// process.stdout, process.stderr and console, as cells see them: what is written goes to the cell that writes. File
// descriptors 1 and 2 stay what they are, for native code and child processes.
import { Console } from "node:console";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Outbox, StreamName } from "./outbox.js";

type WriteCallback = (error?: Error | null) => void;

class CellStream extends Writable {
  readonly #decoder = new StringDecoder("utf8");

  constructor(
    readonly streamName: StreamName,
    /** For `child_process`, which passes it on. */
    readonly fd: 1 | 2,
    readonly outbox: Outbox,
  ) {
    super({ decodeStrings: false });
  }

  // Not `_write`: text must be out in the order in which it is written, at once, whatever Writable would buffer.
  override write(chunk: unknown, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean {
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof chunk === "string") {
      const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
      this.outbox.print(this.streamName, isText ? chunk : this.#decoder.write(Buffer.from(chunk, encoding)));
    } else if (chunk instanceof Uint8Array) {
      this.outbox.print(
        this.streamName,
        this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)),
      );
    } else {
      const expected = "string, Buffer, TypedArray, or DataView";
      throw new TypeError(`invalid chunk; expected ${expected}: ${chunk === null ? "null" : typeof chunk}`);
    }
    if (done) process.nextTick(done);
    return true;
  }

  /** The process's streams can't be closed, as in Node. */
  override end(chunk?: unknown): this {
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function") this.write(chunk);
    return this;
  }

  override _destroy(_error: Error | null, done: WriteCallback): void {
    done();
  }
}

export function installStandardStreams(outbox: Outbox): void {
  const stdout = new CellStream("stdout", 1, outbox);
  const stderr = new CellStream("stderr", 2, outbox);
  for (const [name, value] of Object.entries({ stdout, stderr })) {
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
  }
  // Through the properties, so that who replaces process.stdout gets what console prints.
  const own = new Console({
    stdout: through(() => process.stdout),
    stderr: through(() => process.stderr),
    ignoreErrors: false,
    colorMode: false,
  });
  for (const name of Object.keys(own) as (keyof Console)[]) {
    const method = own[name];
    if (typeof method === "function" && name !== "Console") Object.assign(console, { [name]: method });
  }
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message, stack }) => {
    process.stderr.write(`${name === "Warning" && stack ? stack : `${name}: ${message}`}\n`);
  });
}

function through(stream: () => NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string): boolean => stream().write(text);
  return { write, on() {}, once() {}, removeListener() {}, listenerCount: () => 1 } as unknown as NodeJS.WriteStream;
}
