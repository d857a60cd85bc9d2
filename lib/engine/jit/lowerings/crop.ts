// Lowering of image.cropAndResize for boxes that are known when the step is recorded, as those of the centerCrop layer are: products with
// a matrix for the rows and one for the columns of each box, as for resizing (resize.ts). tfjs has no gradient of it.
import { type Emitter, type Lowered, type Lowering, NotLowerable } from "../emitter.js";
import { sizeOf, type Value } from "../graph.js";
import { numberOf, numbersOf, outputOf } from "./call.js";

type Method = "bilinear" | "nearest";

/** The elements of a tensor that was a constant of the recording. */
function known(emit: Emitter, { value, shape, order }: Lowered, what: string): readonly number[] {
  const elements = Array.from(emit.graph.constants.get(value) ?? [], Number);
  const size = sizeOf(shape);
  const [first] = elements;
  if (elements.length === 1 && first !== undefined) return new Array<number>(size).fill(first);
  if (elements.length !== size || order.some((axis, position) => axis !== position))
    throw new NotLowerable(`CropAndResize with ${what} that are computed`);
  return elements;
}

/** [to, from]: what each row of the crop takes from the image; in float32 as tfjs computes it. A row outside takes nothing. */
function weights(start: number, end: number, from: number, to: number, method: Method): number[] {
  const { fround } = Math;
  const matrix = new Array<number>(to * from).fill(0);
  const scale = to > 1 ? fround(fround(fround(end - start) * (from - 1)) / (to - 1)) : 0;
  for (let i = 0; i < to; i++) {
    const at =
      to > 1 ? fround(fround(start * (from - 1)) + fround(i * scale)) : fround(0.5 * fround(start + end)) * (from - 1);
    if (at < 0 || at > from - 1) continue;
    const [low, high] = method === "nearest" ? [Math.round(at), Math.round(at)] : [Math.floor(at), Math.ceil(at)];
    const share = method === "nearest" ? 0 : fround(at - low);
    matrix[i * from + low] = (matrix[i * from + low] ?? 0) + (1 - share);
    matrix[i * from + high] = (matrix[i * from + high] ?? 0) + share;
  }
  return matrix;
}

const cropAndResize: Lowering = (call, emit) => {
  if (numberOf(call, "extrapolationValue", 0) !== 0) throw new NotLowerable("CropAndResize with an extrapolationValue");
  const method: Method = call.attributes.method === "nearest" ? "nearest" : "bilinear";
  const [cropHeight = 1, cropWidth = 1] = numbersOf(call, "cropSize");
  const output = outputOf(call);
  const count = output.shape[0] ?? 0;
  const order = [0, 3, 1, 2];
  const images = emit.full(emit.typed(emit.input(call, "image"), "float32"), order);
  const [batch = 1, channels = 1, height = 1, width = 1] = images.shape;
  const boxes = known(emit, emit.input(call, "boxes"), "boxes");
  const owners = known(emit, emit.input(call, "boxInd"), "boxInd");
  if (owners.some((owner) => !(owner >= 0 && owner < batch)))
    throw new NotLowerable("CropAndResize of an image that is not there");
  const matrices = (first: 0 | 1, from: number, to: number): number[][] =>
    Array.from({ length: count }, (_, i) =>
      weights(boxes[4 * i + first] ?? 0, boxes[4 * i + first + 2] ?? 0, from, to, method),
    );
  /** One matrix where all boxes are the same, as for a batch that is cut in its middle. */
  const constant = (all: readonly number[][], from: number, to: number): Value => {
    const isSame = all.every((matrix) => matrix.join() === all[0]?.join());
    const shape = isSame ? [to, from] : [count, 1, to, from];
    return emit.graph.constant(Float32Array.from(isSame ? (all[0] ?? []) : all.flat()), shape, "float32");
  };
  const rows = constant(matrices(0, height, cropHeight), height, cropHeight);
  const columns = constant(matrices(1, width, cropWidth), width, cropWidth);
  const inOrder = count === batch && owners.every((owner, i) => owner === i);
  const picked = inOrder
    ? images
    : emit.graph.node(
        "Gather",
        [images, emit.graph.constant(Int32Array.from(owners), [count], "int32")],
        [count, channels, height, width],
        { axis: 0 },
      );
  const turned = columns.shape.length === 2 ? emit.transpose(columns, [1, 0]) : emit.transpose(columns, [0, 1, 3, 2]);
  const wide = emit.graph.node("MatMul", [picked, turned], [count, channels, height, cropWidth]);
  const value = emit.graph.node("MatMul", [rows, wide], [count, channels, cropHeight, cropWidth]);
  return { value, shape: output.shape, order };
};

export const crops: Readonly<Record<string, Lowering>> = { CropAndResize: cropAndResize };
