// Cases of kernels that slide windows over images and volumes: convolutions and pools, with their gradients.
import * as tf from "@tensorflow/tfjs";
import type { Dice, RandomCase, RandomCases } from "./dice.js";

type Explicit = [[number, number], [number, number], [number, number], [number, number]];
type Pad = "same" | "valid" | number | Explicit;

interface Plane {
  readonly size: [number, number];
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: Pad;
}

/** Where windows lie on an image: any of "same", "valid" and explicit padding; strides longer than the window too. */
function plane(dice: Dice, leastKernel = 1): Plane {
  const pair = (least: number, most: number): [number, number] => [dice.whole(least, most), dice.whole(least, most)];
  const kernel = pair(leastKernel, 4);
  const isDilated = dice.whole(0, 3) === 0;
  const strides: [number, number] = isDilated ? [1, 1] : pair(1, 4);
  const dilations: [number, number] = isDilated ? pair(1, 3) : [1, 1];
  const reach = kernel.map((k, i) => (k - 1) * (dilations[i] ?? 1) + 1);
  const size = reach.map((length) => Math.max(length, dice.whole(4, 9))) as [number, number];
  const below = (i: number): [number, number] => [
    dice.whole(0, Math.min(2, (reach[i] ?? 1) - 1)),
    dice.whole(0, Math.min(2, (reach[i] ?? 1) - 1)),
  ];
  const pad = dice.pick<Pad>([
    "same",
    "valid",
    Math.min(1, ...reach.map((length) => length - 1)),
    [[0, 0], below(0), below(1), [0, 0]],
  ]);
  return { size, kernel, strides, dilations, pad };
}

function convolution(isDepthwise: boolean): (dice: Dice) => RandomCase {
  return (dice) => {
    const { size, kernel, strides, dilations, pad } = plane(dice);
    const [batch, channels, filters] = [dice.whole(1, 3), dice.whole(1, 4), dice.whole(1, isDepthwise ? 2 : 4)];
    const run = isDepthwise ? tf.depthwiseConv2d : tf.conv2d;
    return {
      f: (x, w) => run(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad as "same", "NHWC", dilations),
      inputs: [dice.floats([batch, ...size, channels]), dice.floats([...kernel, channels, filters], -1, 1)],
    };
  };
}

function fused(isDepthwise: boolean): (dice: Dice) => RandomCase {
  return (dice) => {
    const { size, kernel, strides, dilations, pad } = plane(dice);
    const [batch, channels, filters] = [dice.whole(1, 3), dice.whole(1, 4), dice.whole(1, 3)];
    const width = isDepthwise ? channels * filters : filters;
    const activation = dice.pick(["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu"] as const);
    const run = (isDepthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d) as typeof tf.fused.conv2d;
    return {
      f: (x, filter, bias) =>
        run({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides,
          pad: pad as "same",
          dilations,
          activation,
          leakyreluAlpha: 0.15,
          ...(bias === undefined ? {} : { bias }),
        }),
      inputs: [
        dice.floats([batch, ...size, channels]),
        dice.floats([...kernel, channels, filters], -1, 1),
        ...(dice.coin ? [dice.floats([width])] : []),
      ],
      gradients: [],
    };
  };
}

function volume(dice: Dice) {
  const triple = (least: number, most: number): [number, number, number] => [
    dice.whole(least, most),
    dice.whole(least, most),
    dice.whole(least, most),
  ];
  const isDilated = dice.whole(0, 3) === 0;
  const one: [number, number, number] = [1, 1, 1];
  return {
    size: triple(4, 6),
    kernel: triple(1, 3),
    strides: isDilated ? one : triple(1, 3),
    dilations: isDilated ? triple(1, 2) : one,
    pad: dice.pick(["same", "valid"] as const),
  };
}

function convolution3d(dice: Dice): RandomCase {
  const { size, kernel, strides, dilations, pad } = volume(dice);
  const fits = size.map((length, i) => Math.max(length, ((kernel[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1));
  const [batch, channels, filters] = [dice.whole(1, 2), dice.whole(1, 3), dice.whole(1, 3)];
  return {
    f: (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, strides, pad, "NDHWC", dilations),
    inputs: [dice.floats([batch, ...fits, channels]), dice.floats([...kernel, channels, filters], -1, 1)],
  };
}

function pool(run: typeof tf.maxPool): (dice: Dice) => RandomCase {
  return (dice) => {
    const { kernel, strides, pad } = plane(dice);
    const size = kernel.map((length) => Math.max(length, dice.whole(4, 9)));
    // A padding must be shorter than the window: given for dilated ones, it may be too long here.
    const fits = typeof pad !== "object" || pad.slice(1, 3).every(([a, b], i) => Math.max(a, b) < (kernel[i] ?? 1));
    const isNumber = typeof pad === "number" && pad >= Math.min(...kernel);
    const own = fits && !isNumber ? pad : "same";
    return {
      f: (x) => run(x as tf.Tensor4D, kernel, strides, own as "same", typeof own === "string" ? undefined : "floor"),
      inputs: [dice.floats([dice.whole(1, 3), ...size, dice.whole(1, 4)], -3, 1)],
    };
  };
}

function pool3d(run: typeof tf.maxPool3d): (dice: Dice) => RandomCase {
  return (dice) => {
    const { size, kernel, strides, pad } = volume(dice);
    return {
      f: (x) => run(x as tf.Tensor5D, kernel, strides, pad),
      inputs: [dice.floats([dice.whole(1, 2), ...size, dice.whole(1, 3)], -3, 1)],
    };
  };
}

const [conv2d, depthwise] = [convolution(false), convolution(true)];

export const windows: RandomCases = {
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2d,
  Conv2DBackpropInput: conv2d,
  Conv3D: convolution3d,
  Conv3DBackpropFilterV2: convolution3d,
  Conv3DBackpropInputV2: convolution3d,
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2dNativeBackpropFilter: depthwise,
  DepthwiseConv2dNativeBackpropInput: depthwise,
  FusedConv2D: fused(false),
  FusedDepthwiseConv2D: fused(true),
  MaxPool: pool(tf.maxPool),
  MaxPoolGrad: pool(tf.maxPool),
  MaxPool3D: pool3d(tf.maxPool3d),
  MaxPool3DGrad: pool3d(tf.maxPool3d),
  AvgPool: pool(tf.avgPool),
  AvgPoolGrad: pool(tf.avgPool),
  AvgPool3D: pool3d(tf.avgPool3d),
  AvgPool3DGrad: pool3d(tf.avgPool3d),
};
