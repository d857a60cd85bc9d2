// What a model file takes and answers, as the server needs it: read from the file's own metadata and from what onnxruntime says, and
// refused where the server could not serve it. Called by served-model.ts.
import { invalid } from "../engine/invalid.js";
import { fromJSON } from "../transforms/from-json.js";
import type { Transform } from "../transforms/transform.js";
import type { Signature } from "./model-worker.js";

export type InputType = "uint8" | "int32" | "float32";
/** "scores" become probabilities by softmax; "values" are answered as they are. */
export type OutputKind = "probabilities" | "scores" | "values";

/** What is read of a request, and what is made of it. */
export interface InputRule {
  /** The type of what requests bring: bytes where there is a transform. */
  readonly type: InputType;
  /** Of what requests bring, without the batch. */
  readonly shape: readonly number[];
  /** Whether pictures can be this input. */
  readonly isImage: boolean;
  /** Applied here, where it is not part of the graph. */
  readonly transform: Transform | undefined;
  /** As the model takes it. */
  readonly modelType: InputType;
  readonly modelShape: readonly number[];
}

export interface ModelRules {
  readonly input: InputRule;
  readonly outputs: OutputKind;
  /** How many numbers the model answers for an input. */
  readonly classes: number;
  readonly labels: readonly string[];
  /** The most inputs at once: 1 where the model is made for single ones. */
  readonly largestBatch: number;
}

export interface RuleSettings {
  readonly transform: Transform | undefined;
  readonly imageShape: readonly [number, number, number] | undefined;
  readonly classNames: readonly string[] | undefined;
  readonly outputs: OutputKind | undefined;
}

/** @throws when the model has several inputs or outputs, or ones of open lengths or of other types */
export function modelRules(
  metadata: Readonly<Record<string, string>>,
  inputs: readonly Signature[],
  outputs: readonly Signature[],
  settings: RuleSettings,
): ModelRules {
  const [input, secondInput] = inputs;
  const [output, secondOutput] = outputs;
  if (!input || secondInput) throw invalid("model", "a model with one input", inputs.length);
  if (!output || secondOutput) throw invalid("model", "a model with one output", outputs.length);
  const { type } = input;
  if (type !== "uint8" && type !== "int32" && type !== "float32")
    throw invalid("model", "an input of uint8, int32 or float32", type);
  if (output.type !== "float32" && output.type !== "float64")
    throw invalid("model", "an output of float32", output.type);
  const [batch, ...lengths] = input.shape;
  const shape = lengths.map((length) => {
    if (typeof length !== "number")
      throw invalid("model", "an input whose lengths are known, but the batch", input.shape);
    return length;
  });
  if (batch === undefined || shape.length === 0 || (typeof batch === "number" && batch !== 1))
    throw invalid("model", "an input [batch, …] of any batch", input.shape);
  const [, classes] = output.shape;
  if (output.shape.length !== 2 || typeof classes !== "number")
    throw invalid("model", "an output [batch, classes]", output.shape);
  const kind = settings.outputs ?? outputsIn(metadata, classes);
  return {
    input: inputRule(type, shape, metadata, settings),
    outputs: kind,
    classes,
    labels: labelsOf(metadata, settings.classNames, classes === 1 ? 2 : classes),
    largestBatch: batch === 1 ? 1 : Number.POSITIVE_INFINITY,
  };
}

function outputsIn(metadata: Readonly<Record<string, string>>, classes: number): OutputKind {
  const said = metadata["cellgrad.outputs"];
  if (said === "probabilities") return said;
  return classes === 1 ? "values" : "scores";
}

function labelsOf(
  metadata: Readonly<Record<string, string>>,
  given: readonly string[] | undefined,
  classes: number,
): string[] {
  const names: unknown = given ?? parsed(metadata["cellgrad.classNames"]);
  if (names === undefined) return Array.from({ length: classes }, (_, i) => String(i));
  if (!Array.isArray(names) || names.length !== classes || names.some((name) => typeof name !== "string"))
    throw invalid("classNames", `${classes} names, one a class`, names);
  return [...(names as string[])];
}

function inputRule(
  modelType: InputType,
  modelShape: readonly number[],
  metadata: Readonly<Record<string, string>>,
  { transform: given, imageShape }: RuleSettings,
): InputRule {
  // A graph that takes bytes has its transform inside.
  const kept = modelType === "uint8" ? undefined : metadata["cellgrad.transform"];
  const transform = given ?? (kept === undefined ? undefined : fromJSON(kept));
  const isImage = modelShape.length === 3 && [1, 3].includes(modelShape[2] ?? 0);
  if (transform === undefined) {
    if (imageShape !== undefined)
      throw invalid("imageShape", "a transform that makes the model's input of it", imageShape);
    return {
      type: modelType,
      shape: modelShape,
      isImage: isImage && modelType === "uint8",
      transform,
      modelType,
      modelShape,
    };
  }
  if (modelType !== "float32")
    throw invalid("transform", "none where the model takes bytes: its own is part of it", modelType);
  if (transform.random) throw invalid("transform", "one that always does the same", transform.name);
  const shape = imageShape ?? modelShape;
  const made = shape.length === 3 ? madeOf(transform, shape) : undefined;
  if (made?.join() !== modelShape.join())
    throw invalid(
      imageShape === undefined ? "transform" : "imageShape",
      `images that the transform makes [${modelShape.join(", ")}]${imageShape === undefined ? " (say imageShape)" : ""}`,
      made,
    );
  return { type: "uint8", shape, isImage: [1, 3].includes(shape[2] ?? 0), transform, modelType, modelShape };
}

function madeOf(transform: Transform, [height = 1, width = 1, channels = 1]: readonly number[]): readonly number[] {
  const values = new Uint8Array(height * width * channels);
  const batch = { values, shape: [1, height, width, channels] as const, labels: new Int32Array(1), classes: 0 };
  const made = transform.transformBatch(batch, new Uint32Array(1));
  return made.shape.slice(1);
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
