// A model as an ONNX file that any runtime reads, checked against the model itself before it is there. Called by users and by deploy.
import * as tf from "@tensorflow/tfjs";
import { writeFileAtomically } from "../engine/atomic-file.js";
import { checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import { encodeModel, opset } from "../engine/jit/onnx-model.js";
import type { PortableInput } from "../engine/jit/portable-graph.js";
import type { Transform } from "../transforms/transform.js";
import { modelGraph, modelInputs } from "./model-graph.js";
import { onnxParity } from "./onnx-parity.js";
import { OnnxReport } from "./onnx-report.js";
import { fewestIndices, type Sample } from "./parity.js";
import { checkExportable, type ImageShape, transformedShape, transformNodes } from "./transform-graph.js";

export interface OnnxOptions {
  /**
   * What images went through in training. It becomes part of the graph, whose input then is uint8 [batch, height, width, channels]; its
   * JSON is kept in the metadata. Only steps that always do the same.
   */
  readonly transform?: Transform;
  /** With `transform`: [height, width, channels] of the images it gets; default: the model's input. */
  readonly imageShape?: readonly [number, number, number];
  /** The model's input without the batch, where the model leaves lengths open. */
  readonly inputShape?: readonly number[];
  /** Kept in the metadata, in the order of the outputs. */
  readonly classNames?: readonly string[];
  /** Real inputs [batch, …] to compare on, besides random ones: as the model takes them, or bytes (int32) with `transform`. */
  readonly samples?: tf.Tensor;
  /** The largest difference between the file's answers and the model's, relative to 1 or to the answer if that is larger; 1e-4. */
  readonly tolerance?: number;
}

const options = {
  transform: true,
  imageShape: true,
  inputShape: true,
  classNames: true,
  samples: true,
  tolerance: true,
} as const;

/**
 * Writes a model as ONNX (opset 18, IR version 9): any batch size, inputs channels last as the model's own. The answers of onnxruntime
 * are compared with those of TensorFlow.js on random inputs and on `samples` before the file appears; a file that was there stays until then.
 *
 * @param model functional or sequential; its weights become part of the file
 * @param file where; missing folders are made
 * @returns bytes, operators and the largest difference; shows them
 * @throws when a layer can't be expressed (its name is said), or the answers differ by more than `tolerance`; then no file is written
 */
export async function onnx(model: tf.LayersModel, file: string, settings: OnnxOptions = {}): Promise<OnnxReport> {
  if (!(model instanceof tf.LayersModel)) throw invalid("model", "a tf.LayersModel", model);
  if (typeof file !== "string" || file === "") throw invalid("file", "a path", file);
  checkOptions("options", settings, Object.keys(options));
  const { transform, classNames, samples, tolerance = 1e-4 } = settings;
  checkNumber("tolerance", tolerance, { least: 0 });
  checkClassNames(classNames, model);
  const own = modelInputs(model, settings.inputShape);
  const imageShape = transform === undefined ? undefined : checkImages(transform, own, settings.imageShape);
  const inputs = own.map((input) => (transform && imageShape ? withTransform(input, transform, imageShape) : input));
  const outputs = model.outputs.length === 1 ? ["output"] : model.outputNames;
  const { graph, axes } = modelGraph(model, inputs, outputs);
  const metadata = {
    "cellgrad.outputs": isProbability(model) ? "probabilities" : "scores",
    ...(transform === undefined ? {} : { "cellgrad.transform": JSON.stringify(transform) }),
    ...(classNames === undefined ? {} : { "cellgrad.classNames": JSON.stringify(classNames) }),
  };
  const bytes = encodeModel(graph, { name: model.name, metadata, axes });
  const sample: Sample = { inputs: own, transform, imageShape, below: fewestIndices(model), given: samples };
  const parity = await onnxParity(model, bytes, outputs, sample);
  if (!(parity.maxDifference <= tolerance))
    throw new Error(
      `invalid export; expected answers within ${tolerance} of the model's: ${parity.maxDifference} (${parity.worst}); nothing was written`,
    );
  await writeFileAtomically(file, bytes);
  const counts: Record<string, number> = {};
  for (const { operator } of graph.live()) counts[operator] = (counts[operator] ?? 0) + 1;
  return new OnnxReport({ file, bytes: bytes.length, opset, operators: counts, parity, metadata });
}

function checkClassNames(names: readonly string[] | undefined, model: tf.LayersModel): void {
  if (names === undefined) return;
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string"))
    throw invalid("classNames", "a list of names", names);
  const classes = model.outputs[0]?.shape.at(-1);
  if (typeof classes === "number" && classes > 1 && classes !== names.length)
    throw invalid("classNames", `${classes} names, one an output of the model`, names.length);
}

function checkImages(
  transform: Transform,
  inputs: readonly PortableInput[],
  given: readonly [number, number, number] | undefined,
): ImageShape {
  if (typeof transform?.toJSON !== "function" || typeof transform.transformBatch !== "function")
    throw invalid("transform", "one of ml.transforms", transform);
  checkExportable(transform);
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1 || (given === undefined && input.shape.length !== 3))
    throw invalid("transform", "a model with one input [height, width, channels]", inputs.length);
  const shape = given ?? ([input.shape[0] ?? 1, input.shape[1] ?? 1, input.shape[2] ?? 1] as const);
  const isShape =
    Array.isArray(shape) && shape.length === 3 && shape.every((length) => Number.isInteger(length) && length > 0);
  if (!isShape) throw invalid("imageShape", "[height, width, channels]", given);
  const made = transformedShape(transform, shape);
  if (made.join() !== input.shape.join())
    throw invalid("imageShape", `images that the transform makes [${input.shape.join(", ")}]`, `[${made.join(", ")}]`);
  return shape;
}

function withTransform(input: PortableInput, transform: Transform, shape: ImageShape): PortableInput {
  return {
    ...input,
    before: { shape, type: "uint8", nodes: (graph, value) => transformNodes(graph, value, shape, transform) },
  };
}

/** Whether the model's last layer already makes probabilities. */
function isProbability(model: tf.LayersModel): boolean {
  const activation = model.layers.at(-1)?.getConfig().activation;
  return activation === "softmax" || activation === "sigmoid";
}
