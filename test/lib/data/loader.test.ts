// The loader: order, epochs, worker threads, leaving early, errors, tensors.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { type Batch, type Dataset, fromArrays, type LoaderOptions, loader } from "../../../lib/data/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { expectNoTensorLeak } from "../../../lib/testing/index.js";
import * as transforms from "../../../lib/transforms/index.js";

function numbered(count: number, side = 4, channels = 3): Dataset {
  const size = side * side * channels;
  const images = Uint8Array.from({ length: count * size }, (_, i) => (i * 31 + (i >> 5)) & 255);
  const labels = Int32Array.from({ length: count }, (_, i) => i);
  return fromArrays({ images, labels, shape: [side, side, channels] });
}

async function all(batches: AsyncIterable<Batch>): Promise<{ xs: number[]; ys: number[] }[]> {
  const result: { xs: number[]; ys: number[] }[] = [];
  for await (const { xs, ys } of batches) {
    result.push({ xs: [...xs.dataSync()], ys: [...ys.dataSync()] });
    tf.dispose([xs, ys]);
  }
  return result;
}

const augment = transforms.compose([
  transforms.randomCrop(4, { padding: 1 }),
  transforms.randomHorizontalFlip(),
  transforms.colorJitter({ brightness: 0.3, hue: 0.1 }),
  transforms.toTensor(),
  transforms.normalize([0.5], [0.5]),
  transforms.cutout({ size: 2 }),
]);

