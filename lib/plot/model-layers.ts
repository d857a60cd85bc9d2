// The layers of a model, looked into: found by name, their output taken or changed on the way. Called by filters, featureMaps
// and gradCam.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { invalid } from "../engine/invalid.js";

type Layer = tf.layers.Layer;
type Call = Layer["call"];

/** @throws unless it is a model with one input and one output that knows its input's shape. */
export function checkModel(model: unknown): asserts model is tf.LayersModel {
  const { layers, inputs, outputs, apply } = (model ?? {}) as Partial<tf.LayersModel>;
  if (!Array.isArray(layers) || typeof apply !== "function")
    throw invalid("model", "a tf.LayersModel (tf.sequential, tf.model, ml.models)", model);
  if (inputs?.length !== 1 || outputs?.length !== 1)
    throw invalid("model", "one that knows its input's shape, with one input and one output", model);
  if ((model as tf.LayersModel).weights.some((weight) => weight.read().isDisposed))
    throw invalid("model", "weights that were not disposed", model);
}

/**
 * @param name of a layer, also of one in a model that is a layer; undefined: the first, or last, that fits
 * @param what says which fit
 * @throws unless there is one
 */
export function findLayer(
  model: tf.LayersModel,
  name: unknown,
  choice: { readonly fits: (layer: Layer) => boolean; readonly what: string; readonly last?: boolean },
): Layer {
  const all = allLayers(model).filter(choice.fits);
  const found = name === undefined ? all.at(choice.last ? -1 : 0) : all.find((layer) => layer.name === name);
  if (found !== undefined) return found;
  const names = all.map((layer) => layer.name).join(", ");
  if (name === undefined) throw invalid("model", `one with ${choice.what}`, model);
  throw invalid("layer", `${choice.what}${names ? ` (${names})` : ", of which the model has none"}`, name);
}

function allLayers(model: { readonly layers: readonly Layer[] }): Layer[] {
  return model.layers.flatMap((layer) => (isContainer(layer) ? allLayers(layer) : [layer]));
}

function isContainer(layer: Layer): layer is Layer & { layers: Layer[] } {
  return Array.isArray((layer as { layers?: unknown }).layers);
}

/** Whether it puts out maps: [batch, height, width, channels]. */
export function putsOutMaps(layer: Layer): boolean {
  const shape = shapeOf(layer);
  return shape?.length === 4 && layer.getClassName() !== "InputLayer";
}

export function isConvolution(layer: Layer): boolean {
  return putsOutMaps(layer) && layer.getClassName().includes("Conv");
}

function shapeOf(layer: Layer): readonly (number | null)[] | undefined {
  try {
    return layer.outputShape as (number | null)[];
  } catch {
    // Called more than once, with different shapes.
    return undefined;
  }
}

/**
 * Images as the model takes them, a batch of one where a single one is given.
 * @returns a new tensor
 * @throws unless they have the model's shape, and finite values
 */
export function readBatch(name: string, images: unknown, model: tf.LayersModel, most: number): tf.Tensor {
  checkTensor(name, images);
  const shape = model.inputs[0]?.shape ?? [];
  const rule = `the model's input [${shape.map((size, i) => (i ? (size ?? "any") : "images")).join(", ")}]`;
  const isOne = images.rank === shape.length - 1;
  const own = isOne ? [1, ...images.shape] : images.shape;
  if (own.length !== shape.length || shape.some((size, i) => i > 0 && size !== null && size !== own[i]))
    throw invalid(name, rule, images);
  if (!own[0] || own[0] > most || own.includes(0)) throw invalid(name, `1 to ${most} images`, own[0]);
  const values = images.dataSync();
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw invalid(name, "finite values", values[wrong]);
  return tf.tidy(() => images.reshape(own).toFloat());
}

/** The model's answer with the layer's output on the way; the caller disposes both. */
export function layerOutput(
  model: tf.LayersModel,
  layer: Layer,
  xs: tf.Tensor,
): { inside: tf.Tensor; output: tf.Tensor } {
  const taken: tf.Tensor[] = [];
  try {
    const output = withCall(
      layer,
      (call) => (inputs, kwargs) => {
        const own = call(inputs, kwargs);
        if (!Array.isArray(own)) taken.push(tf.keep(own.clone()));
        return own;
      },
      () => tf.tidy(() => model.apply(xs, { training: false }) as tf.Tensor),
    );
    const [inside, ...others] = taken;
    if (inside && !others.length) return { inside, output };
    output.dispose();
    throw invalid("layer", "a layer that runs once, with one output", layer.name);
  } catch (error) {
    tf.dispose(taken);
    throw error;
  }
}

/** Runs with another way to compute the layer, which is put back in any case. */
export function withCall<T>(layer: Layer, change: (call: Call) => Call, run: () => T): T {
  const own = Object.getOwnPropertyDescriptor(layer, "call");
  const call = layer.call.bind(layer);
  layer.call = change(call);
  try {
    return run();
  } finally {
    if (own) Object.defineProperty(layer, "call", own);
    else Reflect.deleteProperty(layer, "call");
  }
}
