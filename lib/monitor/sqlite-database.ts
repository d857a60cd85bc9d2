// The store's tables in SQLite, and its statements. It runs in the thread of sqlite-worker.ts, since each call blocks.
import type Libsql from "libsql";
import {
  bodyOf,
  type Driver,
  type PredictionQuery,
  type PredictionRow,
  predictionOf,
  type StoredEvent,
  type StoredLabel,
  type StoredState,
} from "./driver.js";
import type { StoredPrediction } from "./prediction.js";

/** A driver without promises. */
export type SqliteCalls = {
  [Name in keyof Driver]: (...args: Parameters<Driver[Name]>) => Awaited<ReturnType<Driver[Name]>>;
};

/** Milliseconds to wait for another program that writes. */
const longestWait = 5000;

const tables = `
CREATE TABLE IF NOT EXISTS predictions (
  id TEXT PRIMARY KEY, time REAL NOT NULL, model TEXT NOT NULL, version TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS predictions_time ON predictions (time);
CREATE TABLE IF NOT EXISTS labels (id TEXT PRIMARY KEY, time REAL NOT NULL, label TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS labels_time ON labels (time);
CREATE TABLE IF NOT EXISTS states (name TEXT PRIMARY KEY, revision INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, time REAL NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_time ON events (time);
`;

export class SqliteDatabase implements SqliteCalls {
  readonly #database: Libsql.Database;

  constructor(database: Libsql.Database) {
    this.#database = database;
    database.exec(`PRAGMA busy_timeout = ${longestWait}`);
    // Readers and the writer don't wait for each other. FULL: what was acknowledged is there after a power cut, too.
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec(tables);
  }

  addPredictions(rows: readonly StoredPrediction[]): void {
    const insert = this.#database.prepare("INSERT OR IGNORE INTO predictions VALUES (?, ?, ?, ?, ?)");
    this.#atOnce(() => {
      for (const row of rows) insert.run(row.id, row.time, row.model, row.version, bodyOf(row));
    });
  }

  addLabels(rows: readonly StoredLabel[]): void {
    const insert = this.#database.prepare("INSERT OR REPLACE INTO labels VALUES (?, ?, ?)");
    this.#atOnce(() => {
      for (const { id, time, label } of rows) insert.run(id, time, JSON.stringify(label));
    });
  }

  predictions({ from, to, by, model, version, limit }: PredictionQuery): StoredPrediction[] {
    const time = by === "time" ? "p.time" : "l.time";
    const named = Object.entries({ model, version }).filter(([, value]) => value !== undefined);
    const rows = this.#database
      .prepare(`
        SELECT p.id, p.time, p.model, p.version, p.body, l.label, l.time AS labelTime
        FROM predictions p ${by === "time" ? "LEFT " : ""}JOIN labels l ON l.id = p.id
        WHERE ${time} >= ? AND ${time} < ? ${named.map(([name]) => `AND p.${name} = ?`).join(" ")}
        ORDER BY ${time} DESC, p.id DESC LIMIT ?`)
      .all(from, to, ...named.map(([, value]) => value), limit) as PredictionRow[];
    return rows.map(predictionOf).reverse();
  }

  state(name: string): StoredState | undefined {
    const [found] = this.#database.prepare("SELECT text, revision FROM states WHERE name = ?").all(name);
    return found as StoredState | undefined;
  }

  setState(name: string, text: string, revision: number): boolean {
    const done =
      revision === 0
        ? this.#database.prepare("INSERT OR IGNORE INTO states VALUES (?, 1, ?)").run(name, text)
        : this.#database
            .prepare("UPDATE states SET text = ?, revision = revision + 1 WHERE name = ? AND revision = ?")
            .run(text, name, revision);
    return done.changes === 1;
  }

  addEvent({ id, time, text }: StoredEvent): void {
    this.#database.prepare("INSERT OR IGNORE INTO events VALUES (?, ?, ?)").run(id, time, text);
  }

  events(from: number, to: number, limit: number): StoredEvent[] {
    const rows = this.#database
      .prepare("SELECT id, time, text FROM events WHERE time >= ? AND time < ? ORDER BY time DESC, id DESC LIMIT ?")
      .all(from, to, limit);
    return (rows as StoredEvent[]).reverse();
  }

  forget(before: number): void {
    this.#atOnce(() => {
      for (const table of ["predictions", "labels", "events"])
        this.#database.prepare(`DELETE FROM ${table} WHERE time < ?`).run(before);
    });
  }

  close(): void {
    this.#database.close();
  }

  /** IMMEDIATE: two writers wait for each other instead of one of them failing halfway. */
  #atOnce(write: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      write();
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}
