// One line an epoch in a CSV file, written as training goes, for spreadsheets and for `ml.data.csv`.
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Callback } from "../training/callback.js";
import type { EpochLogs } from "../training/history.js";

/** @param path its folder is made if it is not there; an older file of this name is replaced when training begins; a run that
 * is resumed writes the epochs before it too */
export function csvLog(path: string): Callback {
  let columns: string[] = [];
  return {
    name: "csvLog",
    async begin({ rows }) {
      columns = [];
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, rows.map(lines).join(""));
    },
    async afterEpoch(_epoch, logs) {
      await appendFile(path, lines(logs));
    },
  };

  function lines(logs: EpochLogs): string {
    const line = (): string => `${columns.map((name) => logs[name] ?? "").join(",")}\n`;
    if (columns.length) return line();
    columns = Object.keys(logs);
    return `${columns.join(",")}\n${line()}`;
  }
}
