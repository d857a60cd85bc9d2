// A model in TensorFlow.js's own format: model.json beside the weights in shards. Called by users; reads it again too.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { writeFolderAtomically } from "../engine/atomic-file.js";
import { invalid } from "../engine/invalid.js";
import { completeTopology } from "./complete-topology.js";
import { FileReport } from "./file-report.js";

/** As TensorFlow.js's converter cuts them, so that browsers keep them in their caches. */
const shardBytes = 4 * 2 ** 20;

/**
 * Writes the folder that `tf.loadLayersModel("https://…/model.json")` reads in a browser.
 * @param directory a folder that is made, or replaced as a whole
 * @returns what was written; shows it
 * @throws when the folder can't be written; then the old one is there
 */
export async function tfjs(model: tf.LayersModel, directory: string): Promise<FileReport> {
  if (!(model instanceof tf.LayersModel)) throw invalid("model", "a tf.LayersModel", model);
  if (typeof directory !== "string" || directory === "") throw invalid("directory", "a path", directory);
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save({
    save: async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    },
  });
  if (artifacts === undefined) throw new Error("invalid model; expected one that can be saved");
  const { weightData, weightSpecs = [], ...rest } = artifacts;
  const data = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData ?? new ArrayBuffer(0)));
  const count = Math.max(1, Math.ceil(data.length / shardBytes));
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  const description = {
    format: "layers-model",
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version_layers}`,
    convertedBy: "cellgrad",
    ...rest,
    modelTopology: completeTopology(rest.modelTopology as Readonly<Record<string, unknown>>, model),
    weightsManifest: [{ paths, weights: weightSpecs }],
  };
  const text = JSON.stringify(description);
  await writeFolderAtomically(directory, async (folder) => {
    for (const [i, path] of paths.entries())
      await writeFile(join(folder, path), data.subarray(i * shardBytes, (i + 1) * shardBytes));
    await writeFile(join(folder, "model.json"), text);
  });
  return new FileReport(directory, data.length + Buffer.byteLength(text), { files: String(count + 1) });
}

/**
 * Reads what `tfjs` or TensorFlow.js's converter wrote, a layers model.
 * @throws when there is no model.json, or weights are missing
 */
export async function loadTfjs(directory: string): Promise<tf.LayersModel> {
  if (typeof directory !== "string" || directory === "") throw invalid("directory", "a path", directory);
  const text = await readFile(join(directory, "model.json"), "utf8").catch(() => {
    throw invalid("directory", "a folder with a model.json", directory);
  });
  const description = JSON.parse(text) as tf.io.ModelJSON;
  const groups = description.weightsManifest;
  const paths = groups.flatMap((group) => group.paths);
  if (paths.some((path) => path.includes("/") || path.includes("\\")))
    throw invalid(
      "model.json",
      "weights in its own folder",
      paths.find((path) => /[\\/]/.test(path)),
    );
  const parts = await Promise.all(paths.map((path) => readFile(join(directory, path))));
  const whole = new Uint8Array(Buffer.concat(parts));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: description.modelTopology as tf.io.ModelArtifacts["modelTopology"] & object,
      weightSpecs: groups.flatMap((group) => group.weights),
      weightData: whole.buffer,
    }),
  );
}
