// Stored predictions as drift compares them: columns by name. Used by store.ts and by alarms about drift.
import { invalid } from "../engine/invalid.js";
import type { StoredPrediction } from "./prediction.js";

export type SampleColumns = Record<string, number[] | string[]>;

/** @throws when there are no predictions, or nothing that all of them have */
export function sampleColumns(rows: readonly StoredPrediction[]): SampleColumns {
  if (rows.length === 0) throw invalid("window", "one with predictions", "none");
  const columns: SampleColumns = {};
  const add = (name: string, of: (row: StoredPrediction) => number | string | undefined) => {
    const values = rows.map(of);
    if (values.every((value) => typeof value === "number")) columns[name] = values;
    else if (values.every((value) => typeof value === "string")) columns[name] = values;
  };
  for (const name of Object.keys(rows[0]?.features ?? {})) add(name, ({ features }) => features[name]);
  add("predicted", ({ label }) => label);
  add("confidence", ({ confidence }) => confidence);
  rows[0]?.values?.forEach((_, i) => {
    add(`output ${i}`, ({ values }) => values?.[i]);
  });
  if (Object.keys(columns).length === 0) throw invalid("window", "predictions with features", "none that all have");
  return columns;
}
