// A model of TensorFlow.js as the configuration that Keras 3 makes its own model of. Used by keras.ts.
import type * as tf from "@tensorflow/tfjs";
import { invalid } from "../../engine/invalid.js";
import { completeTopology } from "../complete-topology.js";
import { type Described, described, type Json, listed, placeOf, type Settings } from "./json.js";
import { checkMasks } from "./masks.js";
import { ruleOf, settingsToKeras } from "./settings.js";

const float32 = { module: "keras", class_name: "DTypePolicy", config: { name: "float32" }, registered_name: null };

type Layer = tf.layers.Layer & Partial<Pick<tf.LayersModel, "layers">>;

/** @throws an error that names the layer or the setting that Keras doesn't have */
export function toKeras(model: tf.LayersModel): Settings {
  // As Python names things, which both sides read.
  const json = described(completeTopology(model.toJSON(null, false) as Settings, model), "model");
  checkMasks(json);
  return modelToKeras(json, model);
}

function modelToKeras(json: Described, model: tf.LayersModel): Settings {
  return json.class_name === "Sequential" ? sequentialToKeras(json, model) : functionalToKeras(json, model);
}

function sequentialToKeras({ config }: Described, model: tf.LayersModel): Settings {
  const [input] = model.inputs;
  if (input === undefined) throw invalid("model", "one whose input's shape is known", model.name);
  const layers = listed(config.layers, "layers").map((layer) => described(layer, "layers"));
  const given = layers.find(({ class_name }) => class_name === "InputLayer");
  const rest = layers.filter((layer) => layer !== given);
  const name = String(given?.config.name ?? `${model.layers[0]?.name ?? "model"}_input`);
  const shape = input.shape;
  return {
    module: "keras",
    class_name: "Sequential",
    config: {
      name: nameOf(model.name, "model"),
      trainable: true,
      dtype: float32,
      layers: [
        inputToKeras({ name, shape, dtype: input.dtype }),
        ...rest.map((layer) => layerToKeras(layer, find(model, layer))),
      ],
      build_input_shape: shape,
    },
    registered_name: null,
  };
}

function functionalToKeras({ config }: Described, model: tf.LayersModel): Settings {
  const isModel = (name: string) => Array.isArray((model.getLayer(name) as Layer).layers);
  const isSequential = (name: string) => isModel(name) && model.getLayer(name).getClassName() === "Sequential";
  const layers = listed(config.layers, "layers").map((value) => {
    const layer = described(value, "layers");
    const inbound = listed((value as Settings).inbound_nodes, "inbound_nodes");
    const nodes = inbound.map((node) => nodeToKeras(listed(node, "inbound_nodes"), layer, model, isModel));
    const { name } = layer.config;
    return { ...layerToKeras(layer, find(model, layer)), name: String(name), inbound_nodes: nodes };
  });
  // A model inside is called once more than Keras counts: when it was made. Keras counts that call where a functional model's outputs are said.
  const end = (value: Json): Json => {
    const [name, node, tensor] = reference(value);
    return [name, isSequential(name) ? node - 1 : node, tensor];
  };
  const ends = (value: Json | undefined) => {
    const list = listed(value, "ends").map(end);
    return list.length === 1 ? (list[0] ?? null) : list;
  };
  return {
    module: "keras.src.models.functional",
    class_name: "Functional",
    config: {
      name: nameOf(model.name, "model"),
      trainable: true,
      layers,
      input_layers: ends(config.input_layers),
      output_layers: ends(config.output_layers),
    },
    registered_name: "Functional",
  };
}

function nodeToKeras(
  inputs: readonly Json[],
  layer: Described,
  model: tf.LayersModel,
  isModel: (name: string) => boolean,
): Settings {
  const place = placeOf(layer);
  const tensors = inputs.map((value): Json => {
    const [name, node, tensor, settings] = reference(value);
    if (settings !== undefined && Object.keys(settings).length > 0)
      throw invalid(place, "a call without settings", settings);
    const { outputShape } = model.getLayer(name).inboundNodes[node]?.outboundLayer ?? model.getLayer(name);
    const shape = Array.isArray(outputShape[0]) ? outputShape[tensor] : outputShape;
    const history = [name, isModel(name) ? node - 1 : node, tensor];
    return {
      class_name: "__keras_tensor__",
      config: { shape: shape as Json, dtype: "float32", keras_history: history },
    };
  });
  if (tensors.length > 1 && ["LSTM", "GRU", "SimpleRNN", "Bidirectional"].includes(layer.class_name))
    throw invalid(place, "a call without an initial state", `${tensors.length} tensors`);
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
}

function reference(value: Json): [name: string, node: number, tensor: number, settings: Settings | undefined] {
  const [name, node, tensor, settings] = listed(value, "inbound_nodes");
  return [String(name), Number(node), Number(tensor), settings as Settings | undefined];
}

function find(model: tf.LayersModel, { config }: Described): Layer {
  return model.getLayer(String(config.name));
}

function layerToKeras(json: Described, layer: Layer): Settings {
  const place = placeOf(json);
  const name = nameOf(json.config.name, place);
  if (layer.layers) return modelToKeras(json, layer as unknown as tf.LayersModel);
  const { config } = json;
  if (json.class_name === "InputLayer") {
    const { batch_input_shape: shape, dtype } = config;
    return inputToKeras({ name, shape: listed(shape, place), dtype: String(dtype) });
  }
  const rule = ruleOf(json.class_name, place);
  const settings = settingsToKeras(json, rule, place);
  return {
    module: "keras.layers",
    class_name: json.class_name,
    config: {
      name,
      // Not every layer without weights takes it.
      ...(layer.weights.length > 0 ? { trainable: config.trainable ?? true } : {}),
      dtype: float32,
      ...settings,
      ...(config.layer === undefined ? {} : { layer: wrapped(json, layer, place) }),
    },
    registered_name: null,
  };
}

/** The layer in a TimeDistributed or Bidirectional. */
function wrapped({ config }: Described, layer: Layer, place: string): Settings {
  const { layer: inner, forwardLayer } = layer as unknown as { layer?: Layer; forwardLayer?: Layer };
  const own = inner ?? forwardLayer;
  if (own === undefined) throw invalid(place, "a layer around another", layer.getClassName());
  return layerToKeras(described(config.layer, place), own);
}

function inputToKeras({ name, shape, dtype }: { name: string; shape: readonly Json[]; dtype: string }): Settings {
  const config = { batch_shape: shape, dtype, sparse: false, ragged: false, name, optional: false };
  return { module: "keras.layers", class_name: "InputLayer", config, registered_name: null };
}

function nameOf(name: Json | undefined, place: string): string {
  if (typeof name === "string" && !name.includes("/")) return name;
  throw invalid(`name of ${place}`, "one without /, as Keras asks", name);
}
