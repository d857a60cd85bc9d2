// A pruned model and what was taken out of it. Shows itself when it ends a cell. Made by prune.ts.

import type * as tf from "@tensorflow/tfjs";
import { escapeHTML } from "../engine/escape-html.js";

export interface PrunedLayer {
  readonly name: string;
  /** Weights before and after, biases included. */
  readonly before: number;
  readonly after: number;
  /** The share of the weights after that are 0. */
  readonly zeros: number;
}

/** What pruning did, layer by layer. */
export class PruningReport {
  /** Layers with weights, in order. */
  readonly layers: readonly PrunedLayer[];

  constructor(
    original: tf.LayersModel,
    /** The new model: train it on before you judge it. */
    readonly model: tf.LayersModel,
    readonly structured: boolean,
  ) {
    const before = new Map(original.layers.map((layer) => [layer.name, layer.countParams()]));
    this.layers = model.layers
      .filter((layer) => layer.weights.length > 0)
      .map((layer) => ({
        name: layer.name,
        before: before.get(layer.name) ?? 0,
        after: layer.countParams(),
        zeros: zerosOf(layer),
      }));
  }

  /** Weights of the model as it was. */
  get before(): number {
    return this.layers.reduce((sum, { before }) => sum + before, 0);
  }

  /** Weights that are left and not 0. */
  get after(): number {
    return this.layers.reduce((sum, { after, zeros }) => sum + Math.round(after * (1 - zeros)), 0);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const rows = [
      ["layer", "weights before", "after", "of them 0"],
      ...this.layers.map(({ name, before, after, zeros }) => [
        name,
        before.toLocaleString("en"),
        after.toLocaleString("en"),
        percent(zeros),
      ]),
    ];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const lines = rows.map((row) =>
      row.map((text, i) => (i === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[i] ?? 0))).join("  "),
    );
    const cells = rows.map((row, i) => {
      const tag = i === 0 ? "th" : "td";
      return `<tr>${row.map((text, k) => `<${tag} style="text-align:${k === 0 ? "left" : "right"}">${escapeHTML(text)}</${tag}>`).join("")}</tr>`;
    });
    const left = this.before === 0 ? 1 : this.after / this.before;
    const next = this.structured ? "ml.fit" : "ml.fit and ml.optimizers.keepZeros";
    const note = `${percent(left)} of the weights are left; train on with ${next} before you judge.`;
    return {
      "text/plain": `${lines.join("\n")}\n${note}`,
      "text/html": `<table>${cells.join("")}</table><p>${note}</p>`,
    };
  }
}

function zerosOf(layer: tf.layers.Layer): number {
  const values = layer.getWeights().flatMap((weight) => Array.from(weight.dataSync<"float32">()));
  return values.filter((value) => value === 0).length / Math.max(1, values.length);
}
