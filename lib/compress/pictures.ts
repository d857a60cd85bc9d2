// What a file is given that has the transform within: pictures, as the server gives them. Called by quantize.ts.
import type { decodeOnnx } from "../exporters/onnx-file.js";
import { resize } from "../transforms/index.js";

/** Of a loader what is read here: compress may not import data. */
interface TransformingLoader {
  readonly transform: object | undefined;
  readonly dataset: { readonly shape: readonly number[] };
  withTransform(transform?: object): unknown;
}

/** As TensorProto names the type of bytes. */
const uint8 = 2;

/**
 * A loader's pictures before its transform, where the file takes pictures: what the transform makes of them would be taken for pixels. They have
 * the size that the file takes. Anything else is what it was.
 */
export function asTheFileTakes(given: unknown, { input }: ReturnType<typeof decodeOnnx>["graph"]): unknown {
  const type = input[0]?.type?.tensorType;
  if (type?.elemType !== uint8 || !isLoader(given) || given.transform === undefined) return given;
  const [height = 0, width = 0] = (type.shape?.dim ?? []).slice(1).map(({ dimValue }) => Number(dimValue));
  const isAsLarge = given.dataset.shape[0] === height && given.dataset.shape[1] === width;
  return isAsLarge ? given.withTransform() : given.withTransform(resize([height, width]));
}

function isLoader(given: unknown): given is TransformingLoader {
  return typeof (given as Partial<TransformingLoader> | null)?.withTransform === "function";
}
