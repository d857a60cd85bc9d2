// Model files for tests of the server, and what onnxruntime answers for them without one.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { loadRuntime } from "../../../lib/engine/jit/onnxruntime.js";
import { onnx } from "../../../lib/exporters/onnx.js";
import * as transforms from "../../../lib/transforms/index.js";

const { compose, normalize, resize, toTensor } = transforms;

/** A folder with three files, removed by remove(). */
export interface ModelFiles {
  readonly directory: string;
  /** Bytes [28, 28, 1], resized and normalized in the graph, to scores of 10 classes. */
  readonly digits: string;
  /** The same net with other weights, and the classes' names. */
  readonly otherDigits: string;
  /** float32 [4] to probabilities of "a", "b" and "c". */
  readonly table: string;
  /** float32 [8, 8, 3] to scores of 2 classes: no transform in the graph. */
  readonly plain: string;
  /** float32 [2] to one number. */
  readonly regression: string;
  /** int32 [3], indices below 5, to scores of 2 classes. */
  readonly words: string;
  remove(): void;
}

export async function modelFiles(): Promise<ModelFiles> {
  await ready();
  const directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-serve-"));
  const file = (name: string) => path.join(directory, `${name}.onnx`);
  const init = (seed: number) => tf.initializers.glorotUniform({ seed });
  const save = async (model: tf.LayersModel, name: string, options: Parameters<typeof onnx>[2] = {}) => {
    await onnx(model, file(name), options);
    model.dispose();
  };
  const { conv2d, dense, embedding, flatten, maxPooling2d } = tf.layers;
  const digits = (seed: number) =>
    tf.sequential({
      layers: [
        conv2d({
          filters: 6,
          kernelSize: 5,
          activation: "relu",
          inputShape: [32, 32, 1],
          kernelInitializer: init(seed),
        }),
        maxPooling2d({ poolSize: 4 }),
        flatten(),
        dense({ units: 10, kernelInitializer: init(seed + 1) }),
      ],
    });
  const transform = compose([resize(32), toTensor(), normalize([0.5], [0.25])]);
  const imageShape = [28, 28, 1] as const;
  await save(digits(1), "digits", { transform, imageShape });
  await save(digits(9), "digits-2", { transform, imageShape, classNames: [..."abcdefghij"] });
  const table = dense({ units: 3, inputShape: [4], activation: "softmax", kernelInitializer: init(3) });
  await save(tf.sequential({ layers: [table] }), "table", { classNames: ["a", "b", "c"] });
  await save(
    tf.sequential({ layers: [flatten({ inputShape: [8, 8, 3] }), dense({ units: 2, kernelInitializer: init(4) })] }),
    "plain",
  );
  await save(
    tf.sequential({ layers: [dense({ units: 1, inputShape: [2], kernelInitializer: init(5) })] }),
    "regression",
  );
  const words = embedding({ inputDim: 5, outputDim: 2, inputLength: 3, embeddingsInitializer: init(6) });
  await save(tf.sequential({ layers: [words, flatten(), dense({ units: 2, kernelInitializer: init(7) })] }), "words");
  return {
    directory,
    digits: file("digits"),
    otherDigits: file("digits-2"),
    table: file("table"),
    plain: file("plain"),
    regression: file("regression"),
    words: file("words"),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The first output's numbers. */
export async function answersOf(
  file: string,
  type: "uint8" | "float32",
  values: Uint8Array | Float32Array,
  shape: readonly number[],
): Promise<number[]> {
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(file, { logSeverityLevel: 3 });
  try {
    const tensor = new runtime.Tensor(type as "float32", values as Float32Array, [...shape]);
    const outputs = await session.run({ [session.inputNames[0] ?? ""]: tensor });
    return Array.from(outputs[session.outputNames[0] ?? ""]?.data as Float32Array);
  } finally {
    await session.release();
  }
}
