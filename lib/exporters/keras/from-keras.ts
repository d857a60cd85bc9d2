// The configuration of a model of Keras 3 as the JSON that TensorFlow.js makes its own model of. Files may come from anywhere:
// whatever they claim is checked. Used by keras.ts.
import { invalid } from "../../engine/invalid.js";
import { type CalledLayer, callNumbers, type Reference } from "./call-order.js";
import { type Described, described, isSettings, type Json, listed, placeOf, type Settings, same } from "./json.js";
import { checkMasks } from "./masks.js";
import { ruleOf, settingsFromKeras } from "./settings.js";

const modelClasses = ["Sequential", "Functional", "Model"];

/** @throws an error that names the layer or the setting that TensorFlow.js doesn't have */
export function fromKeras(config: unknown): Described {
  const model = described(config, "config.json");
  if (!modelClasses.includes(model.class_name))
    throw invalid("file", "a Sequential or functional model", model.class_name);
  checkMasks(model);
  return modelFromKeras(model);
}

export function isModel({ class_name }: Described): boolean {
  return modelClasses.includes(class_name);
}

/** The layers of a model's configuration, in Keras's order. */
export function layersOf({ config }: Described): Described[] {
  return listed(config.layers, "layers of the file").map((layer) => described(layer, "layer of the file"));
}

function modelFromKeras(model: Described): Described {
  const { name } = model.config;
  if (typeof name !== "string") throw invalid("file", "a model with a name", name);
  const layers = layersOf(model);
  if (model.class_name === "Sequential") {
    const [first] = layers;
    if (first?.class_name !== "InputLayer")
      throw invalid(`model ${name}`, "one that was built: an InputLayer first", first?.class_name);
    return { class_name: "Sequential", config: { name, layers: layers.map((layer) => jsonOf(layerFromKeras(layer))) } };
  }
  return { class_name: "Model", config: { name, ...graphFromKeras(model, layers) } };
}

function graphFromKeras(model: Described, layers: readonly Described[]): Settings {
  const called = layers.map((layer): CalledLayer & { readonly layer: Described } => {
    const { inbound_nodes: nodes = [] } = layer as Described & { readonly inbound_nodes?: Json };
    return {
      layer,
      name: String(layer.config.name),
      isModel: isModel(layer),
      isInput: layer.class_name === "InputLayer",
      calls: listed(nodes, `calls of ${placeOf(layer)}`).map((node) => tensorsOf(node, placeOf(layer))),
    };
  });
  const number = callNumbers(called);
  const functional = new Set(
    called.filter(({ layer }) => isModel(layer) && layer.class_name !== "Sequential").map(({ name }) => name),
  );
  // Where outputs are said, Keras counts the call that made a functional model, too.
  const end = (value: Json): Json => {
    const [name, call, tensor] = reference(value);
    return [name, number(name, functional.has(name) ? call - 1 : call), tensor];
  };
  return {
    layers: called.map(({ layer, name, calls }): Json => {
      const inbound = calls.map((tensors) =>
        tensors.map(([source, call, tensor]): Json => [source, number(source, call), tensor, {}]),
      );
      return { ...jsonOf(layerFromKeras(layer)), name, inbound_nodes: inbound };
    }),
    input_layers: ends(model.config.input_layers).map(end),
    output_layers: ends(model.config.output_layers).map(end),
  };
}

/** One end, a list of them, or ends by name. */
function ends(value: Json | undefined): readonly Json[] {
  if (isSettings(value)) return Object.values(value);
  const list = listed(value, "ends of the file's model");
  return typeof list[0] === "string" ? [list] : list;
}

function reference(value: Json | undefined): Reference {
  const [name, node, tensor] = listed(value, "a layer's tensor in the file");
  const isIndex = (index: unknown) => Number.isSafeInteger(index) && Number(index) >= 0;
  if (typeof name === "string" && isIndex(node) && isIndex(tensor)) return [name, Number(node), Number(tensor)];
  throw invalid("a layer's tensor in the file", "its name, node and index", value);
}

