// A model file of one format as another, by their endings. Called by `cellgrad convert`.
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type * as tf from "@tensorflow/tfjs";
import { writeFileAtomically } from "../engine/atomic-file.js";
import { ready } from "../engine/backend.js";
import { invalid } from "../engine/invalid.js";
import { FileReport } from "./file-report.js";
import { keras, loadKeras } from "./keras/keras.js";
import { onnx } from "./onnx.js";
import { askTensorflow } from "./python-tensorflow.js";
import { safetensors } from "./safetensors.js";
import { savedModel, tflite } from "./saved-model.js";
import { loadTfjs, tfjs } from "./tfjs.js";

export interface ConvertOptions {
  /** What a folder becomes; what a file becomes says its ending. */
  readonly to?: "tfjs" | "savedmodel";
  /** The command or path of a Python that has TensorFlow, for SavedModel and TFLite. */
  readonly python?: string;
}

type Format = "keras" | "tfjs" | "onnx" | "safetensors" | "savedmodel" | "tflite";
type Report = Readonly<Record<symbol, () => Record<string, string>>>;

const endings: Readonly<Record<string, Format>> = {
  ".keras": "keras",
  ".onnx": "onnx",
  ".safetensors": "safetensors",
  ".tflite": "tflite",
};

/**
 * Reads .keras files and TensorFlow.js's folders (or their model.json), writes these, .onnx, .safetensors (weights only), SavedModels and .tflite;
 * a SavedModel becomes .tflite.
 * @returns what was written, as text
 * @throws (rejects) for what can't become the other, by name
 */
export async function convert(from: string, to: string, options: ConvertOptions = {}): Promise<string> {
  const source = await sourceFormat(from);
  const target = targetFormat(to, options);
  const { python } = options;
  const withPython = python === undefined ? {} : { python };
  if (source === "savedmodel") {
    if (target !== "tflite") throw invalid("OUT", "a .tflite file, which is what a SavedModel can become", to);
    return textOf(await savedModelToTflite(from, to, python));
  }
  await ready();
  const model = await (source === "keras" ? loadKeras(from) : loadTfjs(from.replace(/model\.json$/, "") || "."));
  try {
    const writers: Readonly<Record<Format, (model: tf.LayersModel) => Promise<unknown>>> = {
      keras: (given) => keras(given, to),
      onnx: (given) => onnx(given, to),
      safetensors: (given) => safetensors(given, to),
      tfjs: (given) => tfjs(given, to),
      savedmodel: (given) => savedModel(given, to, withPython),
      tflite: (given) => tflite(given, to, withPython),
    };
    return textOf((await writers[target](model)) as Report);
  } finally {
    model.dispose();
  }
}

async function sourceFormat(from: string): Promise<"keras" | "tfjs" | "savedmodel"> {
  const isThere = (name: string) =>
    stat(name).then(
      () => true,
      () => false,
    );
  if (!(await isThere(from))) throw invalid("IN", "a file or folder that is there", from);
  if (from.endsWith(".keras")) return "keras";
  if (path.basename(from) === "model.json" || (await isThere(path.join(from, "model.json")))) return "tfjs";
  if (await isThere(path.join(from, "saved_model.pb"))) return "savedmodel";
  throw invalid("IN", "a .keras file, or a folder with TensorFlow.js's model.json or a saved_model.pb", from);
}

function targetFormat(to: string, options: ConvertOptions): Format {
  const format = endings[path.extname(to)];
  if (format !== undefined && options.to === undefined) return format;
  if (format !== undefined)
    throw invalid("--to", `no --to where the file's ending says it (${path.extname(to)})`, options.to);
  if (options.to !== undefined) return options.to;
  throw invalid("OUT", `a file that ends with ${Object.keys(endings).join(", ")}, or a folder and --to`, to);
}

async function savedModelToTflite(from: string, to: string, python: string | undefined): Promise<Report> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "cellgrad-convert-"));
  try {
    const target = path.join(folder, "model.tflite");
    const { tensorflow } = await askTensorflow({ from: path.resolve(from), to: target, feeds: [] }, python);
    const content = await readFile(target);
    await writeFileAtomically(to, content);
    return new FileReport(to, content.length, { TensorFlow: tensorflow }) as unknown as Report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function textOf(report: Report): string {
  return report[Symbol.for("Jupyter.display")]?.()["text/plain"] ?? "";
}
