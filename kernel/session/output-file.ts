// All that one cell printed, for the reader who was shown only its beginning. Small outputs stay in memory; larger ones
// go to a file, which is deleted unless the cell's output was cut. Owned by CellStreams.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { log } from "./log.js";

/** Characters of a cell that stay in memory without a file. */
const memoryLimit = 16_384;
/** Characters that are gathered for one write. */
const writeSize = 65_536;
/** A loop that prints for ever must not fill the disk. */
const sizeLimit = 2 ** 30;

/** The folder for the files of one session; made when the first is needed. */
export class OutputFolder {
  #directory: string | undefined;
  #names = new Set<string>();
  #kept = false;

  /** A path that was not given before. */
  path(cell: number): string {
    this.#directory ??= mkdtempSync(path.join(tmpdir(), "cellgrad-output-"));
    let name = `cell-${cell}.txt`;
    for (let again = 2; this.#names.has(name); again += 1) name = `cell-${cell}-${again}.txt`;
    this.#names.add(name);
    return path.join(this.#directory, name);
  }

  /** The folder outlives the session. */
  keep(): void {
    this.#kept = true;
  }

  close(): void {
    if (this.#directory !== undefined && !this.#kept) rmSync(this.#directory, { recursive: true, force: true });
  }
}

export class OutputFile {
  #waiting: string[] = [];
  #waitingLength = 0;
  #size = 0;
  #path: string | undefined;
  #kept = false;
  #closed = false;

  constructor(
    readonly folder: OutputFolder,
    readonly cell: number,
  ) {}

  append(text: string): void {
    if (this.#closed) return;
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength > (this.#path === undefined ? memoryLimit : writeSize)) this.#write();
  }

  /** The file will be named to the reader. Returns its path. */
  keep(): string {
    this.#kept = true;
    this.folder.keep();
    this.#write();
    return this.#path ?? "";
  }

  /** What a reader was told to find there is there. */
  settle(): void {
    if (this.#kept) this.#write();
  }

  /** Nothing more comes from this cell. */
  release(): void {
    this.settle();
    this.#waiting = [];
    this.#closed = true;
    if (this.#path !== undefined && !this.#kept) rmSync(this.#path, { force: true });
  }

  #write(): void {
    if (this.#waitingLength === 0 && this.#path !== undefined) return;
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#waitingLength = 0;
    try {
      this.#path ??= this.folder.path(this.cell);
      // A reader who tidies up may have removed the folder meanwhile.
      mkdirSync(path.dirname(this.#path), { recursive: true, mode: 0o700 });
      appendFileSync(this.#path, text, { mode: 0o600 });
      this.#size += text.length;
      if (this.#size < sizeLimit) return;
      appendFileSync(this.#path, `\n[The file ends here, at ${sizeLimit.toLocaleString("en")} characters.]\n`);
    } catch (error) {
      log(`the output of cell ${this.cell} could not be written to ${this.#path}: ${String(error)}`);
    }
    this.#closed = true;
  }
}
