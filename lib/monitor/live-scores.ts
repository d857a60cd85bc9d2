// What true labels say about predictions: accuracy and the like of those whose label is known. Used by performance.ts and by alarms.
import { bootstrapIntervals } from "../metrics/bootstrap-interval.js";
import { accuracy, f1Score, precision, recall } from "../metrics/index.js";
import { wilsonInterval } from "../metrics/wilson-interval.js";
import type { StoredPrediction } from "./prediction.js";

export type ScoreName = "accuracy" | "precision" | "recall" | "f1Score";

/** A score with its 95 % interval. */
export interface LiveScore {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Classes by name, one pair a labelled prediction. */
export interface LabelPairs {
  readonly yTrue: readonly string[];
  readonly yPred: readonly string[];
}

export const scoreNames: readonly ScoreName[] = ["accuracy", "precision", "recall", "f1Score"];

/** Of several classes the averages over classes (macro), each as large as any other; a class without predictions counts as 0. */
const scores: Readonly<Record<ScoreName, (yTrue: number[], yPred: number[]) => number>> = {
  accuracy: (yTrue, yPred) => accuracy(yTrue, yPred),
  precision: (yTrue, yPred) => precision(yTrue, yPred, { average: "macro" }),
  recall: (yTrue, yPred) => recall(yTrue, yPred, { average: "macro" }),
  f1Score: (yTrue, yPred) => f1Score(yTrue, yPred, { average: "macro" }),
};

/** Resamples × samples that are worked through for intervals. */
const mostDraws = 200_000;

/**
 * The predictions whose true label is known, as names of classes. A label that is an index gets the name that predictions of that class
 * have; the index itself where there was none.
 */
export function labelPairs(rows: readonly StoredPrediction[], names = classNames(rows)): LabelPairs {
  const known = rows.filter(({ label, trueLabel }) => label !== undefined && trueLabel !== undefined);
  return {
    yTrue: known.map(({ trueLabel = "" }) =>
      typeof trueLabel === "number" ? (names.get(trueLabel) ?? `${trueLabel}`) : trueLabel,
    ),
    yPred: known.map(({ label = "" }) => label),
  };
}

/** The names of classes by index, as predictions have told them. */
export function classNames(rows: readonly StoredPrediction[]): ReadonlyMap<number, string> {
  return new Map(
    rows.flatMap(({ class: index, label }) => (index === undefined || label === undefined ? [] : [[index, label]])),
  );
}

/** @param pairs at least one */
export function scoreOf(name: ScoreName, pairs: LabelPairs): number {
  return scores[name](...coded(pairs));
}

/**
 * All scores: accuracy with Wilson's interval, which holds of few samples too, the others with the bootstrap's.
 * @returns undefined where no label is known
 */
export function liveScores(pairs: LabelPairs): Readonly<Record<ScoreName, LiveScore>> | undefined {
  const [yTrue, yPred] = coded(pairs);
  if (yTrue.length === 0) return undefined;
  const resamples = Math.max(100, Math.min(1000, Math.floor(mostDraws / yTrue.length)));
  const averages = ["precision", "recall", "f1Score"] as const;
  const found = bootstrapIntervals(
    averages.map((name) => scores[name]),
    yTrue,
    yPred,
    { resamples },
  );
  const value = scores.accuracy(yTrue, yPred);
  const others = averages.map((name, i): [ScoreName, LiveScore] => {
    const interval = found[i];
    if (interval === undefined || interval instanceof Error) throw interval ?? new Error(`no ${name}`);
    const { low, high } = interval;
    return [name, { value: interval.value, low, high }];
  });
  return {
    accuracy: { value, ...wilsonInterval(value, yTrue.length) },
    ...(Object.fromEntries(others) as Record<(typeof averages)[number], LiveScore>),
  };
}

/** Numbers are compared faster than names. */
function coded({ yTrue, yPred }: LabelPairs): [yTrue: number[], yPred: number[]] {
  const codes = new Map<string, number>();
  const codeOf = (name: string) => {
    const code = codes.get(name) ?? codes.size;
    codes.set(name, code);
    return code;
  };
  return [yTrue.map(codeOf), yPred.map(codeOf)];
}
