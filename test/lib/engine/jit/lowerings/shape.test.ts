import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { assertLowers, randomTensor } from "../against-eager.js";

describe("lowerings of kernels that move elements", () => {
  before(() => useBackend({ backend: "wasm" }));

  type Move = (x: tf.Tensor) => tf.Tensor | tf.Tensor[];
  const moves: Record<string, Move> = {
    reshape: (x) => tf.reshape(x, [6, -1]),
    expandDims: (x) => tf.expandDims(x, 1),
    squeeze: (x) => tf.squeeze(tf.expandDims(x, 1)),
    "transpose, then a product": (x) =>
      tf.mul(tf.transpose(x, [2, 0, 1]), tf.reshape(tf.linspace(0, 1, 30), [5, 2, 3])),
    "transpose twice": (x) => tf.transpose(tf.transpose(x, [2, 0, 1]), [1, 2, 0]),
    concat: (x) => tf.concat([x, tf.mul(x, 2)], 1),
    stack: (x) => tf.stack([x, tf.square(x)], 1),
    unstack: (x) => tf.unstack(x, 1),
    split: (x) => tf.split(x, [2, 3], 2),
    slice: (x) => tf.slice(x, [0, 1, 2], [2, 2, 3]),
    reverse: (x) => tf.reverse(x, [0, 2]),
    pad: (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2],
          [3, 1],
        ],
        0.5,
      ),
    mirrorPad: (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [2, 1],
          [1, 3],
        ],
        "reflect",
      ),
    tile: (x) => tf.tile(x, [2, 1, 3]),
    "tile of ones": (x) => tf.tile(tf.sum(x, [0, 1], true), [2, 3, 1]),
    broadcastTo: (x) => tf.broadcastTo(tf.expandDims(tf.sum(x, 0), 0), [4, 3, 5]),
    zerosLike: (x) => tf.add(x, tf.zerosLike(x)),
    onesLike: (x) => tf.mul(tf.onesLike(x), tf.mean(x)),
    fill: (x) => tf.mul(x, tf.fill([2, 3, 5], 2)),
    range: (x) => tf.mul(x, tf.range(0, 5)),
    spaceToBatchND: (x) =>
      tf.spaceToBatchND(
        tf.expandDims(x, 3),
        [3, 2],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    batchToSpaceND: (x) =>
      tf.batchToSpaceND(
        tf.reshape(x, [6, 1, 5, 1]),
        [3, 1],
        [
          [1, 0],
          [0, 2],
        ],
      ),
    "a mean of a broadcast sum": (x) => tf.mean(tf.mul(tf.sum(x, 1, true), tf.ones([2, 3, 5]))),
  };
  for (const [name, f] of Object.entries(moves))
    it(name, async () => void (await assertLowers(f, [randomTensor([2, 3, 5])])));

  it("stridedSlice, which has no gradient in tfjs", async () => {
    const f = (x: tf.Tensor): tf.Tensor[] => [
      tf.stridedSlice(x, [0, 2, 4], [2, 0, 0], [1, -1, -2]),
      tf.stridedSlice(x, [0, 0, 1], [1, 3, 4], [1, 1, 1], 0, 0, 0, 0, 1),
    ];
    await assertLowers(f, [randomTensor([2, 3, 5])], { gradients: [] });
  });

  it("a convolution between moves keeps its own order of storage", async () => {
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
      const image = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
      const joined = tf.concat([image, tf.relu(image)], 3);
      const padded = tf.pad(tf.slice(joined, [0, 1, 0, 0], [-1, 3, -1, -1]), [
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ]);
      return tf.mul(tf.transpose(padded, [0, 3, 1, 2]), tf.reverse(padded, 1).transpose([0, 3, 1, 2]));
    };
    await assertLowers(f, [randomTensor([2, 5, 5, 3], 1, 1), randomTensor([3, 3, 3, 4], 2, 0.5)]);
  });
});
