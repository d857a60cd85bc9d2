import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { assertLowers, randomTensor } from "../against-eager.js";

describe("lowerings of normalisation and resizing", () => {
  before(() => useBackend({ backend: "wasm" }));

  it("batch norm with given statistics", async () => {
    const f = (x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, beta: tf.Tensor, gamma: tf.Tensor): tf.Tensor =>
      tf.batchNorm(
        x,
        mean as tf.Tensor1D,
        tf.add(tf.abs(variance), 0.1) as tf.Tensor1D,
        beta as tf.Tensor1D,
        gamma as tf.Tensor1D,
        1e-3,
      );
    const vector = (seed: number): tf.Tensor => randomTensor([3], seed);
    await assertLowers(f, [randomTensor([2, 4, 5, 3]), vector(1), vector(2), vector(3), vector(4)]);
  });

  it("batch norm and layer norm with the batch's own statistics, behind a convolution", async () => {
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor[] => {
      const image = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
      const batch = tf.moments(image, [0, 1, 2]);
      const layer = tf.moments(image, [-1], true);
      return [
        tf.batchNorm(
          image,
          batch.mean as tf.Tensor1D,
          batch.variance as tf.Tensor1D,
          tf.zeros([4]),
          tf.ones([4]),
          1e-3,
        ),
        tf.div(tf.sub(image, layer.mean), tf.sqrt(tf.add(layer.variance, 1e-3))),
      ];
    };
    await assertLowers(f, [randomTensor([2, 5, 4, 3], 1, 1), randomTensor([3, 3, 3, 4], 2, 0.5)], { tolerance: 2e-5 });
  });

  for (const alignCorners of [false, true])
    for (const halfPixelCenters of alignCorners ? [false] : [false, true])
      for (const [from, to] of [
        [
          [4, 5],
          [8, 10],
        ],
        [
          [6, 4],
          [3, 5],
        ],
      ] as const) {
        const name = `[${from.join()}] → [${to.join()}]${alignCorners ? ", aligned corners" : ""}${halfPixelCenters ? ", half pixels" : ""}`;
        it(`resizeBilinear ${name}`, async () => {
          const f = (x: tf.Tensor): tf.Tensor =>
            tf.image.resizeBilinear(x as tf.Tensor4D, [...to] as [number, number], alignCorners, halfPixelCenters);
          await assertLowers(f, [randomTensor([2, ...from, 3])], { gradients: halfPixelCenters ? [] : [0] });
        });
        it(`resizeNearestNeighbor ${name}`, async () => {
          const f = (x: tf.Tensor): tf.Tensor =>
            tf.image.resizeNearestNeighbor(
              x as tf.Tensor4D,
              [...to] as [number, number],
              alignCorners,
              halfPixelCenters,
            );
          await assertLowers(f, [randomTensor([2, ...from, 3])], { gradients: halfPixelCenters ? [] : [0] });
        });
      }
});
