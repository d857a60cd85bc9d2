// What tuning's cross-validation found: the scores of each fold, their means and standard deviations, shown as a table.
import { type AlignedTable, alignedHTML, alignedText } from "../training/aligned-table.js";
import { foldSentences, foldStatistics, scoreText } from "../training/fold-statistics.js";
import type { TrialRun } from "./trial-run.js";

/** Made by `ml.tuning.crossValidate`; can be looped over, fold by fold. */
export class FoldScores implements Iterable<TrialRun> {
  /** Of each score over the folds; NaN where a fold has failed or lacks it. */
  readonly mean: Readonly<Record<string, number>>;
  /** Of the folds' scores (n − 1 below the line): how much luck there is in one split. */
  readonly standardDeviation: Readonly<Record<string, number>>;

  constructor(
    readonly folds: readonly TrialRun[],
    /** Gives the same folds again. */
    readonly seed: number,
  ) {
    const { mean, standardDeviation } = foldStatistics(folds);
    this.mean = mean;
    this.standardDeviation = standardDeviation;
  }

  [Symbol.iterator](): Iterator<TrialRun> {
    return this.folds[Symbol.iterator]();
  }

  toString(): string {
    return alignedText(this.#table());
  }

  [Symbol.for("Jupyter.display")](): { "text/plain": string; "text/html": string } {
    const table = this.#table();
    return { "text/plain": alignedText(table), "text/html": alignedHTML(table) };
  }

  #table(): AlignedTable {
    const names = Object.keys(this.mean);
    const pick = (values: Readonly<Record<string, number>>) => names.map((name) => scoreText(values[name]));
    const sentences = foldSentences(this);
    return {
      caption: `${this.folds.length}-fold cross-validation${sentences.length ? ": " : ""}${sentences.join(", ")}`,
      columns: [{ head: "fold", align: "left" }, ...names.map((head) => ({ head })), { head: "seconds" }],
      rows: [
        ...this.folds.map(({ scores, seconds }, fold) => [String(fold), ...pick(scores), seconds.toFixed(1)]),
        ["mean", ...pick(this.mean), ""],
        ["standard deviation", ...pick(this.standardDeviation), ""],
      ],
      notes: this.folds.flatMap(({ error }, fold) =>
        error ? [`fold ${fold} failed: ${error.message.split("\n", 1)[0]}`] : [],
      ),
    };
  }
}
