// What the library computes with: the backend and its versions, threads, memory. Users call it as `ml.environment()`.
import { createRequire } from "node:module";
import { availableParallelism, totalmem } from "node:os";
import * as tf from "@tensorflow/tfjs";

const require = createRequire(import.meta.url);

export class Environment {
  /** The TensorFlow.js backend that runs eager operations. */
  readonly backend = tf.getBackend();
  /** Versions by name. */
  readonly versions: Readonly<Record<string, string>> = {
    node: process.versions.node,
    tfjs: tf.version.tfjs,
    cellgrad: (require("../../../package.json") as { version: string }).version,
  };
  /** Processors that this process may use. */
  readonly threads = availableParallelism();
  readonly memory = {
    /** Bytes of the machine. */
    total: totalmem(),
    /** Bytes of this process. */
    used: process.memoryUsage.rss(),
    /** Tensors that were made and not disposed of, and their bytes. */
    tensors: tf.memory().numTensors,
    tensorBytes: tf.memory().numBytes,
  };

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const rows = this.#rows();
    const width = Math.max(...rows.map(([name]) => name.length));
    return {
      "text/plain": rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n"),
      "text/markdown": ["| | |", "|---|---|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n"),
    };
  }

  #rows(): [string, string][] {
    const { total, used, tensors, tensorBytes } = this.memory;
    return [
      ["backend", this.backend],
      ...Object.entries(this.versions),
      ["threads", String(this.threads)],
      ["memory", `${megabytes(used)} of ${megabytes(total)}`],
      ["tensors", `${tensors}, ${megabytes(tensorBytes)}`],
    ];
  }
}

/** Says what the library computes with. */
export function environment(): Environment {
  return new Environment();
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
