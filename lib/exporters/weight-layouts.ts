// How the weights of a layer are named and laid out in PyTorch's state_dict, and in Keras. Used by safetensors.ts.
import type * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import { inverse, rearrange } from "../engine/jit/axis-order.js";

type Values = Float32Array | Int32Array | Uint8Array;

/** One weight of a layer as PyTorch keeps it. */
export interface TorchWeight {
  /** Of the module's parameter, as in "conv1.weight". */
  readonly suffix: string;
  /** In PyTorch. */
  readonly shape: readonly number[];
  toTorch(values: Values): Values;
  fromTorch(values: Values): Values;
}

function transposed(values: Values, shape: readonly number[], order: readonly number[]): Values {
  const result = values.slice();
  rearrange(values, shape, order, result);
  return result;
}

function permuted(
  suffix: string,
  shape: readonly number[],
  order: readonly number[],
  view?: readonly number[],
): TorchWeight {
  const target = order.map((axis) => shape[axis] ?? 1);
  return {
    suffix,
    shape: view ?? target,
    toTorch: (values) => transposed(values, shape, order),
    fromTorch: (values) => transposed(values, target, inverse(order)),
  };
}

function same(suffix: string, shape: readonly number[]): TorchWeight {
  return permuted(
    suffix,
    shape,
    shape.map((_, axis) => axis),
  );
}

type Layout = (
  shapes: readonly (readonly number[])[],
  layer: tf.layers.Layer,
  flattened: readonly number[] | undefined,
) => TorchWeight[];

const withBias =
  (kernel: (shape: readonly number[], flattened: readonly number[] | undefined) => TorchWeight): Layout =>
  ([first = [], second], _, flattened) => [kernel(first, flattened), ...(second ? [same("bias", second)] : [])];

/** [in, out] → [out, in]; behind a Flatten of [height, width, channels], PyTorch counts channels first. */
const dense = withBias((shape, flattened) => {
  const [inputs = 1, outputs = 1] = shape;
  const long = flattened?.filter((length) => length > 1) ?? [];
  if (flattened === undefined || long.length < 2) return permuted("weight", shape, [1, 0]);
  const whole = [...flattened, outputs];
  const channels = flattened.length - 1;
  const order = [whole.length - 1, channels, ...flattened.slice(0, -1).keys()];
  return permuted("weight", whole, order, [outputs, inputs]);
});

/** [...window, in, out] → [out, in, ...window] */
const convolution = withBias((shape) => {
  const rank = shape.length - 2;
  return permuted("weight", shape, [rank + 1, rank, ...Array.from({ length: rank }, (_, axis) => axis)]);
});

/** [height, width, in, multiplier] → [in · multiplier, 1, height, width] */
const depthwise = withBias((shape) => {
  const [height = 1, width = 1, inputs = 1, multiplier = 1] = shape;
  return permuted("weight", shape, [2, 3, 0, 1], [inputs * multiplier, 1, height, width]);
});

/** [...window, out, in] → [in, out, ...window] */
const transposedConvolution = convolution;

const batchNormalization: Layout = (shapes, layer) => {
  const { scale = true, center = true } = layer.getConfig() as { scale?: boolean; center?: boolean };
  const suffixes = [...(scale ? ["weight"] : []), ...(center ? ["bias"] : []), "running_mean", "running_var"];
  return shapes.map((shape, i) => same(suffixes[i] ?? "", shape));
};

const named =
  (...suffixes: string[]): Layout =>
  (shapes) =>
    shapes.map((shape, i) => same(suffixes[i] ?? "", shape));

const layouts: Readonly<Record<string, Layout>> = {
  Dense: dense,
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  DepthwiseConv2D: depthwise,
  Conv2DTranspose: transposedConvolution,
  Conv3DTranspose: transposedConvolution,
  BatchNormalization: batchNormalization,
  LayerNormalization: named("weight", "bias"),
  Embedding: named("weight"),
};

/**
 * The weights of a layer, in its own order, as PyTorch has them.
 * @param flattened what a Flatten before the layer got, without the batch
 * @throws for a layer that PyTorch computes otherwise
 */
export function torchWeights(layer: tf.layers.Layer, flattened: readonly number[] | undefined): TorchWeight[] {
  const make = layouts[layer.getClassName()];
  const shapes = layer.weights.map(({ shape }) => shape.map(Number));
  if (make === undefined)
    throw invalid(
      `layer ${layer.name}`,
      `one whose weights PyTorch keeps too (${Object.keys(layouts).join(", ")})`,
      layer.getClassName(),
    );
  return make(shapes, layer, flattened);
}

/** What the Flatten before each layer got, through layers that change no positions; by the name of the layer behind it. */
export function flattenedShapes(model: tf.LayersModel): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const layer of model.layers) {
    let before: tf.layers.Layer | undefined = layer;
    for (;;) {
      const inputs: tf.SymbolicTensor[] = [before?.input ?? []].flat();
      const [input] = inputs;
      before = inputs.length === 1 ? input?.sourceLayer : undefined;
      const name = before?.getClassName();
      if (name === "Flatten") {
        const [source] = [before?.input ?? []].flat();
        found.set(layer.name, (source?.shape ?? []).slice(1).map(Number));
        break;
      }
      if (name === undefined || !inPlace.has(name)) break;
    }
  }
  return found;
}

const inPlace = new Set([
  "Activation",
  "ReLU",
  "LeakyReLU",
  "ELU",
  "Dropout",
  "GaussianNoise",
  "GaussianDropout",
  "AlphaDropout",
]);
