// A model as a .keras file of Keras 3, and such a file as a model. Called by users.
import { readFile, stat } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { writeFileAtomically } from "../../engine/atomic-file.js";
import { checkNumber, checkOptions, invalid } from "../../engine/invalid.js";
import { modelInputs } from "../model-graph.js";
import { answersOf, checkParity, fewestIndices } from "../parity.js";
import { decodeArchive, encodeArchive } from "./archive.js";
import { fromKeras } from "./from-keras.js";
import { described } from "./json.js";
import { KerasReport } from "./keras-report.js";
import { toKeras } from "./to-keras.js";
import { type WeightPath, weightPaths } from "./weight-paths.js";
import { encodeWeights, type WeightsFile, withWeights } from "./weights-file.js";

export interface KerasOptions {
  /** The model's input without the batch, where the model leaves lengths open: for the comparison. */
  readonly inputShape?: readonly number[];
  /** Real inputs [batch, …] to compare on, besides random ones. */
  readonly samples?: tf.Tensor;
  /** The largest difference between the file's answers and the model's, relative to 1 or to the answer if that is larger; 1e-5. */
  readonly tolerance?: number;
}

/** What the files say they are of: the settings are those that this version reads, and later ones. */
const kerasVersion = "3.0.0";

/**
 * Writes a model as Keras 3 saves its own: `keras.saving.load_model(file)` reads it in Python, with TensorFlow, PyTorch or JAX below. It
 * is read again and compared before the file appears; a file that was there stays until then. Optimizers stay behind: `compile` there.
 *
 * @param model functional or sequential, of layers that Keras computes alike; models may be layers
 * @param file where, ending with .keras; missing folders are made
 * @returns bytes, layers and the largest difference; shows them
 * @throws when a layer or a setting of it can't be expressed (its name is said), or the answers differ by more than `tolerance`; then no file is written
 */
export async function keras(model: tf.LayersModel, file: string, options: KerasOptions = {}): Promise<KerasReport> {
  if (!(model instanceof tf.LayersModel)) throw invalid("model", "a tf.LayersModel", model);
  if (typeof file !== "string" || !file.endsWith(".keras")) throw invalid("file", "a path that ends with .keras", file);
  checkOptions("options", options, ["inputShape", "samples", "tolerance"]);
  const { inputShape, samples: given, tolerance = 1e-5 } = options;
  checkNumber("tolerance", tolerance, { least: 0 });
  if (!model.inputs?.length) throw invalid("model", "one whose input's shape is known", model.name);
  const inputs = modelInputs(model, inputShape);
  const bytes = await encode(model);
  const copy = await decode(bytes);
  try {
    const sample = { inputs, transform: undefined, imageShape: undefined, below: fewestIndices(model), given };
    const parity = await checkParity(model, sample, async (feed) => answersOf(copy, feed));
    if (!(parity.maxDifference <= tolerance))
      throw new Error(
        `invalid export; expected answers within ${tolerance} of the model's: ${parity.maxDifference} (${parity.worst}); nothing was written`,
      );
    await writeFileAtomically(file, bytes);
    const layers: Record<string, number> = {};
    for (const layer of model.layers) layers[layer.getClassName()] = (layers[layer.getClassName()] ?? 0) + 1;
    return new KerasReport({ file, bytes: bytes.length, layers, parameters: model.countParams(), parity });
  } finally {
    disposeAll(copy);
  }
}

/**
 * Reads a model that Keras 3 saved, with its weights. Not compiled: the optimizer stays behind. An initializer that TensorFlow.js doesn't
 * have becomes the layer's own; mixed precision becomes float32.
 * @param file as `keras` here or `model.save("model.keras")` in Python wrote it
 * @throws when it is no such file, a layer or setting is not in TensorFlow.js (its name is said), or weights are missing
 */
export async function loadKeras(file: string): Promise<tf.LayersModel> {
  if (typeof file !== "string" || file === "") throw invalid("file", "a path", file);
  await stat(file).catch(() => {
    throw invalid("file", "a file that is there", file);
  });
  return decode(await readFile(file));
}

async function encode(model: tf.LayersModel): Promise<Uint8Array> {
  const config = toKeras(model);
  const groups = weightPaths(model).map(({ path, name, weights }) => ({
    path,
    name,
    arrays: weights.map((weight) => ({
      shape: weight.shape.map(Number),
      values: tf.tidy(() => weight.read().dataSync<"float32">()),
    })),
  }));
  return encodeArchive({ metadata: { keras_version: kerasVersion }, config, weights: await encodeWeights(groups) });
}

async function decode(bytes: Uint8Array): Promise<tf.LayersModel> {
  const { config, weights } = decodeArchive(bytes);
  const { class_name, config: settings } = fromKeras(config);
  let model: tf.LayersModel | undefined;
  const { registeredVariables } = tf.engine();
  const before = new Set(Object.keys(registeredVariables));
  try {
    const json = { modelTopology: { class_name, config: settings } };
    model = await inScope(() =>
      tf.models.modelFromJSON(json as unknown as Parameters<typeof tf.models.modelFromJSON>[0]),
    );
  } catch (error) {
    // The weights of the layers before the one that failed.
    for (const [name, variable] of Object.entries(registeredVariables)) if (!before.has(name)) variable.dispose();
    throw invalid("file", "a model that TensorFlow.js can make", error instanceof Error ? error.message : error);
  }
  try {
    const places = weightPaths(model, described(config, "config.json"));
    await withWeights(weights, (found) => setWeights(places, found));
  } catch (error) {
    disposeAll(model);
    throw error;
  }
  return model;
}

/** TensorFlow.js makes layers at once, and some leave tensors behind in making their first weights. */
function inScope<T>(make: () => Promise<T>): Promise<T> {
  tf.engine().startScope();
  try {
    return make();
  } finally {
    tf.engine().endScope();
  }
}

/** All that a model holds; its own `dispose` keeps the weights of layers that are called twice, and what cells draw for dropout. */
function disposeAll(model: tf.LayersModel): void {
  for (const { weights, cell } of weightPaths(model)) {
    for (const weight of weights) weight.dispose();
    const { dropoutMask, recurrentDropoutMask } = (cell ?? {}) as Partial<Record<string, tf.Tensor | tf.Tensor[]>>;
    tf.dispose([...[dropoutMask ?? []].flat(), ...[recurrentDropoutMask ?? []].flat()]);
  }
}

function setWeights(places: readonly WeightPath[], found: WeightsFile): void {
  tf.tidy(() => {
    for (const { path, weights } of places) {
      const count = found.count(path);
      if (count !== weights.length) throw invalid("file", `${weights.length} weights at ${path || "its top"}`, count);
      for (const [i, weight] of weights.entries()) {
        const shape = weight.shape.map(Number);
        // Not by `write`, which makes a constraint hold: what is in the file is what the model computed with.
        const { val } = weight as unknown as { readonly val: tf.Variable };
        val.assign(tf.tensor(found.values(path, i, shape), shape));
      }
    }
  });
}
