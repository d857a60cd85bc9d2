// The thread in which SQLite works: its calls block until the disk has what was written, and a server must not wait for a disk. Started by
// sqlite-driver.ts.
import { parentPort, workerData } from "node:worker_threads";
import Database from "libsql";
import type { Driver } from "./driver.js";
import { type SqliteCalls, SqliteDatabase } from "./sqlite-database.js";

export interface SqliteRequest {
  readonly id: number;
  readonly call: keyof Driver;
  readonly args: readonly unknown[];
}

export type SqliteAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

if (parentPort !== null) serve(parentPort, workerData as string);

function serve(port: NonNullable<typeof parentPort>, file: string): void {
  let database: SqliteCalls | undefined;
  port.on("message", ({ id, call, args }: SqliteRequest) => {
    let answer: SqliteAnswer;
    try {
      database ??= new SqliteDatabase(new Database(file));
      answer = { id, value: (database[call] as (...all: readonly unknown[]) => unknown)(...args) };
    } catch (error) {
      answer = { id, error: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(answer);
    if (call === "close") port.close();
  });
}
