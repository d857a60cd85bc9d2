// What an export to ONNX did: shows itself when it ends a cell. Made by onnx.ts.
import type { Parity } from "./parity.js";
import { shownRows } from "./report-rows.js";

export interface OnnxReportParts {
  readonly file: string;
  readonly bytes: number;
  readonly opset: number;
  readonly operators: Readonly<Record<string, number>>;
  readonly parity: Parity;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that was written, and how far its answers are from the model's. */
export class OnnxReport {
  readonly file: string;
  /** Of the file. */
  readonly bytes: number;
  /** The version of ONNX's operators. */
  readonly opset: number;
  /** How often the graph uses each operator. */
  readonly operators: Readonly<Record<string, number>>;
  /** onnxruntime against TensorFlow.js. */
  readonly parity: Parity;
  readonly metadata: Readonly<Record<string, string>>;

  constructor(parts: OnnxReportParts) {
    ({
      file: this.file,
      bytes: this.bytes,
      opset: this.opset,
      operators: this.operators,
      parity: this.parity,
      metadata: this.metadata,
    } = parts);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return shownRows(this.rows());
  }

  private rows(): [string, string][] {
    const operators = Object.entries(this.operators).sort(([, a], [, b]) => b - a);
    const { maxDifference, samples } = this.parity;
    return [
      ["file", this.file],
      ["size", `${this.bytes.toLocaleString("en")} bytes`],
      ["operators", operators.map(([name, count]) => (count === 1 ? name : `${name} × ${count}`)).join(", ")],
      ["opset", String(this.opset)],
      [
        "largest difference",
        `${maxDifference.toExponential(1)} on ${samples} samples, onnxruntime against TensorFlow.js`,
      ],
      ...Object.entries(this.metadata).map(([key, value]): [string, string] => [
        key,
        value.length > 200 ? `${value.slice(0, 199)}…` : value,
      ]),
    ];
  }
}
