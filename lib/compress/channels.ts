// What becomes of each layer when channels are taken out of a chain: which of its own it keeps, and the parts of its weights that go with
// them. Called by prune.ts.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import type { LayerCopy } from "./copied-model.js";

/** Indices along the last axis of what a layer gives, ascending; undefined: all. */
export type Kept = readonly number[] | undefined;

interface Step {
  readonly copy: LayerCopy;
  readonly kept: Kept;
}

/** @param keep how many of a layer's own channels stay, or undefined where all must (the last layer) */
type Rule = (layer: tf.layers.Layer, before: Kept, keep: ((count: number) => number) | undefined) => Step;

/** Channels with the largest sum of |w| stay (Li et al., "Pruning Filters for Efficient ConvNets", 2017). */
function strongest(kernel: tf.Tensor, count: number): number[] {
  const sums = tf.tidy(() => {
    const axes = Array.from({ length: kernel.rank - 1 }, (_, axis) => axis);
    return Array.from(kernel.abs().sum(axes).dataSync());
  });
  const order = sums.map((sum, i) => [sum, i] as const).toSorted(([a, i], [b, j]) => b - a || i - j);
  return order
    .slice(0, count)
    .map(([, i]) => i)
    .toSorted((a, b) => a - b);
}

function part(tensor: tf.Tensor, kept: Kept, axis: number): tf.Tensor {
  return kept === undefined ? tensor : tensor.gather(tf.tensor1d([...kept], "int32"), axis);
}

const weighted =
  (size: "units" | "filters"): Rule =>
  (layer, before, keep) => {
    const [kernel, bias] = layer.getWeights();
    if (kernel === undefined) throw invalid("model", "layers with weights", layer.name);
    const narrowed = part(kernel, before, kernel.rank - 2);
    const outputs = kernel.shape.at(-1) ?? 1;
    const count = keep?.(outputs);
    const kept = count === undefined || count === outputs ? undefined : strongest(narrowed, count);
    const weights = [part(narrowed, kept, kernel.rank - 1), ...(bias ? [part(bias, kept, 0)] : [])];
    return { copy: { layer, changes: { [size]: kept?.length ?? outputs }, weights }, kept };
  };

const separable: Rule = (layer, before, keep) => {
  const [depthwise, pointwise, bias] = layer.getWeights();
  if (!depthwise || !pointwise) throw invalid("model", "layers with weights", layer.name);
  const narrowed = part(pointwise, multiplied(before, depthwise.shape.at(-1) ?? 1), 2);
  const filters = pointwise.shape.at(-1) ?? 1;
  const count = keep?.(filters);
  const kept = count === undefined || count === filters ? undefined : strongest(narrowed, count);
  const weights = [part(depthwise, before, 2), part(narrowed, kept, 3), ...(bias ? [part(bias, kept, 0)] : [])];
  return { copy: { layer, changes: { filters: kept?.length ?? filters }, weights }, kept };
};

/** Each channel becomes `multiplier` neighbouring ones. */
function multiplied(kept: Kept, multiplier: number): Kept {
  return kept?.flatMap((channel) => Array.from({ length: multiplier }, (_, k) => channel * multiplier + k));
}

const depthwise: Rule = (layer, before) => {
  const [kernel, bias] = layer.getWeights();
  if (kernel === undefined) throw invalid("model", "layers with weights", layer.name);
  const kept = multiplied(before, kernel.shape.at(-1) ?? 1);
  return {
    copy: { layer, changes: {}, weights: [part(kernel, before, 2), ...(bias ? [part(bias, kept, 0)] : [])] },
    kept,
  };
};

/** gamma, beta and the moving averages: one number a channel. */
const normalization: Rule = (layer, before) => {
  const weights = layer.getWeights().map((weight) => part(weight, before, 0));
  return { copy: { layer, changes: {}, weights }, kept: before };
};

/** [height, width, channels] in a row: the places of the channels that are left. */
const flatten: Rule = (layer, before) => {
  const [input]: tf.SymbolicTensor[] = [layer.input].flat();
  const lengths = (input?.shape ?? []).slice(1).map(Number);
  const channels = lengths.at(-1) ?? 1;
  const places = lengths.slice(0, -1).reduce((product, length) => product * length, 1);
  const kept =
    before && Array.from({ length: places }, (_, place) => before.map((channel) => place * channels + channel)).flat();
  return { copy: { layer, changes: {}, weights: [] }, kept };
};

const unchanged: Rule = (layer, before) => ({ copy: { layer, changes: {}, weights: [] }, kept: before });

const rules: Readonly<Record<string, Rule>> = {
  Dense: weighted("units"),
  Conv1D: weighted("filters"),
  Conv2D: weighted("filters"),
  Conv3D: weighted("filters"),
  SeparableConv2D: separable,
  DepthwiseConv2D: depthwise,
  BatchNormalization: normalization,
  Flatten: flatten,
  ...Object.fromEntries(
    [
      ...["Activation", "ReLU", "LeakyReLU", "ELU", "Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise"],
      ...["MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D"],
      ...["GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D"],
      ...["ZeroPadding2D", "UpSampling2D", "Softmax"],
    ].map((name) => [name, unchanged]),
  ),
};

/** Whether the layer has channels of its own that may be taken out. */
export function hasOwnChannels(layer: tf.layers.Layer): boolean {
  const name = layer.getClassName();
  return name === "Dense" || name === "SeparableConv2D" || /^Conv[123]D$/.test(name);
}

/** @throws for a layer behind which channels can't be told apart any more, naming it */
export function narrow(layer: tf.layers.Layer, before: Kept, keep: ((count: number) => number) | undefined): Step {
  const rule = rules[layer.getClassName()];
  if (rule === undefined)
    throw invalid(
      `layer ${layer.name}`,
      `one of ${Object.keys(rules).join(", ")} for structured pruning`,
      layer.getClassName(),
    );
  return rule(layer, before, keep);
}
