// The inputs of this session and of those before: what history_request asks for, and where each cell is noted. Numbers
// and the meaning of tail, range and search are IPython's. Owned by Session.

import type { HistoryEntry } from "../protocol/replies.js";
import type { HistoryRequest } from "../protocol/requests.js";
import { globPattern } from "./glob-pattern.js";
import type { HistoryFolder, HistoryRecord } from "./history-folder.js";
import { log } from "./log.js";

interface Line {
  session: number;
  line: number;
  input: string;
  output: string | null;
}

/** An output is kept for those who ask for it, but not a whole table of numbers. */
const outputLimit = 10_000;
/** A cell that takes longer is on the disk before it ends. Milliseconds. */
const saveAfter = 50;

export class History {
  /** This session's; also there when the disk is not. */
  readonly #lines: Line[] = [];
  #session: number | undefined;
  #broken = false;
  /** What is not on the disk yet: a cell doesn't wait for the disk. */
  #unsaved: HistoryRecord[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly folder: HistoryFolder) {}

  addInput(line: number, input: string): void {
    const session = this.#claim();
    this.#lines.push({ session, line, input, output: null });
    this.#save({ line, input });
  }

  addOutput(line: number, output: string): void {
    const entry = this.#lines.findLast((candidate) => candidate.line === line);
    if (entry === undefined) return;
    entry.output = output.slice(0, outputLimit);
    this.#save({ line, output: entry.output });
  }

  answer(request: HistoryRequest): HistoryEntry[] {
    const lines = this.#select(request);
    return lines.map(({ session, line, input, output }) =>
      request.output ? [session, line, [input, output]] : [session, line, input],
    );
  }

  #select(request: HistoryRequest): Line[] {
    switch (request.hist_access_type) {
      case "tail":
        return this.#last(request.n ?? 10);
      case "range":
        return this.#range(request);
      case "search":
        return this.#search(request);
    }
  }

  #range({ session, start, stop }: HistoryRequest): Line[] {
    const current = this.#claim();
    // 0 is this session, -1 the one before.
    const number = session > 0 ? session : current + session;
    const lines = number === current ? this.#lines : this.#read(number);
    const from = start < 0 ? Math.max(0, (lines.at(-1)?.line ?? 0) + 1 + start) : start;
    return lines.filter(({ line }) => line >= from && (stop === null || line < stop));
  }

  #search({ pattern, n, unique }: HistoryRequest): Line[] {
    const matches = globPattern(pattern);
    const found: Line[] = [];
    const seen = new Set<string>();
    for (const line of this.#newestFirst()) {
      if (n !== null && found.length >= n) break;
      if (!matches.test(line.input) || (unique && seen.has(line.input))) continue;
      seen.add(line.input);
      found.push(line);
    }
    return found.reverse();
  }

  #last(n: number): Line[] {
    const last: Line[] = [];
    for (const line of this.#newestFirst()) {
      if (last.length >= n) break;
      last.push(line);
    }
    return last.reverse();
  }

  *#newestFirst(): Generator<Line> {
    yield* this.#lines.toReversed();
    for (const session of this.folder.sessions().reverse()) {
      if (session !== this.#session) yield* this.#read(session).reverse();
    }
  }

  #read(session: number): Line[] {
    const lines: Line[] = [];
    for (const record of this.folder.read(session)) {
      if ("input" in record) lines.push({ session, line: record.line, input: record.input, output: null });
      else {
        const entry = lines.findLast((candidate) => candidate.line === record.line);
        if (entry) entry.output = record.output;
      }
    }
    return lines;
  }

  /** This session's number; taken when it is first needed, so that a notebook which runs nothing leaves no file. */
  #claim(): number {
    if (this.#session === undefined) {
      try {
        this.#session = this.folder.claim();
      } catch (error) {
        this.#giveUp(error);
        this.#session = (this.folder.sessions().at(-1) ?? 0) + 1;
      }
    }
    return this.#session;
  }

  /** Everything that was noted is on the disk. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const records = this.#unsaved;
    this.#unsaved = [];
    if (records.length === 0 || this.#session === undefined) return;
    try {
      this.folder.append(this.#session, records);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #save(record: HistoryRecord): void {
    if (this.#broken) return;
    this.#unsaved.push(record);
    this.#timer ??= setTimeout(() => this.flush(), saveAfter);
  }

  /** A disk that is full or read-only costs the history beyond this session, and nothing else. */
  #giveUp(error: unknown): void {
    this.#broken = true;
    log(`the history is not kept: ${String(error)}`);
  }
}
