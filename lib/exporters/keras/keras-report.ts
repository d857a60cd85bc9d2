// What an export to Keras did: shows itself when it ends a cell. Made by keras.ts.
import type { Parity } from "../parity.js";
import { shownRows } from "../report-rows.js";

export interface KerasReportParts {
  readonly file: string;
  readonly bytes: number;
  readonly layers: Readonly<Record<string, number>>;
  readonly parameters: number;
  readonly parity: Parity;
}

/** A file that was written, and how far the model in it is from the one that was given. */
export class KerasReport {
  readonly file: string;
  /** Of the file. */
  readonly bytes: number;
  /** How often the model has each layer. */
  readonly layers: Readonly<Record<string, number>>;
  /** How many numbers its weights are. */
  readonly parameters: number;
  /** The file, read again, against the model. */
  readonly parity: Parity;

  constructor(parts: KerasReportParts) {
    ({
      file: this.file,
      bytes: this.bytes,
      layers: this.layers,
      parameters: this.parameters,
      parity: this.parity,
    } = parts);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const layers = Object.entries(this.layers).sort(([, a], [, b]) => b - a);
    const { maxDifference, samples } = this.parity;
    return shownRows([
      ["file", this.file],
      ["size", `${this.bytes.toLocaleString("en")} bytes`],
      ["layers", layers.map(([name, count]) => (count === 1 ? name : `${name} × ${count}`)).join(", ")],
      ["parameters", this.parameters.toLocaleString("en")],
      ["largest difference", `${maxDifference.toExponential(1)} on ${samples} samples, the file read again`],
    ]);
  }
}
