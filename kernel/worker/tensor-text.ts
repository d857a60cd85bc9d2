// A TensorFlow.js tensor as short text: type, shape and the first values. The library shows more where it is asked to.
import { inspect } from "node:util";
import { className, read } from "./safe-read.js";

/** Tensors of up to so many values are shown whole. */
const shownWhole = 200;
const shownFirst = 6;

interface Tensor {
  shape: number[];
  dtype: string;
  size: number;
  isDisposed: boolean;
  arraySync(): unknown;
  flatten(): Tensor;
  slice(begin: number, size: number): Tensor;
  dispose(): void;
}

export function isTensor(value: unknown): value is Tensor {
  if (typeof value !== "object" || value === null) return false;
  const name = className(value);
  if (name !== "Tensor" && name !== "Variable") return false;
  return Array.isArray(read(value, "shape")) && typeof read(value, "dtype") === "string" && "dataId" in value;
}

export function tensorText(tensor: Tensor): string {
  const head = `${className(tensor)} ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return `${head} (disposed)`;
  try {
    if (tensor.size <= shownWhole) return `${head} ${values(tensor.arraySync())}`;
    const flat = tensor.flatten();
    const first = flat.slice(0, shownFirst);
    const text = values(first.arraySync()).replace(/\s*\]$/, ", …]");
    flat.dispose();
    first.dispose();
    return `${head} ${text}`;
  } catch (error) {
    return `${head} (its values can't be read: ${String(read(error, "message"))})`;
  }
}

function values(data: unknown): string {
  return inspect(rounded(data), { depth: null, maxArrayLength: null, breakLength: 80, compact: 6 });
}

/** float32 values carry about seven digits; more would be noise. */
function rounded(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(rounded);
  return typeof data === "number" && !Number.isInteger(data) ? Number(data.toPrecision(6)) : data;
}
