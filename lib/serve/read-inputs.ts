// Requests as inputs of a model: pictures decoded, lists of numbers checked, the transform applied where the graph has none. Called by
// predict-route.ts and mirror.ts.

import type { InputItem, NestedNumbers } from "./messages.js";
import type { InputRule, InputType } from "./model-file.js";
import type { Numbers } from "./model-worker.js";
import type { UploadedFile } from "./multipart.js";
import { decodePicture, type PictureRule } from "./picture.js";
import { RequestFailure } from "./request-failure.js";

/** What a request brought, before and after the transform that is applied here. */
export interface ReadInput {
  /** As the request brought it, of the rule's shape. */
  readonly given: Numbers;
  /** As the model takes it. */
  readonly values: Numbers;
}

/** @throws RequestFailure when the file is no picture of the rule, or the model takes none */
export async function readFile(
  file: UploadedFile,
  i: number,
  rule: InputRule,
  pictures: PictureRule,
): Promise<ReadInput> {
  const name = `file ${i}`;
  return transformGiven(name, await pictureOf(name, file.bytes, rule, pictures), rule);
}

/** @throws RequestFailure when the item is no input of the rule */
export async function readItem(item: InputItem, i: number, rule: InputRule, pictures: PictureRule): Promise<ReadInput> {
  const name = `inputs[${i}]`;
  if ("image" in item)
    return transformGiven(name, await pictureOf(name, decoded(`${name}.image`, item.image), rule, pictures), rule);
  if ("bytes" in item)
    return transformGiven(name, numbersIn(`${name}.bytes`, decoded(`${name}.bytes`, item.bytes), rule), rule);
  const values = emptyValues(rule.type, sizeOf(rule.shape));
  fill(name, item, rule, values, 0, 0);
  return transformGiven(name, values, rule);
}

async function pictureOf(name: string, file: Uint8Array, rule: InputRule, pictures: PictureRule): Promise<Uint8Array> {
  if (!rule.isImage)
    throw new RequestFailure(
      415,
      name,
      `${rule.type} numbers [${rule.shape.join(", ")}] as JSON (the model was served without a transform for pictures)`,
      "a file",
    );
  return decodePicture(name, file, { ...pictures, shape: rule.shape });
}

function decoded(name: string, text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  // Buffer skips what is not base64.
  if (bytes.length === 0 || bytes.length !== Math.floor((text.replace(/=+$/, "").length * 3) / 4))
    throw new RequestFailure(422, name, "base64", text);
  return bytes;
}

function numbersIn(name: string, bytes: Buffer, { type, shape }: InputRule): Numbers {
  const values = emptyValues(type, sizeOf(shape));
  if (bytes.length !== values.byteLength)
    throw new RequestFailure(422, name, `${values.byteLength} bytes (${type} [${shape.join(", ")}])`, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < values.length; i++)
    values[i] =
      type === "uint8"
        ? view.getUint8(i)
        : type === "int32"
          ? view.getInt32(4 * i, true)
          : view.getFloat32(4 * i, true);
  if (!values.every(Number.isFinite)) throw new RequestFailure(422, name, "finite numbers", "others");
  return values;
}

/** Depth first; the depth is that of the shape, whatever the request's lists are. */
function fill(name: string, list: unknown, rule: InputRule, into: Numbers, start: number, axis: number): void {
  const { shape, type } = rule;
  const length = shape[axis] ?? 0;
  if (!Array.isArray(list) || list.length !== length)
    throw new RequestFailure(
      422,
      name,
      `numbers in lists [${shape.join(", ")}]`,
      Array.isArray(list) ? `${list.length} where ${length} belong` : list,
    );
  const values: NestedNumbers = list;
  let stride = 1;
  for (let inner = axis + 1; inner < shape.length; inner++) stride *= shape[inner] ?? 1;
  const isLast = axis + 1 === shape.length;
  // Not by an iterator: this is most of what a JSON request takes.
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (!isLast) fill(name, value, rule, into, start + i * stride, axis + 1);
    else if (isValue(value, type)) into[start + i] = value;
    else throw new RequestFailure(422, name, ruleOf[type], value);
  }
}

const ruleOf: Readonly<Record<InputType, string>> = {
  uint8: "whole numbers from 0 to 255",
  int32: "whole numbers of 32 bits",
  float32: "finite numbers (in float32)",
};

function isValue(value: unknown, type: InputType): value is number {
  if (typeof value !== "number") return false;
  if (type === "uint8") return Number.isInteger(value) && value >= 0 && value <= 255;
  return type === "int32" ? value === (value | 0) : Number.isFinite(Math.fround(value));
}

/** @throws RequestFailure when the rule's transform makes something else of it than the model takes */
export function transformGiven(name: string, given: Numbers, { transform, shape, modelShape }: InputRule): ReadInput {
  if (transform === undefined) return { given, values: given };
  const [height = 1, width = 1, channels = 1] = shape;
  // A transform may write over what it gets.
  const values = Uint8Array.from(given);
  const batch = { values, shape: [1, height, width, channels] as const, labels: new Int32Array(1), classes: 0 };
  const made = transform.transformBatch(batch, new Uint32Array(1));
  if (made.shape.slice(1).join() !== modelShape.join())
    throw new RequestFailure(422, name, `images that become [${modelShape.join(", ")}]`, made.shape.slice(1));
  return { given, values: Float32Array.from(made.values) };
}

function emptyValues(type: InputType, size: number): Numbers {
  return type === "uint8" ? new Uint8Array(size) : type === "int32" ? new Int32Array(size) : new Float32Array(size);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
