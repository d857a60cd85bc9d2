// A transform as part of an ONNX graph: the same numbers as the transform gives in training, for images of one size. Called by onnx.ts.
import { invalid } from "../engine/invalid.js";
import type { ElementType, Graph, Value } from "../engine/jit/graph.js";
import { centerStart } from "../transforms/center-crop.js";
import { FIXED_POINT_BITS, type Interpolation, resizePasses } from "../transforms/resample.js";
import type { Transform, TransformJSON } from "../transforms/transform.js";
import { type PaddingMode, windowPositions } from "../transforms/window.js";

/** [height, width, channels] */
export type ImageShape = readonly [number, number, number];

interface Images {
  readonly value: Value;
  /** Without the batch. */
  readonly shape: ImageShape;
  /** Whether the values are bytes, 0 to 255, or float32. */
  readonly bytes: boolean;
}

type Step = (graph: Graph, images: Images, options: TransformJSON) => Images;

/** @throws unless every step of the transform is one that always does the same */
export function checkExportable(transform: Transform): void {
  for (const { transform: name } of stepsOf(transform.toJSON()))
    if (!Object.hasOwn(steps, name))
      throw invalid("transform", `steps that always do the same (${Object.keys(steps).join(", ")})`, name);
}

/**
 * @param value [batch, height, width, channels], uint8
 * @returns float32 [batch, …], as the transform and then the loader give it
 */
export function transformNodes(graph: Graph, value: Value, shape: ImageShape, transform: Transform): Value {
  let images: Images = { value, shape, bytes: true };
  for (const json of stepsOf(transform.toJSON())) {
    const step = steps[json.transform];
    if (step === undefined) throw invalid("transform", "steps that always do the same", json.transform);
    images = step(graph, images, json);
  }
  return cast(graph, images.value, "float32");
}

/** The shape of what `transformNodes` gives, without the batch. */
export function transformedShape(transform: Transform, [height, width, channels]: ImageShape): ImageShape {
  const values = new Uint8Array(height * width * channels);
  const batch = { values, shape: [1, height, width, channels] as const, labels: new Int32Array(1), classes: 0 };
  const [, ...shape] = transform.transformBatch(batch, new Uint32Array(1)).shape;
  return shape;
}

function stepsOf(json: TransformJSON): TransformJSON[] {
  return json.transform === "compose" ? (json.transforms as TransformJSON[]).flatMap(stepsOf) : [json];
}

const types: Readonly<Record<string, number>> = { float32: 1, uint8: 2, int32: 6, float64: 11 };

function cast(graph: Graph, value: Value, type: ElementType): Value {
  return value.type === type ? value : graph.node("Cast", [value], value.shape, { to: types[type] ?? 1 }, type);
}

const toTensor: Step = (graph, images) => {
  if (!images.bytes) return images;
  const value = cast(graph, images.value, "float32");
  return { ...images, bytes: false, value: graph.node("Div", [value, graph.scalar(255)], value.shape) };
};

const normalize: Step = (graph, images, { mean, std }) => {
  if (images.bytes) throw invalid("transform", "toTensor() before normalize", "bytes");
  const list = (numbers: unknown) => {
    const values = Float32Array.from(numbers as number[]);
    return graph.constant(values, [values.length], "float32");
  };
  const shifted = graph.node("Sub", [images.value, list(mean)], images.value.shape);
  return { ...images, value: graph.node("Div", [shifted, list(std)], shifted.shape) };
};

const resize: Step = (graph, images, { size, interpolation, antialias }) => {
  const [height, width, channels] = images.shape;
  const target = targetSize(size, height, width);
  const passes = resizePasses(
    [height, width],
    target,
    interpolation as Interpolation,
    antialias as boolean,
    images.bytes,
  );
  const batch = images.value.shape[0] ?? 1;
  let value = cast(graph, images.value, "float64");
  let lengths: [number, number] = [height, width];
  for (const { axis, from, to, matrix, round } of passes) {
    // The axis in the middle: [rows before, from, columns behind].
    const inner = axis === 1 ? lengths[1] * channels : channels;
    const outer = axis === 1 ? batch : batch * lengths[0];
    const middle = graph.node("Reshape", [value, graph.integers([-1, from, inner])], [outer, from, inner]);
    const sums =
      round === "fixedPoint"
        ? graph.node(
            "MatMul",
            [graph.constant(matrix, [to, from], "float64"), middle],
            [outer, to, inner],
            {},
            "float64",
          )
        : weighted(graph, middle, matrix, to);
    lengths = axis === 1 ? [to, lengths[1]] : [lengths[0], to];
    const shape = [batch, ...lengths, channels];
    value = rounded(graph, sums, round);
    value = graph.node("Reshape", [value, graph.integers([-1, ...lengths, channels])], shape);
    // Between two passes the values are kept as the transform keeps them.
    if (round === "none") value = cast(graph, cast(graph, value, "float32"), "float64");
  }
  return { ...images, shape: [...target, channels], value: cast(graph, value, images.bytes ? "uint8" : "float32") };
};

/**
 * The same sums as a product of matrices gives, product after product as the transform adds them: what is rounded to the nearest byte
 * must not differ in the last bit. Sums in fixed point are whole numbers, which no order changes.
 */