/** What one call of a layer gets. @throws for more than one tensor or one list of them */
function tensorsOf(node: Json, place: string): Reference[] {
  if (!isSettings(node)) throw invalid(`calls of ${place}`, "their arguments", node);
  const [first, ...more] = listed(node.args, `calls of ${place}`);
  const settings = isSettings(node.kwargs) ? node.kwargs : {};
  const isPlain = Object.entries(settings).every(
    ([name, value]) => (name === "training" && typeof value !== "object") || value === null,
  );
  if (more.length > 0 || first === undefined || !isPlain)
    throw invalid(`calls of ${place}`, "calls with tensors alone, as TensorFlow.js's are", [more.length, settings]);
  const tensors = Array.isArray(first) ? (first as readonly Json[]) : [first];
  if (tensors.length === 0) throw invalid(`calls of ${place}`, "calls with tensors", tensors);
  return tensors.map((tensor) => {
    const { class_name, config } = described(tensor, `calls of ${place}`);
    if (class_name !== "__keras_tensor__") throw invalid(`calls of ${place}`, "calls with tensors", class_name);
    return reference(config.keras_history);
  });
}

function layerFromKeras(layer: Described): Described {
  if (isModel(layer)) return modelFromKeras(layer);
  const place = placeOf(layer);
  const { class_name, config } = layer;
  const { name, trainable = true } = config;
  if (typeof name !== "string") throw invalid(place, "a name", name);
  if (class_name === "InputLayer") return inputFromKeras(config, name, place);
  const rule = ruleOf(class_name, place);
  checkType(config.dtype, place);
  const settings = settingsFromKeras(layer, rule, place);
  const inner = config.layer === undefined ? {} : { layer: jsonOf(wrapped(layer, place)) };
  return { class_name, config: { name, trainable, ...settings, ...inner } };
}

/** The layer in a TimeDistributed or Bidirectional. */
function wrapped({ class_name, config }: Described, place: string): Described {
  const layer = described(config.layer, place);
  if (class_name !== "Bidirectional") return layerFromKeras(layer);
  // Keras names the half and tells it what to do behind a mask; TensorFlow.js does both itself.
  const plain = ({ config: settings, class_name }: Described): Described => {
    const { name, zero_output_for_mask: _, ...rest } = settings;
    return { class_name, config: { ...rest, name: String(name).replace(/^(forward_|backward_)+/, "") } };
  };
  const forward = plain(layer);
  if (config.backward_layer !== undefined) {
    const backward = plain(described(config.backward_layer, place));
    const opposite = {
      ...backward.config,
      name: forward.config.name ?? "",
      go_backwards: !backward.config.go_backwards,
    };
    const isMirror = Object.keys(forward.config).every((key) =>
      alike(key, forward.config[key], (opposite as Settings)[key]),
    );
    if (!isMirror) throw invalid(place, "two layers of which one mirrors the other", backward.config.name);
  }
  return layerFromKeras(forward);
}

/** Settings apart from numbers by which Keras knows objects again. */
function alike(key: string, a: Json | undefined, b: Json | undefined): boolean {
  if (["dtype", "seed"].includes(key) || key.endsWith("_initializer")) return true;
  return same(a, b ?? null);
}

function inputFromKeras(config: Settings, name: string, place: string): Described {
  const { batch_shape: shape, dtype = "float32" } = config;
  const isLength = (length: Json) => length === null || (Number.isSafeInteger(length) && Number(length) > 0);
  if (!Array.isArray(shape) || !shape.every(isLength)) throw invalid(place, "a batch_shape of lengths", shape);
  const type = Object.hasOwn(inputTypes, String(dtype)) ? inputTypes[String(dtype)] : undefined;
  if (type === undefined) throw invalid(`dtype of ${place}`, Object.keys(inputTypes).join(", "), dtype);
  return { class_name: "InputLayer", config: { name, batch_input_shape: shape, dtype: type, sparse: false } };
}

const inputTypes: Readonly<Record<string, string>> = {
  ...{ float32: "float32", float64: "float32", float16: "float32", bfloat16: "float32" },
  ...{ int32: "int32", int64: "int32", uint8: "int32", int8: "int32", int16: "int32", uint16: "int32", bool: "bool" },
};

/** Mixed types keep their weights in float32, in which all is computed here. */
const policies = ["float32", "mixed_float16", "mixed_bfloat16"];

function checkType(dtype: Json | undefined, place: string): void {
  const name = isSettings(dtype) && isSettings(dtype.config) ? dtype.config.name : dtype;
  if (dtype !== undefined && !policies.includes(String(name)))
    throw invalid(`dtype of ${place}`, policies.join(", "), name);
}

function jsonOf({ class_name, config }: Described): Settings {
  return { class_name, config };
}
