// Where Keras keeps the weights of each layer: layers/<class>[_<number>], in the order of the model's layers, and parts of layers under
// their attribute's name. keras/src/saving/saving_lib.py is the reference. Used by keras.ts.
import type * as tf from "@tensorflow/tfjs";
import { layersOf } from "./from-keras.js";
import { type Described, described } from "./json.js";

export interface WeightPath {
  /** As in the file, without "/vars". */
  readonly path: string;
  /** The layer's. */
  readonly name: string;
  readonly weights: readonly tf.layers.Layer["weights"][number][];
  /** Of a recurrent layer: what computes one step. */
  readonly cell?: tf.layers.Layer;
}

type Layer = tf.layers.Layer & Partial<Pick<tf.LayersModel, "layers">>;
type Parts = Partial<Record<"layer" | "forwardLayer" | "backwardLayer" | "cell", Layer>>;

/** @param saved the file's configuration: it has the layers in the order that counts; default: the model's own, which is Keras's, too */
export function weightPaths(model: tf.LayersModel, saved?: Described): WeightPath[] {
  return [{ path: "", name: model.name, weights: [] }, ...layersIn("layers", model, saved)];
}

function layersIn(path: string, model: tf.LayersModel, saved: Described | undefined): WeightPath[] {
  const isSequential = model.getClassName() === "Sequential";
  const used = new Map<string, number>();
  const pairs = saved
    ? layersOf(saved).map((config) => ({ layer: model.getLayer(String(config.config.name)), config }))
    : model.layers.map((layer) => ({ layer, config: undefined }));
  return pairs
    .filter(({ layer }) => !isSequential || layer.getClassName() !== "InputLayer")
    .flatMap(({ layer, config }) => {
      const name = snakeCase(kerasClass(layer));
      const count = used.get(name) ?? 0;
      used.set(name, count + 1);
      return layerAt(`${path}/${count === 0 ? name : `${name}_${count}`}`, layer, config);
    });
}

function layerAt(path: string, layer: Layer, saved: Described | undefined): WeightPath[] {
  const { name } = layer;
  const none = { path, name, weights: [] };
  if (layer.layers) return [none, ...layersIn(`${path}/layers`, layer as unknown as tf.LayersModel, saved)];
  const parts = layer as unknown as Parts;
  const { forwardLayer, backwardLayer } = parts;
  if (forwardLayer && backwardLayer)
    return [
      none,
      ...layerAt(`${path}/forward_layer`, forwardLayer, undefined),
      ...layerAt(`${path}/backward_layer`, backwardLayer, undefined),
    ];
  if (layer.getClassName() === "TimeDistributed" && parts.layer) {
    const inner = saved && described(saved.config.layer, name);
    return [none, ...layerAt(`${path}/layer`, parts.layer, inner)];
  }
  const { cell } = parts;
  if (cell) return [none, { path: `${path}/cell`, name: cell.name, weights: layer.weights, cell }];
  return [{ path, name, weights: layer.weights }];
}

function kerasClass(layer: Layer): string {
  const name = layer.getClassName();
  return layer.layers && name !== "Sequential" ? "Functional" : name;
}

/** As keras/src/utils/naming.py: BatchNormalization is batch_normalization, Conv2D conv2d, ReLU re_lu. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
