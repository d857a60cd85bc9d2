// The inputs of all sessions on disk: a folder with one JSON-lines file a session, named after its number. A session
// appends to its own file only, so sessions that run at the same time can't disturb each other. Used by History.
import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Older sessions are deleted beyond either limit. */
const limits = { sessions: 1_000, bytes: 20_000_000 };

/** One line of a file: an input, and later, when there was a result, its text. */
export type HistoryRecord = { line: number; input: string } | { line: number; output: string };

export class HistoryFolder {
  constructor(readonly directory: string) {}

  /** The platform's data folder, unless CELLGRAD_HISTORY names another. */
  static default(): HistoryFolder {
    return new HistoryFolder(process.env.CELLGRAD_HISTORY || path.join(dataDirectory(), "history"));
  }

  /** Takes the next number, makes its file, and deletes what is too old. */
  claim(): number {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    for (let number = (this.sessions().at(-1) ?? 0) + 1; ; number += 1) {
      try {
        // Exclusive: of two sessions that start at once, one gets the number and the other the next.
        closeSync(openSync(this.#file(number), "wx", 0o600));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
        throw error;
      }
      this.#deleteOld();
      return number;
    }
  }

  /** Numbers of all sessions, oldest first. */
  sessions(): number[] {
    let names: string[];
    try {
      names = readdirSync(this.directory);
    } catch {
      return [];
    }
    const numbers = names.map((name) => Number(/^(\d+)\.jsonl$/.exec(name)?.[1]));
    return numbers.filter((number) => Number.isSafeInteger(number)).sort((a, b) => a - b);
  }

  append(session: number, records: readonly HistoryRecord[]): void {
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    appendFileSync(this.#file(session), lines.join(""), { mode: 0o600 });
  }

  /** Lines that are no records, such as one that a power cut left half written, are left out. */
  read(session: number): HistoryRecord[] {
    let text: string;
    try {
      text = readFileSync(this.#file(session), "utf8");
    } catch {
      return [];
    }
    return text.split("\n").flatMap((line) => parseRecord(line) ?? []);
  }

  #file(session: number): string {
    return path.join(this.directory, `${session}.jsonl`);
  }

  #deleteOld(): void {
    let bytes = 0;
    for (const [age, session] of this.sessions().reverse().entries()) {
      bytes += sizeOf(this.#file(session));
      if (age >= limits.sessions || (age > 0 && bytes > limits.bytes)) rmSync(this.#file(session), { force: true });
    }
  }
}

function parseRecord(line: string): HistoryRecord | undefined {
  try {
    const record = JSON.parse(line) as { line?: unknown; input?: unknown; output?: unknown };
    const isRecord =
      Number.isSafeInteger(record.line) && (typeof record.input === "string" || typeof record.output === "string");
    return isRecord ? (record as HistoryRecord) : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function dataDirectory(): string {
  const home = os.homedir();
  if (process.platform === "darwin") return path.join(home, "Library", "Application Support", "cellgrad");
  if (process.platform === "win32") {
    return path.join(process.env.LOCALAPPDATA || path.join(home, "AppData", "Local"), "cellgrad");
  }
  return path.join(process.env.XDG_DATA_HOME || path.join(home, ".local", "share"), "cellgrad");
}
