// What a training run leaves behind: one row an epoch, and how it was computed.
import { alignedText } from "./aligned-table.js";

/** What is known after an epoch. `valLoss`, `valAccuracy` and further metrics are there when asked for. */
export interface EpochLogs {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean over the epoch's samples, with regularisation. */
  readonly loss: number;
  readonly valLoss?: number;
  readonly accuracy?: number;
  readonly valAccuracy?: number;
  /** The rate of the epoch's last step. */
  readonly learningRate: number;
  /** Wall time of the epoch's training and validation. */
  readonly seconds: number;
  /** Training samples a second, validation left out. */
  readonly imagesPerSecond: number;
  readonly [metric: string]: number | undefined;
}

/** Of the table that is shown. */
const mostRows = 30;

/**
 * What ml.fit returns: one row an epoch, how it was computed, why it ended. Shows itself as a curve (lib/displays.ts), and as a table of text.
 */
export class History {
  /**
   * @param epochs one row an epoch
   * @param engine "compiled", or "eager" with the reason
   * @param stopped why training ended before its last epoch, if it did
   */
  constructor(
    readonly epochs: readonly EpochLogs[],
    readonly engine: string,
    readonly stopped?: string,
  ) {}

  /** One column: `history.column("valLoss")`; NaN where an epoch has no such value. */
  column(name: string): number[] {
    return this.epochs.map((row) => row[name] ?? Number.NaN);
  }

  toJSON(): { epochs: readonly EpochLogs[]; engine: string; stopped?: string } {
    const { epochs, engine, stopped } = this;
    return stopped === undefined ? { epochs, engine } : { epochs, engine, stopped };
  }

  /** A row an epoch, of the first and the last where there are many; and why training ended early, if it did. */
  toString(): string {
    const names = [...new Set(this.epochs.flatMap((row) => Object.keys(row)))];
    const left = this.epochs.length - mostRows;
    // The beginning and, mostly, the end.
    const shown =
      left > 0 ? [...this.epochs.slice(0, mostRows / 3), ...this.epochs.slice((-2 * mostRows) / 3)] : this.epochs;
    const table = {
      caption: "",
      columns: names.map((head) => ({ head })),
      rows: shown.map((row) => names.map((name) => format(row[name]))),
      notes: [
        ...(left > 0 ? [`${left} epochs in between are left out; they are in history.epochs`] : []),
        ...(this.stopped === undefined ? [] : [this.stopped]),
      ],
    };
    return alignedText(table);
  }
}

function format(value: number | undefined): string {
  if (value === undefined) return "";
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
