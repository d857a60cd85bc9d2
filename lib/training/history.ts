// What a training run leaves behind: one row an epoch, and how it was computed.

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

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const names = [...new Set(this.epochs.flatMap((row) => Object.keys(row)))];
    const rows = this.epochs.map((row) => names.map((name) => format(row[name])));
    const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
    const line = (cells: readonly string[]) => cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  ");
    const note = this.stopped === undefined ? "" : `\n${this.stopped}`;
    const html = (cells: readonly string[], tag: string) =>
      `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
    return {
      "text/plain": [line(names), ...rows.map(line)].join("\n") + note,
      "text/html": `<table>${html(names, "th")}${rows.map((row) => html(row, "td")).join("")}</table>`,
    };
  }
}

function format(value: number | undefined): string {
  if (value === undefined) return "";
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
