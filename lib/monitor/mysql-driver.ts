// MySQL and MariaDB as a store, through the package mysql2. Made by open.ts.
import type { Pool, ResultSetHeader } from "mysql2/promise";
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
import { storePackage } from "./store-package.js";

/** Ids are told apart to the letter, as elsewhere. */
const options = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
const tables = [
  `cellgrad_predictions (id VARCHAR(160) PRIMARY KEY, time DOUBLE NOT NULL, model TEXT NOT NULL, version TEXT NOT NULL,
    body LONGTEXT NOT NULL, INDEX (time))`,
  "cellgrad_labels (id VARCHAR(160) PRIMARY KEY, time DOUBLE NOT NULL, label TEXT NOT NULL, INDEX (time))",
  "cellgrad_states (name VARCHAR(160) PRIMARY KEY, revision BIGINT NOT NULL, text LONGTEXT NOT NULL)",
  "cellgrad_events (id VARCHAR(160) PRIMARY KEY, time DOUBLE NOT NULL, text LONGTEXT NOT NULL, INDEX (time))",
];

export class MysqlDriver implements Driver {
  readonly #pool: Pool;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  static async open(address: string): Promise<MysqlDriver> {
    const { createPool } = await storePackage<typeof import("mysql2/promise")>("mysql2", "mysql2/promise");
    const uri = address.replace(/^mariadb:/, "mysql:");
    const pool = createPool({ uri, connectionLimit: 4, connectTimeout: 10_000, charset: "utf8mb4" });
    const driver = new MysqlDriver(pool);
    try {
      for (const table of tables) await driver.#ask(`CREATE TABLE IF NOT EXISTS ${table} ${options}`);
    } catch (error) {
      await pool.end();
      throw error;
    }
    return driver;
  }

  async addPredictions(rows: readonly StoredPrediction[]): Promise<void> {
    const values = rows.map((row) => [row.id, row.time, row.model, row.version, bodyOf(row)]);
    await this.#ask("INSERT IGNORE INTO cellgrad_predictions VALUES ?", [values]);
  }

  async addLabels(rows: readonly StoredLabel[]): Promise<void> {
    const values = rows.map(({ id, time, label }) => [id, time, JSON.stringify(label)]);
    await this.#ask("REPLACE INTO cellgrad_labels VALUES ?", [values]);
  }

  async predictions({ from, to, by, model, version, limit }: PredictionQuery): Promise<StoredPrediction[]> {
    const time = by === "time" ? "p.time" : "l.time";
    const named = Object.entries({ model, version }).filter(([, value]) => value !== undefined);
    const rows = await this.#ask<PredictionRow[]>(
      `SELECT p.id, p.time, p.model, p.version, p.body, l.label, l.time AS labelTime
      FROM cellgrad_predictions p ${by === "time" ? "LEFT " : ""}JOIN cellgrad_labels l ON l.id = p.id
      WHERE ${time} >= ? AND ${time} < ? ${named.map(([name]) => `AND p.${name} = ?`).join(" ")}
      ORDER BY ${time} DESC, p.id DESC LIMIT ?`,
      [from, to, ...named.map(([, value]) => value), limit],
    );
    return rows.map(predictionOf).reverse();
  }

  async state(name: string): Promise<StoredState | undefined> {
    const rows = await this.#ask<StoredState[]>("SELECT text, revision FROM cellgrad_states WHERE name = ?", [name]);
    return rows[0] === undefined ? undefined : { text: rows[0].text, revision: Number(rows[0].revision) };
  }

  async setState(name: string, text: string, revision: number): Promise<boolean> {
    const done =
      revision === 0
        ? await this.#ask<ResultSetHeader>("INSERT IGNORE INTO cellgrad_states VALUES (?, 1, ?)", [name, text])
        : await this.#ask<ResultSetHeader>(
            "UPDATE cellgrad_states SET text = ?, revision = revision + 1 WHERE name = ? AND revision = ?",
            [text, name, revision],
          );
    return done.affectedRows === 1;
  }

  async addEvent({ id, time, text }: StoredEvent): Promise<void> {
    await this.#ask("INSERT IGNORE INTO cellgrad_events VALUES (?, ?, ?)", [id, time, text]);
  }

  async events(from: number, to: number, limit: number): Promise<StoredEvent[]> {
    const rows = await this.#ask<StoredEvent[]>(
      "SELECT id, time, text FROM cellgrad_events WHERE time >= ? AND time < ? ORDER BY time DESC, id DESC LIMIT ?",
      [from, to, limit],
    );
    return rows.map(({ id, time, text }) => ({ id, time, text })).reverse();
  }

  async forget(before: number): Promise<void> {
    for (const table of ["predictions", "labels", "events"])
      await this.#ask(`DELETE FROM cellgrad_${table} WHERE time < ?`, [before]);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #ask<Result = unknown>(statement: string, values: readonly unknown[] = []): Promise<Result> {
    const [result] = await this.#pool.query(statement, [...values]);
    return result as Result;
  }
}
