// The values of every convolution and pool on the running backend, against sums written out: filters of 1 to 5, strides of 1 to 4 (longer
// than the filter too), sizes of 5 to 12, all kinds of padding.
import * as assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { distinct } from "./finite-differences.js";
import { type Pad, plainConvolution, plainPool, windowsOf } from "./plain-windows.js";

const PADS: readonly Pad[] = [
  "same",
  "valid",
  [
    [1, 2],
    [0, 1],
  ],
];

/** tfjs takes a list too, though the types of its fused convolutions don't say so. */
function forTensorFlow(pad: Pad): "same" | "valid" {
  if (typeof pad === "string") return pad as "same" | "valid";
  const [[top, bottom] = [0, 0], [left, right] = [0, 0]] = pad;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ] as unknown as "same";
}

function assertValues(found: tf.Tensor, expected: Float64Array, what: string): void {
  const values = found.dataSync();
  assert.equal(values.length, expected.length, what);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(value - (values[i] ?? Number.NaN)) < 1e-4, `${what}, [${i}]: ${values[i]}, its sum ${value}`);
}

/** Image sizes: every length from 5 to 12, one square and one not. */
const SIZES = [5, 6, 7, 8, 9, 10, 11, 12].flatMap((length, i) => [
  [length, length] as const,
  [length, 5 + ((3 * i) % 8)] as const,
]);

describe("values of convolutions and pools", () => {
  before(() => ready());

  for (let k = 1; k <= 5; k++)
    for (let s = 1; s <= 4; s++)
      it(`convolutions: filter ${k}, stride ${s}`, () => {
        for (const [index, size] of SIZES.entries())
          for (const pad of PADS)
            for (const d of s === 1 && index % 4 === 0 ? [1, 2] : [1]) {
              const kernel = [k, index % 3 === 2 ? Math.max(1, k - 1) : k] as const;
              const windows = windowsOf(size, kernel, [s, s], [d, d], pad);
              if (windows.outputs.some((count) => count < 1)) continue;
              const shape = [1 + (index % 2), ...size, 2];
              const what = `[${shape.join()}] ${JSON.stringify(pad)} dilation ${d}`;
              tf.tidy(() => {
                const x = distinct(shape, 1) as tf.Tensor4D;
                const filter = distinct([...kernel, 2, 3], 2) as tf.Tensor4D;
                const sum = (depthwise: boolean): Float64Array =>
                  plainConvolution(x.dataSync(), shape, filter.dataSync(), 3, windows, depthwise);
                const options = { x, filter, strides: s, pad: forTensorFlow(pad), dilations: d };
                const [full, deep] = [sum(false), sum(true)];
                assertValues(tf.conv2d(x, filter, s, options.pad, "NHWC", d), full, `conv2d ${what}`);
                assertValues(tf.depthwiseConv2d(x, filter, s, options.pad, "NHWC", d), deep, `depthwise ${what}`);
                assertValues(
                  tf.fused.conv2d({ ...options, activation: "relu" }),
                  full.map((v) => Math.max(0, v)),
                  `fused conv2d ${what}`,
                );
                assertValues(
                  tf.fused.depthwiseConv2d({ ...options, activation: "relu" }),
                  deep.map((v) => Math.max(0, v)),
                  `fused depthwise ${what}`,
                );
              });
            }
      });

  for (let k = 1; k <= 4; k++)
    for (let s = 1; s <= 4; s++)
      it(`pools: window ${k}, stride ${s}, and their gradients`, () => {
        for (const [index, size] of SIZES.entries())
          for (const pad of ["same", "valid"] as const) {
            const shape = [1 + (index % 2), ...size, 2];
            const what = `[${shape.join()}] ${pad}`;
            const windows = windowsOf(size, [k, k], [s, s], [1, 1], pad);
            tf.tidy(() => {
              const x = tf.sub(distinct(shape, 1), 1) as tf.Tensor4D;
              for (const kind of ["max", "avg"] as const) {
                const pool = (t: tf.Tensor): tf.Tensor =>
                  (kind === "max" ? tf.maxPool : tf.avgPool)(t as tf.Tensor4D, k, s, pad);
                const { values, gradient } = plainPool(kind, x.dataSync(), shape, windows);
                assertValues(pool(x), values, `${kind} pool ${what}`);
                assertValues(tf.grad((t) => tf.sum(pool(t)))(x), gradient, `gradient of ${kind} pool ${what}`);
              }
            });
          }
      });

  for (let k = 1; k <= 3; k++)
    for (let s = 1; s <= 4; s++)
      it(`in three dimensions: filter ${k}, stride ${s}`, () => {
        for (const size of [
          [5, 6, 4],
          [7, 3, 8],
          [9, 5, 5],
        ] as const)
          for (const pad of ["same", "valid"] as const) {
            const shape = [1, ...size, 2];
            const what = `[${shape.join()}] ${pad}`;
            const windows = windowsOf(size, [k, k, k], [s, s, s], [1, 1, 1], pad);
            if (windows.outputs.some((count) => count < 1)) continue;
            tf.tidy(() => {
              const x = distinct(shape, 1) as tf.Tensor5D;
              const filter = distinct([k, k, k, 2, 3], 2) as tf.Tensor5D;
              const sum = plainConvolution(x.dataSync(), shape, filter.dataSync(), 3, windows, false);
              assertValues(tf.conv3d(x, filter, s, pad), sum, `conv3d ${what}`);
              for (const kind of ["max", "avg"] as const) {
                const pool = (t: tf.Tensor): tf.Tensor =>
                  (kind === "max" ? tf.maxPool3d : tf.avgPool3d)(t as tf.Tensor5D, k, s, pad);
                const { values, gradient } = plainPool(kind, x.dataSync(), shape, windows);
                assertValues(pool(x), values, `${kind} pool ${what}`);
                assertValues(tf.grad((t) => tf.sum(pool(t)))(x), gradient, `gradient of ${kind} pool ${what}`);
              }
            });
          }
      });
});
