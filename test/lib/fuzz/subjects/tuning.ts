// The fuzz table's tuning. What is run stays a trial of no weight; where it is and how often it is run stay as they are.
import { writeFileSync } from "node:fs";
import path from "node:path";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";
import { placeOf } from "./data.js";

const module = () => {
  const file = placeOf("fuzz-trial.mjs");
  writeFileSync(file, "export const trial = ({ x = 0 }) => x;");
  return file;
};

/** Nobody listens there. */
const queue = { redis: "redis://127.0.0.1:1", name: "fuzz" };

const context = { number: 0, seed: 1, fold: 1, folds: 2, splitSeed: 3 };

export const tuning: readonly Subject[] = [
  { name: "ml.tuning.float", args: () => [1, 4, { step: 0.5 }] },
  { name: "ml.tuning.float", args: () => [1e-3, 1, { log: true }] },
  { name: "ml.tuning.int", args: () => [1, 9, { step: 2 }] },
  { name: "ml.tuning.int", args: () => [1, 9, { log: true }] },
  { name: "ml.tuning.choice", args: () => [["a", 1, true, null]] },
  {
    name: "ml.tuning.foldOf",
    args: () => [
      ml.data.fromArrays({ features: [[1], [2], [3], [4]], labels: [0, 1, 0, 1] }),
      context,
      { stratify: true, groups: ["a", "b", "c", "d"] },
    ],
    use: ({ validation }: ml.data.Fold) => validation.length,
  },
  {
    name: "ml.tuning.search",
    args: () => [
      {
        trial: module(),
        space: { x: ml.tuning.float(0, 1) },
        sampler: "random",
        trials: 1,
        metric: "score",
        mode: "min",
        seed: 1,
        workers: 1,
        verbose: false,
        onTrial: () => {},
      },
    ],
    use: ({ trials }: ml.tuning.SearchResult) => trials.length,
    fixed: ["trial", "trials"],
    runs: 60,
  },
  {
    name: "ml.tuning.search",
    args: () => [{ trial: module(), space: { x: [1] }, sampler: "grid", folds: 2, queue, seed: 1, verbose: false }],
    fixed: ["trial"],
    refused: true,
    runs: 40,
  },
  {
    name: "ml.tuning.crossValidate",
    args: () => [{ trial: module(), folds: 2, parameters: { x: 1 }, seed: 1, workers: 1, verbose: false }],
    use: ({ folds }: ml.tuning.FoldScores) => folds.length,
    fixed: ["trial", "folds"],
    runs: 30,
  },
  {
    name: "ml.tuning.startWorker",
    args: () => [
      { queue, directory: path.dirname(placeOf("x")), workers: 1, lostAfter: 30, attempts: 3, log: () => {} },
    ],
    refused: true,
    runs: 60,
  },
];