describe("data.loader", () => {
  before(() => ready());

  it("gives every sample once an epoch, with its label", async () => {
    const data = numbered(10, 2, 1);
    const own = loader(data, { batchSize: 4, shuffle: true, seed: 3 });
    assert.equal(own.length, 3);
    const batches = await all(own);
    assert.deepEqual(
      batches.map(({ ys }) => ys.length),
      [4, 4, 2],
    );
    assert.deepEqual(
      batches.flatMap(({ ys }) => ys).sort((a, b) => a - b),
      [...data.labels],
    );
    for (const { xs, ys } of batches) {
      ys.forEach((label, i) => {
        assert.deepEqual(xs.slice(i * 4, i * 4 + 4), [...data.get(label).values]);
      });
    }
  });

  it("has tensors of the documented types and shapes", async () => {
    const own = loader(numbered(8), { batchSize: 8, transform: transforms.compose([transforms.resize(6), augment]) });
    for await (const { xs, ys } of own) {
      assert.deepEqual([xs.shape, xs.dtype, ys.shape, ys.dtype], [[8, 4, 4, 3], "float32", [8], "int32"]);
      tf.dispose([xs, ys]);
    }
    const table = fromArrays({
      features: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      targets: [0.5, 1.5],
    });
    for await (const { xs, ys } of loader(table, { transform: transforms.normalize([1], [2]) })) {
      assert.deepEqual(
        [xs.shape, ys.shape, ys.dtype, [...xs.dataSync()]],
        [[2, 3], [2], "float32", [0, 0.5, 1, 1.5, 2, 2.5]],
      );
      tf.dispose([xs, ys]);
    }
  });

  it("has another order every epoch, and the same one again for the same epoch", async () => {
    const own = loader(numbered(50, 1, 1), { batchSize: 50, shuffle: true, seed: 1 });
    const [first, second] = [await all(own), await all(own)];
    assert.notDeepEqual(first, second);
    assert.equal(own.nextEpoch, 2);
    assert.deepEqual(await all(own.epoch(0)), first);
    const resumed = loader(numbered(50, 1, 1), { batchSize: 50, shuffle: true, seed: 1 });
    assert.deepEqual(await all(resumed.epoch(1)), second);
    assert.notDeepEqual(await all(loader(numbered(50, 1, 1), { batchSize: 50, shuffle: true, seed: 2 })), first);
  });

  it("shuffles as on every machine", () => {
    const order = [...loader(numbered(12, 1, 1), { shuffle: true, seed: 42 }).order(0)];
    assert.deepEqual(order, [4, 6, 11, 0, 10, 3, 2, 8, 9, 1, 7, 5]);
  });

  it("gives the same batches for any number of workers", async () => {
    const data = numbered(67).subset(Array.from({ length: 61 }, (_, i) => 66 - i));
    const options = { batchSize: 4, shuffle: true, seed: 5, transform: augment };
    const alone = loader(data, options);
    const expected = [await all(alone), await all(alone)];
    for (const more of [{ workers: 1 }, { workers: 3, prefetch: 2 }, { workers: 2, prefetch: 20 }]) {
      const own = loader(data, { ...options, ...more });
      assert.deepEqual([await all(own), await all(own)], expected);
      await own.close();
    }
  });

  it("augments a sample in the same way in whatever batch it is", async () => {
    const [small, large] = [3, 20].map((batchSize) =>
      loader(numbered(20), { batchSize, shuffle: true, seed: 9, transform: augment }),
    );
    assert.ok(small && large);
    assert.deepEqual(
      (await all(small)).flatMap(({ xs }) => xs),
      (await all(large)).flatMap(({ xs }) => xs),
    );
  });

  it("gives the same batches as plain numbers", async () => {
    const own = loader(numbered(11), { batchSize: 4, shuffle: true, seed: 2, transform: augment, workers: 1 });
    const tensors = await all(own.epoch(3));
    const arrays: typeof tensors = [];
    for await (const { xs, ys } of own.arrays(3)) {
      assert.deepEqual([xs.dtype, ys.dtype, ys.shape], ["float32", "int32", [xs.shape[0]]]);
      arrays.push({ xs: [...xs.data], ys: [...ys.data] });
    }
    assert.deepEqual(arrays, tensors);
    await own.close();
  });

  it("drops the last batch when asked", async () => {
    const own = loader(numbered(10), { batchSize: 4, dropLast: true, workers: 1 });
    assert.equal(own.length, 2);
    assert.deepEqual(
      (await all(own)).map(({ ys }) => ys.length),
      [4, 4],
    );
    await own.close();
    assert.deepEqual(await all(loader(numbered(3), { batchSize: 4, dropLast: true })), []);
  });

  it("mixes labels with mixup", async () => {
    const own = loader(numbered(6), {
      batchSize: 4,
      transform: transforms.compose([transforms.toTensor(), transforms.mixup()]),
    });
    for await (const { xs, ys } of own) {
      assert.deepEqual(ys.shape, [xs.shape[0], 6]);
      for (const sum of ys.sum(1).dataSync()) assert.ok(Math.abs(sum - 1) < 1e-6);
      tf.dispose([xs, ys]);
    }
  });

  it("can be left in the middle, and begun again", async () => {
    const own = loader(numbered(2000), { batchSize: 4, workers: 2, seed: 1, transform: augment });
    for (let round = 0; round < 3; round++) {
      let seen = 0;
      for await (const batch of own) {
        tf.dispose([batch.xs, batch.ys]);
        if (++seen === 3) break;
      }
    }
    const [one, other] = [own.epoch(5), own.epoch(5)];
    const [first, second] = await Promise.all([all(one), all(other)]);
    assert.deepEqual(first, second);
    assert.equal(first.length, 500);
    await own.close();
  });

  it("makes no more batches ahead than asked", async () => {
    let made = 0;
    const counting = {
      transformBatch: (batch: transforms.ImageBatch) => {
        made++;
        return batch;
      },
    };
    const own = loader(numbered(100), { batchSize: 1, transform: counting });
    for await (const batch of own) {
      tf.dispose([batch.xs, batch.ys]);
      if (made > 1) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(made, 1);
    }
  });

  it("has workers wait for who reads, and stop when nobody does", async () => {
    const module = `data:text/javascript,${encodeURIComponent(`
      import { BroadcastChannel } from "node:worker_threads";
      const channel = new BroadcastChannel("cellgrad loader test");
      export const fromJSON = () => ({ transformBatch: (batch) => (channel.postMessage(1), batch) });
    `)}`;
    const transform = { module, toJSON: () => ({}), transformBatch: (batch: transforms.ImageBatch) => batch };
    const own = loader(numbered(400), { batchSize: 2, workers: 2, prefetch: 4, transform });
    const channel = new BroadcastChannel("cellgrad loader test");
    let made = 0;
    channel.onmessage = () => {
      made++;
    };
    try {
      let seen = 0;
      for await (const batch of own) {
        tf.dispose([batch.xs, batch.ys]);
        await new Promise((resolve) => setTimeout(resolve, 30));
        assert.ok(made <= ++seen + 4, `${made} made, ${seen} read`);
        if (seen === 5) break;
      }
      const atBreak = made;
      assert.ok(atBreak >= 7);
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.equal(made, atBreak);
    } finally {
      channel.close();
      await own.close();
    }
  });

  it("ends with the reason of a signal, also while it waits", async () => {
    for (const workers of [0, 2]) {
      const controller = new AbortController();
      const own = loader(numbered(400), { batchSize: 2, workers, signal: controller.signal, transform: augment });
      let seen = 0;
      await assert.rejects(async () => {
        for await (const batch of own) {
          tf.dispose([batch.xs, batch.ys]);
          if (++seen === 2) controller.abort(new Error("enough"));
        }
      }, /^Error: enough$/);
      assert.equal(seen, 2);
      await own.close();
    }
    const cell = new AbortController();
    const key = Symbol.for("Jupyter.abortSignal");
    Object.defineProperty(globalThis, key, { configurable: true, get: () => cell.signal });
    try {
      cell.abort(new Error("Stop"));
      await assert.rejects(all(loader(numbered(4))), /^Error: Stop$/);
    } finally {
      Reflect.deleteProperty(globalThis, key);
    }
  });

  it("leaks no tensor when it is left, ends or fails", async () => {
    const own = loader(numbered(40), { batchSize: 4, workers: 1, transform: augment });
    const failing = loader(numbered(40), { batchSize: 4, workers: 1, transform: transforms.randomCrop(9) });
    await expectNoTensorLeak(async () => {
      await all(own);
      for await (const batch of own) {
        tf.dispose([batch.xs, batch.ys]);
        break;
      }
      await assert.rejects(all(failing), /invalid size; expected at most the padded image's height, 4/);
    });
    await Promise.all([own.close(), failing.close()]);
  });

  it("runs your own transforms in workers, from their module", async () => {
    const module = `data:text/javascript,${encodeURIComponent(
      "export const fromJSON = ({ add }) => ({ transformBatch: (batch) => ({ ...batch, values: batch.values.map((v) => v + add) }) });",
    )}`;
    const transform = { module, toJSON: () => ({ add: 2 }), transformBatch: () => assert.fail("in the main thread") };
    const own = loader(numbered(3, 1, 1), { batchSize: 3, workers: 1, transform });
    assert.deepEqual((await all(own))[0]?.xs, [2, 33, 64]);
    await own.close();
  });

  it("says why a worker failed, and works again afterwards", async () => {
    const transform = { toJSON: () => ({}), transformBatch: (batch: transforms.ImageBatch) => batch };
    const cases: [string, RegExp][] = [
      ["export const fromJSON = () => process.exit(3);", /the loader's worker thread ended with exit code 3/],
      [
        "export const fromJSON = () => ({ transformBatch() { throw new RangeError('too far'); } });",
        /^RangeError: too far/,
      ],
      ["import 'no-such-package';", /no-such-package/],
      [
        "setTimeout(() => { throw new Error('late'); }); export const fromJSON = () => new Promise(() => {});",
        /worker thread failed: late/,
      ],
    ];
    for (const [source, message] of cases) {
      const module = `data:text/javascript,${encodeURIComponent(source)}`;
      const own = loader(numbered(30), { batchSize: 2, workers: 2, transform: { ...transform, module } });
      await assert.rejects(all(own), message);
      await assert.rejects(all(own), message);
      await own.close();
    }
  });

  it("says which option is wrong", () => {
    const data = numbered(4);
    const wrong: [LoaderOptions, RegExp][] = [
      [{ batchSize: 0 }, /invalid batchSize; expected a whole number, at least 1: 0/],
      [{ batchSize: 1.5 }, /invalid batchSize/],
      [{ workers: -1 }, /invalid workers; expected a whole number from 0 to 64: -1/],
      [{ seed: 2 ** 32 }, /invalid seed; expected a whole number in \[0, 2³²\)/],
      [{ shuffle: "yes" as unknown as boolean }, /invalid shuffle; expected true or false: "yes"/],
      [{ batchsize: 4 } as LoaderOptions, /invalid options; expected options among batchSize, .*: "batchsize"/],
      [
        { workers: 1, transform: { transformBatch: (batch) => batch } },
        /invalid transform; expected one with toJSON and module/,
      ],
    ];
    for (const [options, message] of wrong) assert.throws(() => loader(data, options), message);
    assert.throws(() => loader([] as unknown as Dataset), /invalid dataset; expected a data set of ml.data: \[\]/);
    assert.throws(() => loader(data).epoch(-1), /invalid epoch/);
  });

  it("has every sample once, whatever the sizes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        fc.boolean(),
        fc.nat(),
        async (count, batchSize, shuffle, dropLast, seed) => {
          const own = loader(numbered(count, 1, 1), { batchSize, shuffle, dropLast, seed });
          const batches = await all(own);
          assert.equal(batches.length, own.length);
          const seen = batches.flatMap(({ ys }) => ys);
          assert.equal(new Set(seen).size, seen.length);
          assert.equal(seen.length, dropLast ? count - (count % batchSize) : count);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("loads PyTorch's CIFAR-10 tutorial (batch 4, shuffle, 2 workers) in one line", async () => {
    const transform = transforms.compose([
      transforms.toTensor(),
      transforms.normalize([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
    ]);
    const own = loader(numbered(4000, 32), { batchSize: 4, shuffle: true, workers: 2, transform });
    let images = 0;
    for await (const { xs, ys } of own) {
      images += xs.shape[0] ?? 0;
      tf.dispose([xs, ys]);
    }
    assert.equal(images, 4000);
    await own.close();
  });
});
