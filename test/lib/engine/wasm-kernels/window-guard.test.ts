import * as assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../lib/engine/backend.js";
import { distinct } from "../finite-differences.js";
import { plainConvolution, plainPool, windowsOf } from "../plain-windows.js";

function assertClose(found: tf.Tensor, expected: Float64Array, what: string): void {
  const values = found.dataSync();
  assert.equal(values.length, expected.length, what);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(value - (values[i] ?? Number.NaN)) < 1e-4, `${what}, [${i}]: ${values[i]}, its sum ${value}`);
}

describe("paddings on the wasm backend", () => {
  before(() => useBackend({ backend: "wasm" }));

  it("a padding given as one number counts for each axis by itself", () => {
    for (const [kernel, strides] of [
      [
        [2, 2],
        [2, 1],
      ],
      [
        [3, 2],
        [1, 1],
      ],
      [
        [2, 3],
        [1, 3],
      ],
      [
        [5, 2],
        [3, 1],
      ],
    ] as const)
      for (const size of [
        [5, 12],
        [6, 7],
        [11, 6],
      ] as const)
        tf.tidy(() => {
          const shape = [2, ...size, 2];
          const x = distinct(shape, 1) as tf.Tensor4D;
          const filter = distinct([...kernel, 2, 3], 2) as tf.Tensor4D;
          const what = `filter ${kernel}, strides ${strides}, [${shape.join()}]`;
          const windows = windowsOf(
            size,
            kernel,
            strides,
            [1, 1],
            [
              [1, 1],
              [1, 1],
            ],
          );
          const sum = (deep: boolean): Float64Array =>
            plainConvolution(x.dataSync(), shape, filter.dataSync(), 3, windows, deep);
          assertClose(tf.conv2d(x, filter, [...strides], 1), sum(false), `conv2d, ${what}`);
          assertClose(tf.depthwiseConv2d(x, filter, [...strides], 1), sum(true), `depthwise, ${what}`);
          for (const kind of ["max", "avg"] as const) {
            const pool = (t: tf.Tensor): tf.Tensor =>
              (kind === "max" ? tf.maxPool : tf.avgPool)(t as tf.Tensor4D, [...kernel], [...strides], 1);
            const { values, gradient } = plainPool(kind, x.dataSync(), shape, windows);
            assertClose(pool(x), values, `${kind} pool, ${what}`);
            assertClose(tf.grad((t) => tf.sum(pool(t)))(x), gradient, `gradient of ${kind} pool, ${what}`);
          }
        });
  });

  it("rounds the number of windows as it is told to", () => {
    tf.tidy(() => {
      const x = distinct([1, 7, 6, 2], 1) as tf.Tensor4D;
      for (const [rounding, rows] of [
        ["floor", 3],
        ["ceil", 4],
        ["round", 4],
      ] as const) {
        // (7 + 1 − 3) / 2 is 2.5: what the last window of four lacks is padded.
        const pad: [[number, number], [number, number], [number, number], [number, number]] = [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ];
        const windows = {
          ...windowsOf(
            [7, 6],
            [3, 3],
            [2, 2],
            [1, 1],
            [
              [1, 0],
              [1, 1],
            ],
          ),
          outputs: [rows, rounding === "floor" ? 3 : 4],
        };
        for (const kind of ["max", "avg"] as const) {
          const pool = (t: tf.Tensor): tf.Tensor =>
            (kind === "max" ? tf.maxPool : tf.avgPool)(t as tf.Tensor4D, 3, 2, pad as never, rounding);
          const { values, gradient } = plainPool(kind, x.dataSync(), x.shape, windows);
          assertClose(pool(x), values, `${kind} ${rounding}`);
          assertClose(tf.grad((t) => tf.sum(pool(t)))(x), gradient, `gradient of ${kind} ${rounding}`);
        }
        const filter = distinct([3, 3, 2, 3], 2) as tf.Tensor4D;
        const sum = plainConvolution(x.dataSync(), x.shape, filter.dataSync(), 3, windows, false);
        assertClose(tf.conv2d(x, filter, 2, pad, "NHWC", 1, rounding), sum, `conv2d ${rounding}`);
      }
    });
  });

  it("refuses windows that hold no pixel, and goes on", () => {
    const x = tf.ones([1, 5, 4, 1]) as tf.Tensor4D;
    for (const pool of [tf.maxPool, tf.avgPool]) {
      assert.throws(() => pool(x, 1, 1, 1), /invalid pad; expected less than the window's length, 1: \[1, 1\]/);
      assert.throws(
        () => pool(x, 6, 1, "valid"),
        /invalid x; expected at least 6 × 6 pixels with the padding.*: 5 × 4/,
      );
    }
    const filter = tf.ones([3, 6, 1, 1]) as tf.Tensor4D;
    assert.throws(() => tf.conv2d(x, filter, 1, "valid"), /invalid x; expected at least 3 × 6 pixels.*: 5 × 4/);
    assert.throws(
      () =>
        tf.conv2d(x, filter, 1, [
          [0, 0],
          [-1, 1],
          [2, 2],
          [0, 0],
        ]),
      /invalid pad; expected numbers of at least 0/,
    );
    assert.deepEqual([...tf.maxPool(x, 2, 2, "valid").dataSync()], [1, 1, 1, 1]);
    tf.dispose([x, filter]);
  });
});
