// The file of golden predictions: what a model answered, to which inputs, and by hashes which inputs and which weights those were.
// JSON with one row a line, so that a change can be read in a diff. Used by golden-predictions.ts.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { writeFileAtomically } from "../engine/atomic-file.js";
import { invalid } from "../engine/invalid.js";

export interface GoldenFile {
  readonly inputs: { readonly shape: readonly number[]; readonly dtype: string; readonly sha256: string };
  /** Of the model's weights; undefined where it doesn't show them. */
  readonly weights: string | undefined;
  /** One row of scores an input. */
  readonly predictions: readonly (readonly number[])[];
}

const format = "cellgrad golden predictions, version 1";

/** @returns undefined where there is no file; @throws when it is another one */
export async function readGolden(file: string): Promise<GoldenFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const content = parsed(text);
  const { inputs, weights, predictions } = (content ?? {}) as Partial<GoldenFile>;
  const isRow = (row: unknown) => Array.isArray(row) && row.every((score) => Number.isFinite(score));
  const isGolden =
    (content as { format?: unknown } | undefined)?.format === format &&
    typeof inputs?.sha256 === "string" &&
    Array.isArray(inputs.shape) &&
    Array.isArray(predictions) &&
    predictions.every(isRow);
  if (!isGolden) throw invalid("file", `${format}, in JSON`, file);
  return { inputs, weights: typeof weights === "string" ? weights : undefined, predictions };
}

/** @throws what the file system throws; then the old file is there */
export async function writeGolden(file: string, { inputs, weights, predictions }: GoldenFile): Promise<void> {
  // Nine digits give every float32 back.
  const rows = predictions.map((row) => `    ${JSON.stringify(row.map((score) => Number(score.toPrecision(9))))}`);
  const head = JSON.stringify({ format, inputs, weights }, null, 2).replace(/\n\}$/, "");
  await writeFileAtomically(file, `${head},\n  "predictions": [\n${rows.join(",\n")}\n  ]\n}\n`);
}

export async function hashOfInputs(inputs: tf.Tensor): Promise<GoldenFile["inputs"]> {
  const { shape, dtype } = inputs;
  const values = await inputs.data();
  return { shape, dtype, sha256: hashOf([{ shape, values }]) };
}

/** @returns undefined for what is no model of layers */
export function hashOfWeights(model: unknown): string | undefined {
  if (!(model instanceof tf.LayersModel)) return undefined;
  return tf.tidy(() =>
    hashOf(model.getWeights().map((weight) => ({ shape: weight.shape, values: weight.dataSync() }))),
  );
}

function hashOf(tensors: readonly { shape: readonly number[]; values: ArrayBufferView }[]): string {
  const hash = createHash("sha256");
  for (const { shape, values } of tensors) {
    hash.update(`[${shape.join()}]`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
