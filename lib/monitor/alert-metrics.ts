// What the rules of alarms watch, measured in a store. Used by alerts.ts.
import { quantile } from "../engine/quantile.js";
import type { AlertRule } from "./alert-rules.js";
import { drift } from "./drift.js";
import type { PredictionQuery } from "./driver.js";
import { labelPairs, type ScoreName, scoreNames, scoreOf } from "./live-scores.js";
import type { StoredPrediction } from "./prediction.js";
import { type SampleColumns, sampleColumns } from "./sample-columns.js";

/** Of more the newest count. */
const mostRows = 5000;

/** What a query must do; a driver does. */
export interface PredictionSource {
  predictions(query: PredictionQuery): Promise<StoredPrediction[]>;
}

/**
 * @param reference of rules about drift: what is normal
 * @returns undefined where too little is there to tell
 */
export async function measure(
  rule: AlertRule,
  source: PredictionSource,
  now: number,
  reference: SampleColumns | undefined,
): Promise<number | undefined> {
  const { metric, model, version, within, atLeast } = rule;
  const isScore = scoreNames.includes(metric as ScoreName);
  const rows = await source.predictions({
    ...{ from: Math.max(0, now - within), to: now + 1, by: isScore ? "labelTime" : "time" },
    ...{ model, version, limit: mostRows },
  });
  if (metric === "predictions") return rows.length;
  if (isScore) {
    const pairs = labelPairs(rows);
    return pairs.yTrue.length < atLeast ? undefined : scoreOf(metric as ScoreName, pairs);
  }
  if (metric === "drift") return rows.length < atLeast ? undefined : excessOf(sampleColumns(rows), reference ?? {});
  const values = rows.map((row) => row[metric as "confidence" | "milliseconds"]).filter((value) => value !== undefined);
  if (values.length < atLeast) return undefined;
  if (metric === "milliseconds") return quantile(Float64Array.from(values).sort(), 0.95);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the features that both have. */
function excessOf(current: SampleColumns, reference: SampleColumns): number | undefined {
  const names = Object.keys(reference).filter((name) => typeof reference[name]?.[0] === typeof current[name]?.[0]);
  const some = (columns: SampleColumns) => Object.fromEntries(names.map((name) => [name, columns[name] ?? []]));
  if (names.length === 0) return undefined;
  const { features } = drift(some(reference), some(current));
  return Math.max(
    ...features.map(({ method, threshold, drifted, ...feature }) => {
      const statistic = feature[method] ?? 0;
      // Where chance makes no difference at all, any is drift.
      return threshold > 0 ? statistic / threshold : drifted ? Number.MAX_VALUE : 0;
    }),
  );
}
