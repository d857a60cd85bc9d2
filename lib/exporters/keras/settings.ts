// The settings of one layer, from TensorFlow.js's JSON to Keras's and back: activations, initializers, regularizers, constraints, and
// what only one side can set. Used by to-keras.ts and from-keras.ts.
import { invalid } from "../../engine/invalid.js";
import { type Described, described, isSettings, type Json, type Settings, same } from "./json.js";
import { type LayerRule, layerRules } from "./layer-rules.js";

/** Keras's name by TensorFlow.js's. Not hard_sigmoid, which is max(0, min(1, 0.2 x + 0.5)) here and x / 6 + 0.5 there; nor gelu_new. */
const activations: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["elu", "selu", "relu", "relu6", "linear", "sigmoid", "softplus", "softsign", "tanh", "softmax"].map((name) => [
      name,
      name,
    ]),
  ),
  log_softmax: "log_softmax",
  gelu: "gelu",
  mish: "mish",
  swish: "silu",
};
const activationsBack: Readonly<Record<string, string>> = {
  swish: "swish",
  ...Object.fromEntries(Object.entries(activations).map(([here, there]) => [there, here])),
};

/** Of every layer; written and read elsewhere. */
const ofAll = ["name", "trainable", "dtype", "batch_input_shape", "batch_shape"];

/** @throws for a layer that the other side doesn't have; `place` names it */
export function ruleOf(className: string, place: string): LayerRule {
  const rule = Object.hasOwn(layerRules, className) ? layerRules[className] : undefined;
  if (rule) return rule;
  throw invalid(
    place,
    `one of the layers that TensorFlow.js and Keras share (${Object.keys(layerRules).join(", ")})`,
    className,
  );
}

/** @throws for a value that means something else to Keras */
export function settingsToKeras(layer: Described, rule: LayerRule, place: string): Settings {
  const result: Record<string, Json> = { ...rule.fixed };
  const { shared, renamed = {}, ignored = [] } = rule;
  for (const [name, value] of Object.entries(layer.config)) {
    if (ofAll.includes(name) || (ignored.includes(name) && !shared.includes(name))) continue;
    checkChoice(rule, name, value, place);
    if (rule.fixed && Object.hasOwn(rule.fixed, name)) {
      if (!same(value, rule.fixed[name] ?? null))
        throw invalid(`${name} of ${place}`, JSON.stringify(rule.fixed[name]), value);
    } else if (shared.includes(name)) result[name] = valueToKeras(name, value, place);
    else if (renamed[name] !== undefined) result[renamed[name]] = value;
    else if (value !== null) throw invalid(`${name} of ${place}`, "a setting that Keras has too", value);
  }
  return result;
}

/** @throws for a setting, or a value of it, that TensorFlow.js doesn't have */
export function settingsFromKeras(layer: Described, rule: LayerRule, place: string): Settings {
  const result: Record<string, Json> = {};
  const { shared, renamed = {}, fixed = {}, ignored = [] } = rule;
  const names = Object.fromEntries(Object.entries(renamed).map(([here, there]) => [there, here]));
  for (const [name, value] of Object.entries(layer.config)) {
    if (ofAll.includes(name) || (ignored.includes(name) && !shared.includes(name))) continue;
    checkChoice(rule, name, value, place);
    if (Object.hasOwn(fixed, name)) {
      if (!same(value, fixed[name] ?? null)) throw invalid(`${name} of ${place}`, JSON.stringify(fixed[name]), value);
    } else if (shared.includes(name)) {
      const own = valueFromKeras(name, value, place);
      if (own !== undefined) result[name] = own;
    } else if (names[name] !== undefined) result[names[name]] = value;
    // What a newer Keras has added and this model doesn't use is null or false.
    else if (value !== null && value !== false)
      throw invalid(`${name} of ${place}`, "a setting that TensorFlow.js has too", value);
  }
  return result;
}

