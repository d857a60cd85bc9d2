// What a model consists of: its layers with output shapes, parameters and multiply-adds, as numbers that show themselves as
// a table.
import type * as tf from "@tensorflow/tfjs";
import { checkOptions, invalid } from "../engine/invalid.js";
import { type AlignedTable, alignedHTML, alignedText } from "./aligned-table.js";
import {
  inputShapesOf,
  isContainer,
  isModel,
  type Layer,
  type LayerCall,
  layerCalls,
  type Shape,
} from "./layer-calls.js";
import { multiplyAdds, sum } from "./multiply-adds.js";

export interface LayerSummary {
  readonly name: string;
  /** The class, as in `tf.layers`: "Conv2D". */
  readonly type: string;
  /** [batch, …], null where a size is known only at run time; several for a layer with several outputs. */
  readonly outputShapes: readonly Shape[];
  /** Weights that appear here first: a layer that is used again counts 0 there. */
  readonly parameters: number;
  /** Of one sample, forward; undefined where it can't be known. */
  readonly multiplyAdds: number | undefined;
  /** Names of the layers whose outputs it takes. */
  readonly from: readonly string[];
  /** Whether this layer appeared above already. */
  readonly shared: boolean;
  /** The layers of a nested model; empty for a plain layer. */
  readonly layers: readonly LayerSummary[];
}

/** Of the table that is shown: the first of them, and the last. */
const [mostRows, firstRows] = [150, 100];

export interface SummaryOptions {
  /** The shape of one sample, without the batch, for a model that leaves sizes open. */
  inputShape?: readonly number[];
}

/** Made by {@link summary}. */
export class ModelSummary {
  constructor(
    readonly name: string,
    readonly layers: readonly LayerSummary[],
    /** All weights, each once. */
    readonly parameters: number,
    readonly trainableParameters: number,
  ) {}

  /** Of one sample, forward; undefined where one of the layers' is. */
  get multiplyAdds(): number | undefined {
    return sum(this.layers.map((layer) => layer.multiplyAdds));
  }

