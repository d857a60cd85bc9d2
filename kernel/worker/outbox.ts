// Everything that a cell sends, in order: printed text is gathered into few messages, and goes out before anything that the
// cell sends after it. What a stopped cell still prints or shows is dropped here.
import { performance } from "node:perf_hooks";
import type { ToSession } from "../ipc/cell-messages.js";
import { type CellRun, currentRun } from "./cell-run.js";
import { uninterrupted } from "./critical.js";
import type { SessionPipe } from "./session-pipe.js";
import { ownTimeout } from "./timers.js";

export type StreamName = "stdout" | "stderr";

const batchCharacters = 32_768;
const batchMilliseconds = 15;
/** In each such time, so many prints go out by themselves at once: what a cell printed before it hangs or crashes is seen. */
const promptPrints = 20;
/** The front end shall get no message that blocks it for long. */
const messageCharacters = 1 << 20;

export class Outbox {
  #text = "";
  #name: StreamName = "stdout";
  #cell = "";
  /** When the time began that prompt prints are counted in, and that a batch waits for. */
  #since = 0;
  #prompt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Called when text begins to wait, and when none waits any more: in a loop that never yields, another must see to it. */
  onWaiting: (waits: boolean) => void = () => {};
  /** Called after each output of user code: a good place to break it off. */
  onSent: () => void = () => {};
  #waits = false;

  constructor(readonly pipe: SessionPipe) {}

  print(name: StreamName, text: string): void {
    const run = currentRun();
    if (run?.isStopped || text === "") return;
    const cell = run?.id ?? "";
    if (name !== this.#name || cell !== this.#cell) {
      this.flush();
      this.#name = name;
      this.#cell = cell;
    }
    const isFirst = this.#text === "";
    this.#text += text;
    const now = performance.now();
    if (now - this.#since >= batchMilliseconds) {
      this.#since = now;
      this.#prompt = 0;
      this.flush();
    } else if (this.#prompt < promptPrints) {
      this.#prompt += 1;
      this.flush();
    } else if (this.#text.length >= batchCharacters) this.flush();
    else if (isFirst) this.#wait();
    this.onSent();
  }

  flush(): void {
    if (this.#text === "") return;
    uninterrupted(() => {
      const text = this.#text;
      this.#text = "";
      if (this.#waits) {
        this.#waits = false;
        this.onWaiting(false);
      }
      if (text.length <= messageCharacters) this.#stream(text);
      else for (const part of pieces(text)) this.#stream(part);
    });
  }

  /** What is printed and not sent yet is forgotten if it is this cell's. */
  discard(run: CellRun): void {
    if (this.#cell === run.id) this.#text = "";
  }

  /** Sends what belongs to `run`, unless that was stopped. */
  show(run: CellRun | undefined, message: ToSession): void {
    if (run?.isStopped) return;
    this.send(message);
    this.onSent();
  }

  /**
   * Sends behind everything that was printed.
   * @returns the bytes that the message took.
   */
  send(message: ToSession): number {
    return uninterrupted(() => {
      this.flush();
      return this.pipe.send(message);
    });
  }

  #wait(): void {
    this.#timer ??= ownTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, batchMilliseconds).unref();
    this.#waits = true;
    this.onWaiting(true);
  }

  #stream(text: string): void {
    this.pipe.send({ type: "stream", cell: this.#cell, name: this.#name, text });
  }
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + messageCharacters);
    // Not between the halves of a surrogate pair.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
    yield text.slice(at, end);
    at = end;
  }
}