function weighted(graph: Graph, value: Value, matrix: Float64Array, to: number): Value {
  const [outer = 1, from = 1, inner = 1] = value.shape;
  const taps = Array.from({ length: to }, (_, i) => {
    const row = matrix.subarray(i * from, (i + 1) * from);
    return Array.from(row.keys()).filter((k) => row[k] !== 0);
  });
  const most = Math.max(...taps.map(({ length }) => length));
  let sum: Value | undefined;
  for (let tap = 0; tap < most; tap++) {
    const places = taps.map((own) => own[tap] ?? 0);
    const weights = taps.map((own, i) => {
      const place = own[tap];
      return place === undefined ? 0 : (matrix[i * from + place] ?? 0);
    });
    const picked = graph.node("Gather", [value, graph.integers(places)], [outer, to, inner], { axis: 1 });
    const factors = graph.constant(Float64Array.from(weights), [to, 1], "float64");
    const product = graph.node("Mul", [picked, factors], picked.shape);
    sum = sum === undefined ? product : graph.node("Add", [sum, product], product.shape);
  }
  return sum ?? value;
}

function rounded(graph: Graph, sums: Value, round: "fixedPoint" | "halfToEven" | "none"): Value {
  const number = (value: number) => graph.scalar(value, "float64");
  if (round === "none") return sums;
  if (round === "halfToEven") return graph.node("Round", [sums], sums.shape);
  const whole = graph.node("Add", [sums, number(2 ** (FIXED_POINT_BITS - 1))], sums.shape);
  const shifted = graph.node(
    "Floor",
    [graph.node("Mul", [whole, number(2 ** -FIXED_POINT_BITS)], sums.shape)],
    sums.shape,
  );
  return graph.node("Clip", [shifted, number(0), number(255)], sums.shape);
}

function targetSize(size: unknown, height: number, width: number): [number, number] {
  if (Array.isArray(size)) return [Number(size[0]), Number(size[1])];
  const side = Number(size);
  return height <= width ? [side, Math.trunc((side * width) / height)] : [Math.trunc((side * height) / width), side];
}

const grayscale: Step = (graph, images, { channels }) => {
  const [height, width, given] = images.shape;
  const batch = images.value.shape[0] ?? 1;
  const one = [batch, height, width, 1];
  let value = images.value;
  if (given === 3) value = images.bytes ? byteGray(graph, value, one) : floatGray(graph, value, one);
  if (channels === 3) value = graph.node("Concat", [value, value, value], [batch, height, width, 3], { axis: 3 });
  return { ...images, value, shape: [height, width, Number(channels)] };
};

/** (19595 r + 38470 g + 7471 b + 2¹⁵) >> 16, the arithmetic of byte-colors.ts. */
function byteGray(graph: Graph, value: Value, shape: readonly number[]): Value {
  const weights = graph.constant(Float64Array.of(19595, 38470, 7471), [3, 1], "float64");
  const sums = graph.node("MatMul", [cast(graph, value, "float64"), weights], shape, {}, "float64");
  const half = graph.node("Add", [sums, graph.scalar(0x8000, "float64")], shape);
  const shifted = graph.node("Floor", [graph.node("Mul", [half, graph.scalar(2 ** -16, "float64")], shape)], shape);
  return cast(graph, shifted, "uint8");
}

/** Summed in double precision, as float-colors.ts does. */
function floatGray(graph: Graph, value: Value, shape: readonly number[]): Value {
  const weights = graph.constant(Float64Array.of(0.2989, 0.587, 0.114), [3, 1], "float64");
  return cast(graph, graph.node("MatMul", [cast(graph, value, "float64"), weights], shape, {}, "float64"), "float32");
}

const centerCrop: Step = (graph, images, { size }) => {
  const [height, width] = size as [number, number];
  const corner = [centerStart(images.shape[0], height), centerStart(images.shape[1], width)] as const;
  return window(graph, images, corner, [height, width], 0, "constant");
};

const pad: Step = (graph, images, { padding, fill, paddingMode }) => {
  const [left, top, right, bottom] = padding as [number, number, number, number];
  const [height, width] = images.shape;
  const size = [height + top + bottom, width + left + right] as const;
  return window(graph, images, [-top, -left], size, fill as number, paddingMode as PaddingMode);
};

/** Rows and columns are gathered; those of a constant frame come from one row and one column of the fill that are added. */
function window(
  graph: Graph,
  images: Images,
  corner: readonly [number, number],
  size: readonly [number, number],
  fill: number,
  mode: PaddingMode,
): Images {
  const [, , channels] = images.shape;
  let { value } = images;
  const type = images.value.type;
  for (const [i, axis] of [1, 2].entries()) {
    const full = value.shape[axis] ?? 1;
    const positions = windowPositions(corner[i] ?? 0, size[i] ?? 1, full, mode);
    const outside = positions.includes(-1);
    if (outside) {
      const amounts = [0, 0, 0, 0, 0, 0, 0, 0].map((_, k) => (k === 4 + axis ? 1 : 0));
      const filling = type === "uint8" ? graph.constant(Uint8Array.of(fill), [], "uint8") : graph.scalar(fill, type);
      const grown = value.shape.map((length, k) => (k === axis ? length + 1 : length));
      value = graph.node("Pad", [value, graph.integers(amounts), filling], grown, { mode: "constant" });
    }
    const indices = graph.integers(positions.map((position) => (position < 0 ? full : position)));
    const shape = value.shape.map((length, k) => (k === axis ? (size[i] ?? 1) : length));
    value = graph.node("Gather", [value, indices], shape, { axis });
  }
  return { ...images, value, shape: [size[0], size[1], channels] };
}

const steps: Readonly<Record<string, Step>> = { toTensor, normalize, resize, grayscale, centerCrop, pad };
