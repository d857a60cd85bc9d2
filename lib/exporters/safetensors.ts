// Weights as safetensors, in TensorFlow's layout or in PyTorch's, and back into a model. Called by users.
import { readFile, stat } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { writeFileAtomically } from "../engine/atomic-file.js";
import { checkChoice, checkOptions, checkText, invalid } from "../engine/invalid.js";
import { FileReport } from "./file-report.js";
import { matchedNames, type WantedModule } from "./matched-names.js";
import { decodeSafetensors, encodeSafetensors, type NamedArray } from "./safetensors-file.js";
import { flattenedShapes, type TorchWeight, torchWeights } from "./weight-layouts.js";

export interface SafetensorsOptions {
  /**
   * "tensorflow", the default: each weight under its own name, as the model has it. "pytorch": as the state_dict of the same net has
   * it, [out, in, height, width].
   */
  readonly layout?: "tensorflow" | "pytorch";
  /** The name in the file (in PyTorch, the module's in the state_dict) by the layer's name; a layer that is not there has its own name. */
  readonly names?: Readonly<Record<string, string>>;
}

/**
 * Writes a model's weights (https://github.com/huggingface/safetensors).
 * @returns what was written; shows it
 * @throws when a layer has no counterpart in PyTorch, with layout "pytorch"
 */
export async function safetensors(
  model: tf.LayersModel,
  file: string,
  options: SafetensorsOptions = {},
): Promise<FileReport> {
  const slots = slotsOf(model, file, options);
  const arrays = slots.map(({ name, shape, weight, toFile }): NamedArray => {
    const values = tf.tidy(() => weight.read().dataSync<"float32" | "int32" | "bool">());
    return { name, shape, values: toFile(values) };
  });
  const bytes = encodeSafetensors(arrays, { format: options.layout === "pytorch" ? "pt" : "tf" });
  await writeFileAtomically(file, bytes);
  return new FileReport(file, bytes.length, { tensors: String(arrays.length), layout: options.layout ?? "tensorflow" });
}

/**
 * Reads weights into a model. Where the file has other names than the model (a net that is made again has other numbers in its layers'
 * names), and `names` doesn't say them, layers are found by their order and shapes: names are sorted as people count (conv2 before conv10).
 * @param file as `safetensors` or PyTorch's `save_file(net.state_dict(), file)` wrote it
 * @throws when a weight is missing or has another shape; then the model keeps its weights
 */
export async function loadSafetensors(
  model: tf.LayersModel,
  file: string,
  options: SafetensorsOptions = {},
): Promise<void> {
  checkArguments(model, file, options);
  await stat(file).catch(() => {
    throw invalid("file", "a file that is there", file);
  });
  const { tensors } = decodeSafetensors(await readFile(file));
  const matched =
    options.layout === "pytorch"
      ? matchedNames(torchModules(model), tensors, ".")
      : matchedNames(ownModules(model), tensors, "/");
  const slots = slotsOf(model, file, { ...options, names: { ...matched, ...options.names } });
  const values = slots.map(({ name, shape, fromFile }) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw invalid("file", `a tensor ${name}`, [...tensors.keys()].slice(0, 12).join(", "));
    if (tensor.shape.join() !== shape.join())
      throw invalid(`${name} in file`, `shape [${shape.join(", ")}]`, `[${tensor.shape.join(", ")}]`);
    return fromFile(tensor.values);
  });
  tf.tidy(() => {
    slots.forEach(({ weight }, i) => {
      weight.write(tf.tensor(values[i] ?? [], weight.shape.map(Number), weight.dtype));
    });
  });
}

/** One weight of the model, and how it lies in the file. */
interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weight: tf.layers.Layer["weights"][number];
  toFile(values: NamedArray["values"]): NamedArray["values"];
  fromFile(values: NamedArray["values"]): NamedArray["values"];
}

function checkArguments(model: tf.LayersModel, file: string, options: SafetensorsOptions): void {
  if (!(model instanceof tf.LayersModel)) throw invalid("model", "a tf.LayersModel", model);
  if (typeof file !== "string" || file === "") throw invalid("file", "a path", file);
  checkOptions("options", options, ["layout", "names"]);
  checkChoice("layout", options.layout ?? "tensorflow", ["tensorflow", "pytorch"]);
  if (options.names === undefined) return;
  checkOptions("names", options.names, Object.keys(options.names ?? {}));
  for (const [layer, module] of Object.entries(options.names)) checkText(`names.${layer}`, module, "a module's name");
}

function slotsOf(model: tf.LayersModel, file: string, options: SafetensorsOptions): Slot[] {
  checkArguments(model, file, options);
  if (options.layout !== "pytorch")
    return model.weights.map((weight) => ({
      name: nameInFile(weight.originalName, options.names),
      shape: weight.shape.map(Number),
      weight,
      toFile: (values) => values,
      fromFile: (values) => values,
    }));
  const flattened = flattenedShapes(model);
  return weightedLayers(model).flatMap((layer) => {
    const module = options.names?.[layer.name] ?? layer.name;
    return torchWeights(layer, flattened.get(layer.name)).flatMap((torch, i): Slot[] => {
      const weight = layer.weights[i];
      return weight ? [slot(module, torch, weight)] : [];
    });
  });
}

/** A weight's name with its layer's name as the file has it. */
function nameInFile(name: string, names: SafetensorsOptions["names"]): string {
  const [layer, suffix] = parted(name);
  return suffix === undefined ? name : `${names?.[layer] ?? layer}/${suffix}`;
}

/** "dense_Dense1/kernel" is the kernel of layer dense_Dense1. */
function parted(name: string): [layer: string, suffix?: string] {
  const at = name.lastIndexOf("/");
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

/** The layers of the model as it names them itself. */
function ownModules(model: tf.LayersModel): WantedModule[] {
  const modules = new Map<string, { suffix: string; shape: number[] }[]>();
  for (const { originalName, shape } of model.weights) {
    const [layer, suffix = ""] = parted(originalName);
    const weights = modules.get(layer) ?? [];
    modules.set(layer, [...weights, { suffix, shape: shape.map(Number) }]);
  }
  return [...modules].map(([layer, weights]) => ({ layer, weights }));
}

function torchModules(model: tf.LayersModel): WantedModule[] {
  const flattened = flattenedShapes(model);
  return weightedLayers(model).map((layer) => ({
    layer: layer.name,
    weights: torchWeights(layer, flattened.get(layer.name)),
  }));
}

function slot(module: string, torch: TorchWeight, weight: Slot["weight"]): Slot {
  return {
    name: `${module}.${torch.suffix}`,
    shape: torch.shape,
    weight,
    toFile: (values) => torch.toTorch(values),
    fromFile: (values) => torch.fromTorch(values),
  };
}

function weightedLayers(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.flatMap((layer) => {
    const { layers } = layer as unknown as Partial<tf.LayersModel>;
    if (layers) return weightedLayers(layer as unknown as tf.LayersModel);
    return layer.weights.length > 0 ? [layer] : [];
  });
}
