// A model as TensorFlow's SavedModel or as a TFLite file, written by a Python's TensorFlow and compared with the model before it is there.
// `savedModel` is called by users, both by convert.ts.
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { writeFileAtomically, writeFolderAtomically } from "../engine/atomic-file.js";
import { checkOptions, checkText, invalid } from "../engine/invalid.js";
import { FileReport } from "./file-report.js";
import { keras } from "./keras/keras.js";
import { modelInputs } from "./model-graph.js";
import { checkParity, feedsOf, fewestIndices } from "./parity.js";
import { askTensorflow } from "./python-tensorflow.js";

export interface SavedModelOptions {
  /** The command or path of a Python that has TensorFlow; default: the active environment's, else the PATH's. */
  readonly python?: string;
}

/** Between TensorFlow's kernels and TensorFlow.js's, relative to 1 or to the answer if that is larger. */
const tolerance = 1e-4;

/**
 * Writes a model as TensorFlow's SavedModel, as Keras 3 exports its own: `tf.saved_model.load(directory).serve(images)` in Python, TensorFlow
 * Serving and others read it. Needs a Python with TensorFlow on this machine, whose answers are compared with the model's.
 * @param model as `ml.exporters.keras` takes it
 * @param directory a folder that is made, or replaced as a whole
 * @returns what was written, TensorFlow's version and the largest difference; shows them
 * @throws (rejects) when no TensorFlow is there (the command that mends it is said), a layer can't go over, or the answers differ by more than 1e-4; then the old folder is there
 */
export async function savedModel(
  model: tf.LayersModel,
  directory: string,
  options: SavedModelOptions = {},
): Promise<FileReport> {
  checkModel(model, options);
  checkText("directory", directory, "a path");
  let notes: Record<string, string> = {};
  let bytes = 0;
  await withKerasFile(model, async (file) => {
    await writeFolderAtomically(directory, async (folder) => {
      notes = await written(model, file, folder, options);
      bytes = await sizeOf(folder);
    });
  });
  return new FileReport(directory, bytes, notes);
}

/** The same for a TFLite file. @throws for a model of several inputs, too */
export async function tflite(
  model: tf.LayersModel,
  file: string,
  options: SavedModelOptions = {},
): Promise<FileReport> {
  checkModel(model, options);
  if (model.inputs.length !== 1 || model.outputs.length !== 1)
    throw invalid(
      "model",
      "one input and one output, for TFLite",
      `${model.inputs.length} and ${model.outputs.length}`,
    );
  let notes: Record<string, string> = {};
  let bytes = 0;
  await withKerasFile(model, async (source, folder) => {
    const target = path.join(folder, "model.tflite");
    notes = await written(model, source, target, options);
    const content = await readFile(target);
    bytes = content.length;
    await writeFileAtomically(file, content);
  });
  return new FileReport(file, bytes, notes);
}

function checkModel(model: tf.LayersModel, options: SavedModelOptions): void {
  if (!(model instanceof tf.LayersModel)) throw invalid("model", "a tf.LayersModel", model);
  checkOptions("options", options, ["python"]);
  if (options.python !== undefined) checkText("python", options.python, "a command or path");
}

async function withKerasFile(
  model: tf.LayersModel,
  use: (file: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "cellgrad-saved-model-"));
  try {
    const file = path.join(folder, "model.keras");
    await keras(model, file);
    await use(file, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns what the report says */
async function written(
  model: tf.LayersModel,
  from: string,
  to: string,
  { python }: SavedModelOptions,
): Promise<Record<string, string>> {
  const inputs = modelInputs(model);
  const sample = { inputs, transform: undefined, imageShape: undefined, below: fewestIndices(model), given: undefined };
  // The same ones that the comparison makes below.
  const feeds = Array.from(feedsOf(sample), ({ values, tensors }) => {
    tf.dispose([...tensors]);
    return values.map(({ shape, data }) => ({ shape, values: Array.from(data) }));
  });
  const { tensorflow, answers } = await askTensorflow({ from, to, feeds }, python);
  const left = answers.map((outputs) => outputs.map((values) => Float32Array.from(values)));
  const { maxDifference, worst } = await checkParity(model, sample, async () => left.shift() ?? []);
  if (!(maxDifference <= tolerance))
    throw new Error(
      `invalid export; expected answers within ${tolerance} of the model's: ${maxDifference} (${worst}); nothing was written`,
    );
  return { TensorFlow: tensorflow, "largest difference": maxDifference.toExponential(1) };
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => stat(path.join(folder, name))));
  return sizes.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
