// Folds as jobs: which calls of the trial's function a search or a cross-validation makes, and one result out of a point's several runs.
import { type Dataset, type Fold, type KFoldOptions, kFold } from "../data/index.js";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { mixSeeds } from "../engine/random.js";
import type { Parameters } from "./space.js";
import type { TrialContext, TrialError, TrialJob, TrialRun } from "./trial-run.js";

/** All calls: each point once, or once a fold. */
export function jobsOf(points: readonly Parameters[], seed: number, folds: number | undefined): TrialJob[] {
  const splitSeed = mixSeeds(seed, 1);
  return points.flatMap((parameters, number) =>
    Array.from({ length: folds ?? 1 }, (_, fold) => ({
      index: number * (folds ?? 1) + fold,
      parameters,
      context: {
        number,
        seed: mixSeeds(seed, 2, number, fold),
        splitSeed,
        ...(folds === undefined ? {} : { fold, folds }),
      },
    })),
  );
}

/** A point's runs as one. */
export interface MergedRuns {
  /** Means over the folds; a name that a fold lacks is left out. */
  readonly scores: Readonly<Record<string, number>>;
  /** The first fold's that has one. */
  readonly error?: TrialError;
  /** Of all folds together. */
  readonly seconds: number;
  readonly where: string;
  readonly attempts: number;
  readonly folds: readonly TrialRun[];
}

export function mergeFolds(runs: readonly TrialRun[]): MergedRuns {
  const names = Object.keys(runs[0]?.scores ?? {}).filter((name) => runs.every(({ scores }) => name in scores));
  const mean = (name: string) => runs.reduce((sum, { scores }) => sum + (scores[name] ?? Number.NaN), 0) / runs.length;
  const error = runs.find((run) => run.error !== undefined)?.error;
  return {
    scores: error ? {} : Object.fromEntries(names.map((name) => [name, mean(name)])),
    ...(error ? { error } : {}),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    where: [...new Set(runs.map(({ where }) => where))].filter((where) => where !== "").join(", "),
    attempts: Math.max(...runs.map(({ attempts }) => attempts)),
    folds: runs,
  };
}

/** What `ml.tuning.foldOf` may be told. */
export type FoldOfOptions = Pick<KFoldOptions, "stratify" | "groups">;

/**
 * The training and validation part of this run, for a trial that is called once a fold: all runs of a search split alike.
 * @param dataset all that may be trained on; the same in every run
 * @param context the trial's second argument
 * @param options of `ml.data.kFold`; stratify is true by default where labels are classes
 * @throws when the trial was started without folds, or there are fewer samples than folds
 */
export function foldOf(dataset: Dataset, context: TrialContext, options: FoldOfOptions = {}): Fold {
  checkOptions("options", options, ["stratify", "groups"]);
  checkOptions("context", context, ["number", "seed", "folds", "fold", "splitSeed"]);
  const { fold, folds, splitSeed } = context;
  if (fold === undefined || folds === undefined || splitSeed === undefined)
    throw invalid("context", "the context of a trial that is run with folds", context);
  const parts = kFold(dataset, {
    folds,
    seed: splitSeed,
    stratify: dataset?.classNames?.length > 0,
    ...options,
  });
  checkWhole("context.fold", fold, 0, folds - 1);
  return parts[fold] as Fold;
}
