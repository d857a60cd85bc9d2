// A compressed model beside the one it was: size, accuracy, latency. Shows itself when it ends a cell. Made by quantize.ts.
import type { Measured } from "./measure.js";

/** What compression changed, for better or worse. */
export class CompressionReport {
  constructor(
    /** The new model. */
    readonly file: string,
    readonly before: Measured,
    readonly after: Measured,
    /** How many weights are int8 now, of how many operators' inputs. */
    readonly quantized: { readonly weights: number; readonly activations: number },
    /** What accuracy and answers were measured on: with "calibration", samples that the ranges were fitted to; undefined without any. */
    readonly measuredOn: "test" | "calibration" | undefined,
  ) {}

  /** How many times smaller the file is. */
  get sizeRatio(): number {
    return this.before.bytes / this.after.bytes;
  }

  /** How many times faster one sample is answered, below 1 where it is slower. */
  get speedup(): number {
    return this.before.latency / this.after.latency;
  }

  /** The share of samples that both models put into the same class. */
  get agreement(): number {
    const same = this.before.answers.filter(
      (answer, i) => largest(answer) === largest(this.after.answers[i] ?? answer),
    );
    return same.length / Math.max(1, this.before.answers.length);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const rows = this.rows();
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const lines = rows.map((row) =>
      row
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    );
    const cells = rows.map((row, i) => {
      const tag = i === 0 ? "th" : "td";
      return `<tr>${row.map((text) => `<${tag} style="text-align:left">${text}</${tag}>`).join("")}</tr>`;
    });
    const note = this.verdict();
    return {
      "text/plain": `${lines.join("\n")}\n${note}`,
      "text/html": `<table>${cells.join("")}</table><p>${note}</p>`,
    };
  }

  private rows(): string[][] {
    const { before, after } = this;
    const kilobytes = ({ bytes }: Measured) => `${(bytes / 1000).toFixed(1)} kB`;
    const share = ({ accuracy }: Measured) =>
      accuracy ? `${percent(accuracy.value)} [${percent(accuracy.low)}, ${percent(accuracy.high)}]` : "no labels";
    const milliseconds = ({ latency }: Measured) => `${latency.toFixed(3)} ms`;
    const difference =
      before.accuracy && after.accuracy ? 100 * (after.accuracy.value - before.accuracy.value) : undefined;
    return [
      ["", "before", "after", ""],
      ["size", kilobytes(before), kilobytes(after), `÷ ${this.sizeRatio.toFixed(2)}`],
      [
        "accuracy",
        share(before),
        share(after),
        difference === undefined ? "" : `${difference >= 0 ? "+" : ""}${difference.toFixed(1)} points`,
      ],
      ["one sample", milliseconds(before), milliseconds(after), `× ${this.speedup.toFixed(2)} as fast`],
      ["same class", "", percent(this.agreement), `of ${before.answers.length} samples`],
    ];
  }

  private verdict(): string {
    const { weights, activations } = this.quantized;
    const what = `int8: ${weights} weights${activations ? `, ${activations} activations` : ""}.`;
    const slower = this.speedup < 0.95 ? " It does not help latency on this machine." : "";
    const larger =
      this.sizeRatio < 1.5 ? " It hardly helps size: most of the file is no weights, or they are small." : "";
    const known =
      this.measuredOn === "calibration"
        ? " Compared on the calibration set: for an accuracy to report, give test."
        : "";
    return `${what}${larger}${slower}${known}`;
  }
}

function largest(row: Float32Array): number {
  return row.indexOf(row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
