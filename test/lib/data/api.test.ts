// The data part of the library's contract, as its cells have it.
import assert from "node:assert/strict";
import type * as tf from "@tensorflow/tfjs";
import * as data from "../../../lib/data/index.js";
import { ready } from "../../../lib/engine/backend.js";
import * as transforms from "../../../lib/transforms/index.js";

const ml = { data, transforms };

describe("data and transforms as in the contract", () => {
  before(() => ready());

  it("from MNIST to batches", async () => {
    const mnist = await ml.data.mnist({ train: 5000, test: 1000, seed: 7 });
    const [train, validation] = ml.data.split(mnist.train, [0.9, 0.1], { seed: 1, stratify: true });
    assert.deepEqual([train.length, validation.length], [4500, 500]);
    for (const { train, validation } of ml.data.kFold(mnist.train, { folds: 5, seed: 1, stratify: true })) {
      assert.deepEqual([train.length, validation.length], [4000, 1000]);
    }
    const transform = ml.transforms.compose([
      ml.transforms.resize(32),
      ml.transforms.toTensor(),
      ml.transforms.normalize([0.5], [0.5]),
    ]);
    const augment = ml.transforms.compose([
      ml.transforms.randomCrop(32, { padding: 4 }),
      ml.transforms.randomHorizontalFlip(),
    ]);
    const both = ml.transforms.compose([transform, augment]);
    const loader = ml.data.loader(train, {
      batchSize: 32,
      shuffle: true,
      seed: 1,
      transform: both,
      workers: 2,
      dropLast: false,
    });
    for await (const { xs, ys } of loader) {
      const images: tf.Tensor = xs;
      assert.deepEqual([images.shape, ys.shape, ys.dtype], [[32, 32, 32, 1], [32], "int32"]);
      const [least, most] = [images.min(), images.max()];
      assert.ok((least.dataSync()[0] ?? 0) >= -1 && (most.dataSync()[0] ?? 0) <= 1);
      for (const tensor of [xs, ys, least, most]) tensor.dispose();
      break;
    }
    await loader.close();
  });
});
