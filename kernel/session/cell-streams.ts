// What one cell prints. Text is published in batches, so that a loop of prints costs a message each 15 ms and not one
// each line; beyond a limit it is only kept in a file, which has all of it. Owned by Cell.
import type { StreamName } from "../protocol/publications.js";
import type { OutputFile } from "./output-file.js";

/** Text that is published for one cell; a browser tab that gets more stops answering. */
export const shownLimits = { characters: 1_000_000, lines: 20_000 };
/** How long text waits for more of it, in milliseconds. */
const batchTime = 15;
/** Within a batch, so many switches between stdout and stderr keep their order; more are gathered by name. */
const orderedSegments = 64;

export class CellStreams {
  #segments: { name: StreamName; parts: string[] }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #characters = 0;
  #lines = 0;
  #capped = false;

  constructor(
    readonly publish: (name: StreamName, text: string) => void,
    readonly file: OutputFile,
  ) {}

  write(name: StreamName, text: string): void {
    if (text === "") return;
    this.file.append(text);
    if (this.#capped) return;
    const shown = this.#fitting(text);
    if (shown !== "") this.#add(name, shown);
    if (shown.length < text.length) {
      this.#capped = true;
      this.#add("stderr", this.#notice(shown));
    }
    this.#timer ??= setTimeout(() => this.flush(), batchTime);
  }

  /** Publishes what waits; before anything else of the cell is published, and before its reply. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const segments = this.#segments;
    this.#segments = [];
    for (const { name, parts } of segments) this.publish(name, parts.join(""));
  }

  /** The cell is done: the file can be read. */
  settle(): void {
    this.flush();
    this.file.settle();
  }

  /** The reader's view of the cell is empty again: there is room for more. */
  clear(): void {
    this.flush();
    this.#characters = 0;
    this.#lines = 0;
    this.#capped = false;
  }

  #add(name: StreamName, text: string): void {
    const last = this.#segments.at(-1);
    const segment =
      last?.name === name || this.#segments.length < orderedSegments
        ? last
        : this.#segments.findLast((candidate) => candidate.name === name);
    if (segment?.name === name) segment.parts.push(text);
    else this.#segments.push({ name, parts: [text] });
  }

  /** The beginning of `text` that may still be shown, cut at a line's end where one is near. */
  #fitting(text: string): string {
    if (this.#lines >= shownLimits.lines) return "";
    let end = Math.min(text.length, shownLimits.characters - this.#characters);
    let lines = 0;
    for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) {
      lines += 1;
      if (this.#lines + lines === shownLimits.lines) end = at + 1;
    }
    // Not between the halves of a surrogate pair.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
    this.#characters += end;
    this.#lines += lines;
    return text.slice(0, end);
  }

  #notice(shown: string): string {
    const start = shown.endsWith("\n") || shown === "" ? "" : "\n";
    const amount =
      this.#lines >= shownLimits.lines
        ? `${shownLimits.lines.toLocaleString("en")} lines`
        : `${shownLimits.characters.toLocaleString("en")} characters`;
    const path = this.file.keep();
    return `${start}[Output is cut here, after ${amount}. All of it is in ${path}]\n`;
  }
}