function checkChoice({ choices = {} }: LayerRule, name: string, value: Json, place: string): void {
  const allowed = Object.hasOwn(choices, name) ? choices[name] : undefined;
  if (allowed && !allowed.some((each) => each === value))
    throw invalid(`${name} of ${place}`, `${allowed.join(" or ")}, in which TensorFlow.js and Keras agree`, value);
}

function valueToKeras(name: string, value: Json, place: string): Json {
  if (name.endsWith("activation")) return activation(activations, name, value, place);
  if (value === null) return name === "unit_forget_bias" ? true : null;
  if (name.endsWith("_initializer")) return inModule("keras.initializers", initializerToKeras(described(value, name)));
  if (name.endsWith("_regularizer")) return inModule("keras.regularizers", described(value, name));
  if (name.endsWith("_constraint")) return inModule("keras.constraints", described(value, name));
  // TensorFlow.js knows null, too, as the length that follows from the others.
  if (name === "target_shape" && Array.isArray(value)) return value.map((length) => length ?? -1);
  return value;
}

/** Undefined where the layer's own default has to do. */
function valueFromKeras(name: string, value: Json, place: string): Json | undefined {
  if (name.endsWith("activation")) return activation(activationsBack, name, value, place);
  if (value === null) return null;
  if (name.endsWith("_initializer")) return initializerFromKeras(value);
  if (name.endsWith("_regularizer")) return regularizer(described(value, `${name} of ${place}`), name, place);
  if (name.endsWith("_constraint")) {
    const { class_name, config } = described(value, `${name} of ${place}`);
    if (constraints.includes(class_name)) return { class_name, config };
    throw invalid(`${name} of ${place}`, `one of ${constraints.join(", ")}`, class_name);
  }
  return value;
}

function activation(names: Readonly<Record<string, string>>, name: string, value: Json, place: string): string {
  const other = typeof value === "string" && Object.hasOwn(names, value) ? names[value] : undefined;
  if (other !== undefined) return other;
  const known = [...new Set(Object.keys(names))].join(", ");
  throw invalid(`${name} of ${place}`, `one that TensorFlow.js and Keras compute alike (${known})`, value);
}

function inModule(module: string, { class_name, config }: Described): Json {
  return { module, class_name, config, registered_name: null };
}

/** TensorFlow.js's "normal" is the normal distribution without its ends. */
const normal = { here: "normal", there: "truncated_normal" };

function initializerToKeras({ class_name, config }: Described): Described {
  if (config.distribution !== normal.here) return { class_name, config };
  return { class_name, config: { ...config, distribution: normal.there } };
}

const initializers = [
  ...["Zeros", "Ones", "Constant", "RandomUniform", "RandomNormal", "TruncatedNormal", "Identity", "VarianceScaling"],
  ...["GlorotUniform", "GlorotNormal", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform", "Orthogonal"],
];
const constraints = ["MaxNorm", "UnitNorm", "NonNeg", "MinMaxNorm"];

/** Weights come from the file: an initializer that TensorFlow.js doesn't have is left out, and changes nothing. */
function initializerFromKeras(value: Json): Json | undefined {
  if (!isSettings(value) || typeof value.class_name !== "string" || !isSettings(value.config)) return undefined;
  if (!initializers.includes(value.class_name)) return undefined;
  const { input_axes: _, output_axes: __, distribution, ...config } = value.config;
  if (distribution === "untruncated_normal") return undefined;
  const own = distribution === normal.there ? normal.here : distribution;
  // TensorFlow.js writes his name as he does.
  const class_name = value.class_name.replace("Lecun", "LeCun");
  return { class_name, config: own === undefined ? config : { ...config, distribution: own } };
}

function regularizer({ class_name, config }: Described, name: string, place: string): Json {
  const { l1 = 0, l2 = 0 } = config;
  if (["L1", "L2", "L1L2"].includes(class_name)) return { class_name: "L1L2", config: { l1, l2 } };
  throw invalid(`${name} of ${place}`, "L1, L2 or L1L2", class_name);
}