  /** Aligned lines. */
  toString(): string {
    return alignedText(this.#table());
  }

  [Symbol.for("Jupyter.display")](): { "text/plain": string; "text/html": string } {
    return { "text/plain": String(this), "text/html": alignedHTML(this.#table()) };
  }

  #table(): AlignedTable {
    const branches = this.layers.some(
      ({ from }, i) => i > 0 && (from.length !== 1 || from[0] !== this.layers[i - 1]?.name),
    );
    const { parameters, trainableParameters: trainable } = this;
    const fixed =
      trainable < parameters ? ` (${count(trainable)} trainable, ${count(parameters - trainable)} not)` : "";
    const all = this.layers.flatMap((layer) => rowsOf(layer, branches, ""));
    const left = all.length - mostRows;
    const rows = left > 0 ? [...all.slice(0, firstRows), ...all.slice(firstRows - mostRows)] : all;
    const known = this.layers.flatMap((layer) => layer.multiplyAdds ?? []).reduce((a, b) => a + b, 0);
    const work = this.multiplyAdds === undefined ? `at least ${count(known)}` : count(known);
    return {
      caption: this.name,
      columns: [
        { head: "layer", align: "left" },
        { head: "type", align: "left" },
        { head: "output shape", align: "left" },
        { head: "parameters" },
        { head: "multiply-adds" },
        ...(branches ? [{ head: "inputs", align: "left" } as const] : []),
      ],
      rows,
      notes: [
        ...(left > 0 ? [`${count(left)} rows after the first ${firstRows} are left out; they are in .layers`] : []),
        `${count(parameters)} parameters${fixed}, ${bytes(4 * parameters)} as float32; ${work} multiply-adds a sample`,
      ],
    };
  }
}

/**
 * Shows what a model consists of, as Keras's `model.summary()` does.
 * @param model sequential or functional, also with models as layers; it need not be compiled
 * @returns numbers that show themselves: layers, output shapes, parameters, and multiply-adds of one sample (those of matrix
 *   products and convolutions, and one an element for normalisations)
 * @throws when it is no model, when it does not know its input's shape yet, or when `inputShape` does not fit
 */
export function summary(model: tf.LayersModel, options: SummaryOptions = {}): ModelSummary {
  if (!isModel(model)) throw invalid("model", "a tf.LayersModel (tf.sequential, tf.model, ml.models)", model);
  checkOptions("options", options, ["inputShape"]);
  const own = inputShapesOf(model);
  if (own === undefined)
    throw invalid("model", "one that knows its input's shape (inputShape in its first layer)", model);
  const seen = new Set<object>();
  const layers = layerCalls(model, givenShapes(own, options.inputShape)).map((call) => summarize(call, seen));
  const trainable = new Set(model.trainableWeights.map(({ id }) => id));
  const weights = [...new Map(model.weights.map((weight) => [weight.id, weight])).values()];
  const total = (some: typeof weights) => some.reduce((all, { shape }) => all + elements(shape), 0);
  return new ModelSummary(model.name, layers, total(weights), total(weights.filter(({ id }) => trainable.has(id))));
}

function givenShapes(own: readonly Shape[], inputShape: readonly number[] | undefined): readonly Shape[] {
  if (inputShape === undefined) return own;
  if (!Array.isArray(inputShape)) throw invalid("inputShape", "the shape of one sample, a list", inputShape);
  const [only] = own;
  const fits = (size: number, i: number) => Number.isInteger(size) && size >= 1 && (only?.[i + 1] ?? size) === size;
  if (own.length !== 1 || only?.length !== inputShape.length + 1 || !inputShape.every(fits)) {
    const shapes = own.map((shape) => shapeText(shape)).join(" and ");
    throw invalid("inputShape", `a shape that fits ${shapes}`, inputShape);
  }
  return [[null, ...inputShape]];
}

function summarize({ layer, inputShapes, outputShapes, from }: LayerCall, seen: Set<object>): LayerSummary {
  const shared = seen.has(layer);
  seen.add(layer);
  // A nested model's layers are counted within it: its own row has what is new to the whole model.
  const inside = new Set<object>();
  return {
    name: layer.name,
    type: layer.getClassName(),
    outputShapes,
    parameters: newParameters(layer, seen),
    multiplyAdds: multiplyAdds(layer, inputShapes, outputShapes),
    from: from.map(({ name }) => name),
    shared,
    layers: isContainer(layer) && !shared ? layerCalls(layer, inputShapes).map((call) => summarize(call, inside)) : [],
  };
}

/** Counts the weights that were not seen before, and remembers them. */
function newParameters(layer: Layer, seen: Set<object>): number {
  const fresh = layer.weights.filter((weight) => !seen.has(weight));
  for (const weight of fresh) seen.add(weight);
  return fresh.reduce((total, { shape }) => total + elements(shape), 0);
}

function elements(shape: Shape): number {
  return shape.reduce<number>((product, length) => product * (length ?? 0), 1);
}

function rowsOf(layer: LayerSummary, branches: boolean, indent: string): string[][] {
  const { name, type, outputShapes, parameters, multiplyAdds: work, from, shared, layers } = layer;
  const row = [
    `${indent}${name}`,
    type,
    outputShapes.map(shapeText).join(", "),
    shared ? "shared" : count(parameters),
    work === undefined ? "?" : count(work),
    ...(branches ? [from.join(", ")] : []),
  ];
  return [row, ...layers.flatMap((inner) => rowsOf(inner, branches, `${indent}  `))];
}

function shapeText(shape: Shape): string {
  return `[${shape.map((length, i) => length ?? (i === 0 ? "batch" : "?")).join(", ")}]`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function bytes(total: number): string {
  if (total < 1e3) return `${total} B`;
  if (total < 1e6) return `${(total / 1e3).toFixed(1)} kB`;
  return `${(total / 1e6).toFixed(1)} MB`;
}
