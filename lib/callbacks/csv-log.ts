// One line an epoch in a CSV file, written as training goes, for spreadsheets and for `ml.data.csv`.
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Callback } from "../training/callback.js";

/** @param path its folder is made if it is not there; an older file of this name is replaced when training begins */
export function csvLog(path: string): Callback {
  let columns: string[] = [];
  return {
    name: "csvLog",
    async begin() {
      columns = [];
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, "");
    },
    async afterEpoch(_epoch, logs) {
      let text = "";
      if (!columns.length) {
        columns = Object.keys(logs);
        text += `${columns.join(",")}\n`;
      }
      text += `${columns.map((name) => logs[name] ?? "").join(",")}\n`;
      await appendFile(path, text);
    },
  };
}
