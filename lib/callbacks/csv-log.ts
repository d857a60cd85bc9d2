// One line an epoch in a CSV file, written as training goes, for spreadsheets and for `ml.data.csv`.
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { checkText } from "../engine/invalid.js";
import type { Callback } from "../training/callback.js";
import type { EpochLogs } from "../training/history.js";

/**
 * Writes each epoch's logs as a line of a CSV file, whose first line has their names.
 * @param path its folder is made if it is not there; an older file of this name is replaced when training begins; a run that
 *   is resumed writes the epochs before it too
 * @throws when the path is none
 */
export function csvLog(path: string): Callback {
  checkText("path", path, "the path of a file");
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
