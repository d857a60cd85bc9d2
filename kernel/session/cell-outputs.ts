// What one cell shows, in order and bounded: displays up to a limit, which clear_output lifts; and while the gate is shut,
// only what a reader would still see when it opens. Owned by Cell, which brings the printed text here in batches.
import type { Publications, PublicationType, StreamName } from "../protocol/publications.js";
import type { OutputGate } from "./output-gate.js";

/** Displays and late errors that are shown for one cell, and characters of theirs; front ends slow down with more. */
export const displayLimits = { count: 1_000, characters: 50_000_000 };

export type Publish = <T extends PublicationType>(type: T, content: Publications[T], buffers?: Uint8Array[]) => void;

type Waiting =
  | { type: "stream"; content: Publications["stream"] }
  | { type: "display_data"; content: Publications["display_data"]; buffers: Uint8Array[]; size: number }
  | { type: "error"; content: Publications["error"]; size: number };

export class CellOutputs {
  #waiting: Waiting[] = [];
  /** The front end must clear what it shows of the cell before it shows what waits. */
  #clearFirst = false;
  /** Whatever comes behind what waits replaces all of it: `clear_output` with `wait`. */
  #clearNext = false;
  #count = 0;
  #characters = 0;
  #capped = false;
  readonly #release = () => this.#publishWaiting();

  constructor(
    readonly publish: Publish,
    readonly gate: OutputGate,
  ) {}

  /** Bounded by CellStreams. */
  print(name: StreamName, text: string): void {
    this.#add({ type: "stream", content: { name, text } });
  }

  display(content: Publications["display_data"], buffers: Uint8Array[]): void {
    if (this.#capped) return;
    const size = sizeOf(content.data) + sizeOf(buffers);
    if (this.#fits(size)) this.#add({ type: "display_data", content, buffers, size });
  }

  /** An error of what the cell has left running: a timer may throw for ever. */
  lateError(content: Publications["error"]): void {
    if (this.#capped) return;
    const size = sizeOf(content);
    if (this.#fits(size)) this.#add({ type: "error", content, size });
  }

  update(content: Publications["update_display_data"], buffers: Uint8Array[]): void {
    const size = sizeOf(content.data) + sizeOf(buffers);
    const publish = () => this.publish("update_display_data", content, buffers);
    if (this.gate.isOpen) {
      this.gate.spend(size);
      publish();
    } else this.gate.holdUpdate(content.transient.display_id ?? "", size, publish);
  }

  clear(wait: boolean): void {
    this.#count = 0;
    this.#characters = 0;
    this.#capped = false;
    if (this.gate.isOpen) {
      this.gate.spend(0);
      this.publish("clear_output", { wait });
      return;
    }
    if (wait) this.#clearNext = true;
    else this.#clearWaiting();
    this.gate.wait(this.#release);
  }

  /** Everything goes out now. */
  flush(): void {
    this.gate.flush();
  }

  /** Whether one more of this size is shown; says once that it isn't. */
  #fits(size: number): boolean {
    if (this.#count < displayLimits.count && this.#characters + size <= displayLimits.characters) {
      this.#count += 1;
      this.#characters += size;
      return true;
    }
    this.#capped = true;
    const amount =
      this.#count >= displayLimits.count
        ? `${displayLimits.count.toLocaleString("en")} displays and errors`
        : `${displayLimits.characters.toLocaleString("en")} characters of displays`;
    const help = "A display's handle can still update it, and display.clear() makes room for more";
    this.print("stderr", `[Output is cut here, after ${amount}. ${help}.]\n`);
    return false;
  }

  #add(output: Waiting): void {
    if (this.gate.isOpen) {
      this.#send(output);
      return;
    }
    if (this.#clearNext) this.#clearWaiting();
    const last = this.#waiting.at(-1);
    if (output.type === "stream" && last?.type === "stream" && last.content.name === output.content.name)
      last.content = { name: last.content.name, text: last.content.text + output.content.text };
    else this.#waiting.push(output);
    this.gate.wait(this.#release);
  }

  #clearWaiting(): void {
    this.#waiting = [];
    this.#clearFirst = true;
    this.#clearNext = false;
  }

  #publishWaiting(): void {
    const waiting = this.#waiting;
    const [clearFirst, clearNext] = [this.#clearFirst, this.#clearNext];
    this.#waiting = [];
    this.#clearFirst = this.#clearNext = false;
    // Nothing flickers where something comes in its place.
    if (clearFirst) this.#clear(waiting.length > 0);
    for (const output of waiting) this.#send(output);
    if (clearNext) this.#clear(true);
  }

  #clear(wait: boolean): void {
    this.gate.spend(0);
    this.publish("clear_output", { wait });
  }

  #send(output: Waiting): void {
    this.gate.spend(output.type === "stream" ? output.content.text.length : output.size);
    if (output.type === "display_data") this.publish(output.type, output.content, output.buffers);
    else this.publish(output.type, output.content);
  }
}

/** Roughly the characters of a value as JSON, and bytes. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 8;
  let size = 2;
  for (const [key, part] of Object.entries(value)) size += key.length + sizeOf(part);
  return size;
}
