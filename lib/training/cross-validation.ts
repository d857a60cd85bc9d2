// What crossValidate() found: each fold's history and scores, their means and standard deviations, shown as a table.
import type * as tf from "@tensorflow/tfjs";
import { type AlignedTable, alignedHTML, alignedText } from "./aligned-table.js";
import type { Evaluation } from "./evaluation.js";
import { foldSentences, foldStatistics, scoreText } from "./fold-statistics.js";
import type { History } from "./history.js";

export interface FoldResult {
  /** From 0. */
  readonly fold: number;
  /** How many samples this fold's model was trained on, and judged by. */
  readonly trainSize: number;
  readonly validationSize: number;
  readonly history: History;
  /** `loss` and the metrics of the final model on the validation part. */
  readonly scores: Readonly<Record<string, number>>;
  /** Every prediction on the validation part; undefined where labels are no classes. */
  readonly evaluation: Evaluation | undefined;
  /** With `keepModels`; its owner disposes it. */
  readonly model: tf.LayersModel | undefined;
  /** Wall time of the fold. */
  readonly seconds: number;
}

/** Made by `ml.crossValidate`; can be looped over, fold by fold. */
export class CrossValidation implements Iterable<FoldResult> {
  /** Of each score over the folds; NaN where a fold has no such score. */
  readonly mean: Readonly<Record<string, number>>;
  /** Of the folds' scores (n − 1 below the line): how much luck there is in one split. */
  readonly standardDeviation: Readonly<Record<string, number>>;

  constructor(readonly folds: readonly FoldResult[]) {
    const { mean, standardDeviation } = foldStatistics(folds);
    this.mean = mean;
    this.standardDeviation = standardDeviation;
  }

  [Symbol.iterator](): Iterator<FoldResult> {
    return this.folds[Symbol.iterator]();
  }

  [Symbol.for("Jupyter.display")](): { "text/plain": string; "text/html": string } {
    const table = this.#table();
    return { "text/plain": alignedText(table), "text/html": alignedHTML(table) };
  }

  #table(): AlignedTable {
    const names = Object.keys(this.mean);
    const pick = (values: Readonly<Record<string, number>>) => names.map((name) => scoreText(values[name]));
    return {
      caption: `${this.folds.length}-fold cross-validation: ${foldSentences(this).join(", ")}`,
      columns: [
        { head: "fold", align: "left" },
        { head: "trained on" },
        { head: "validated on" },
        { head: "epochs" },
        ...names.map((head) => ({ head })),
        { head: "seconds" },
      ],
      rows: [
        ...this.folds.map(({ fold, trainSize, validationSize, history, scores, seconds }) => [
          String(fold),
          String(trainSize),
          String(validationSize),
          String(history.epochs.length),
          ...pick(scores),
          seconds.toFixed(1),
        ]),
        ["mean", "", "", "", ...pick(this.mean), ""],
        ["standard deviation", "", "", "", ...pick(this.standardDeviation), ""],
      ],
    };
  }
}
