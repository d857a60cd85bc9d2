// The losses and metrics of all steps in few numbers: when there are too many, neighbours are merged. A training of any length
// is drawn with as many points.
import type { StepRow } from "../plot/index.js";

/** Twice as many as this are kept before they are merged. */
const fewest = 200;

export class StepRecord {
  #rows: StepRow[] = [];
  /** How many steps a row stands for. */
  #stride = 1;
  #waiting: StepRow[] = [];

  get rows(): readonly StepRow[] {
    return this.#rows;
  }

  /** @param metrics what is measured over the epoch so far; called where a row needs it, which is seldom in a long training */
  add(row: StepRow, metrics: () => Readonly<Record<string, number>> = () => ({})): void {
    this.#waiting.push(row);
    if (this.#waiting.length < this.#stride) return;
    this.#rows.push({ ...mean(this.#waiting), ...metrics() });
    this.#waiting = [];
    if (this.#rows.length < 2 * fewest) return;
    const rows = this.#rows;
    this.#rows = Array.from({ length: fewest }, (_, i) => mean(rows.slice(2 * i, 2 * i + 2)));
    this.#stride *= 2;
  }
}

/** Of loss and learning rate; of what is measured over the epoch so far, the last. */
function mean(rows: readonly StepRow[]): StepRow {
  const of = (value: (row: StepRow) => number) => rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  return {
    // Its place too is that of its last step: the curve ends at the present.
    ...(rows.at(-1) ?? { epoch: Number.NaN }),
    loss: of(({ loss }) => loss),
    learningRate: of(({ learningRate }) => learningRate ?? Number.NaN),
  };
}
