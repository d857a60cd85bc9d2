// How far a cross-validation is: one bar over the epochs of all folds, with the scores so far. Driven by crossValidate().
import { ProgressBar } from "../engine/progress-bar.js";
import type { Callback } from "./callback.js";
import type { CrossValidation } from "./cross-validation.js";

export class FoldProgress {
  readonly #bar: ProgressBar | undefined;
  readonly #begin = performance.now();

  /** @param isShown otherwise nothing is */
  constructor(
    readonly folds: number,
    readonly epochs: number,
    isShown: boolean,
  ) {
    const write = process.stderr.isTTY ? (text: string) => void process.stderr.write(text) : undefined;
    this.#bar = isShown ? new ProgressBar("Cross-validation", write) : undefined;
  }

  /** Watches the training of one fold, counted from 0. */
  ofFold(fold: number): Callback {
    const tell = (epoch: number, batches: number) => {
      const share = (fold + (epoch - 1 + batches) / this.epochs) / this.folds;
      const left = (performance.now() - this.#begin) * (1 / share - 1);
      const text = [`fold ${fold + 1} of ${this.folds}`, `epoch ${epoch} of ${this.epochs}`, `${written(left)} left`];
      this.#bar?.update({ share, text: text.join(", ") });
      return undefined;
    };
    return {
      name: "fold",
      afterStep: (_step, { epoch, batch, batches }) => tell(epoch, batch / Math.max(batch, batches)),
    };
  }

  end({ mean, standardDeviation }: CrossValidation): void {
    const scores = Object.keys(mean).map((name) => {
      const [center, deviation] = [mean[name], standardDeviation[name]];
      return `${name} ${(center ?? Number.NaN).toFixed(4)} ± ${(deviation ?? Number.NaN).toFixed(4)}`;
    });
    const text = [`${this.folds} folds in ${written(performance.now() - this.#begin)}`, ...scores].join(", ");
    this.#bar?.end({ share: 1, text });
  }

  fail(done: number): void {
    this.#bar?.end({ share: done / this.folds, text: `ended in fold ${done + 1} of ${this.folds}` }, "stopped");
  }
}

function written(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
