// Every convolution, over the grid of strides, paddings, dilations, kernel sizes, odd sizes and batches: the gradients
// of the running backend against finite differences. (Values: convolution-values.test.ts.)

import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { assertGradients, distinct } from "./finite-differences.js";

type Padding = "same" | "valid" | [[number, number], [number, number], [number, number], [number, number]];

const EXPLICIT: Padding = [
  [0, 0],
  [2, 1],
  [0, 3],
  [0, 0],
];
const PADDINGS: readonly (readonly [string, Padding])[] = [
  ["same", "same"],
  ["valid", "valid"],
  ["explicit", EXPLICIT],
];

interface Geometry {
  readonly kernel: [number, number];
  readonly stride: [number, number];
  readonly dilation: [number, number];
  readonly pad: Padding;
  readonly size: [number, number];
  readonly batch: number;
}

function* geometries(): Generator<readonly [string, Geometry]> {
  let i = 0;
  for (const [name, pad] of PADDINGS) {
    for (let k = 1; k <= 5; k++) {
      for (let s = 1; s <= 3; s++) {
        for (let d = 1; d <= (s === 1 && k > 1 ? 3 : 1); d++) {
          i++;
          const kernel: [number, number] = i % 3 === 0 ? [k, Math.max(1, k - 1)] : [k, k];
          const stride: [number, number] = i % 4 === 0 ? [s, 1] : [s, s];
          const reach = (k - 1) * d + 1;
          const size: [number, number] = [Math.max(7, reach), Math.max(9 - (i % 2), reach)];
          const batch = 1 + (i % 2);
          yield [
            `${name} kernel ${kernel} stride ${stride} dilation ${d} size ${size} batch ${batch}`,
            { kernel, stride, dilation: [d, d], pad, size, batch },
          ];
        }
      }
    }
  }
}

describe("gradients of convolutions", () => {
  before(() => ready());
  for (const [name, { kernel, stride, dilation, pad, size, batch }] of geometries()) {
    it(`conv2d ${name}`, () => {
      tf.tidy(() =>
        assertGradients(
          (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad, "NHWC", dilation),
          [distinct([batch, ...size, 3], 1), distinct([...kernel, 3, 4], 2)],
          { directions: 1 },
        ),
      );
    });
    it(`depthwiseConv2d ${name}`, () => {
      // TensorFlow's own depthwise convolution takes one stride for both axes.
      const strides = tf.getBackend() === "tensorflow" ? stride[0] : stride;
      const multiplier = 1 + (size[1] % 2);
      tf.tidy(() =>
        assertGradients(
          (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", dilation),
          [distinct([batch, ...size, 3], 3), distinct([...kernel, 3, multiplier], 4)],
          { directions: 1 },
        ),
      );
    });
  }
});
