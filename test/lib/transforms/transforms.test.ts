// What holds for every transform: JSON and back, seeds, batches, tensors, bad input.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { ready } from "../../../lib/engine/backend.js";
import { SplitMix32 } from "../../../lib/engine/random.js";
import { expectNoTensorLeak, invariance } from "../../../lib/testing/index.js";
import * as ml from "../../../lib/transforms/index.js";

const one = { probability: 1 };
const onBytes: ml.Transform[] = [
  ml.resize(7),
  ml.resize([5, 9], { interpolation: "bicubic" }),
  ml.resize([12, 3], { antialias: false }),
  ml.toTensor(),
  ml.pad([1, 2], { paddingMode: "reflect" }),
  ml.centerCrop(4),
  ml.randomCrop([5, 4], { padding: 2, fill: 9 }),
  ml.randomCrop(9, { padIfNeeded: true, paddingMode: "symmetric" }),
  ml.randomResizedCrop(5),
  ml.randomHorizontalFlip(),
  ml.randomVerticalFlip({ probability: 0.3 }),
  ml.randomRotation(30, { fill: 3 }),
  ml.randomRotation([10, 200], { interpolation: "nearest" }),
  ml.colorJitter({ brightness: 0.4, contrast: [0.5, 2], saturation: 0.3, hue: 0.2 }),
  ml.grayscale({ channels: 3 }),
  ml.cutout({ size: 3, count: 2, fill: 5 }),
  ml.randomErasing(one),
];
const augment = ml.compose([
  ml.randomCrop(6, { padding: 1 }),
  ml.compose([ml.randomHorizontalFlip(), ml.cutout({ size: 2 })]),
  ml.toTensor(),
  ml.normalize([0.5], [0.25]),
]);
const all = [...onBytes, augment, ml.compose([]), ml.compose([ml.toTensor(), ml.mixup({ alpha: 0.4 })])];

function bytes(images: number, seed = 1): ml.ImageBatch {
  const random = new SplitMix32(seed);
  const values = Uint8Array.from({ length: images * 6 * 7 * 3 }, () => random.below(256));
  return { values, shape: [images, 6, 7, 3], labels: Int32Array.from({ length: images }, (_, i) => i % 3), classes: 3 };
}

/** The batch of one image of a batch. */
function image({ values, shape, labels, classes }: ml.ImageBatch, i: number): ml.ImageBatch {
  const size = values.length / shape[0];
  const [, ...rest] = shape;
  return {
    values: values.slice(i * size, (i + 1) * size),
    shape: [1, ...rest],
    labels: labels.slice(i, i + 1),
    classes,
  };
}

const seeds = Uint32Array.of(5, 6, 4_000_000_000, 8);

describe("transforms", () => {
  before(() => ready());

  for (const transform of all) {
    const json = JSON.stringify(transform);
    it(`${json} comes back from JSON, and does the same`, () => {
      const again = ml.fromJSON(JSON.parse(json));
      assert.equal(JSON.stringify(again), json);
      assert.equal(JSON.stringify(ml.fromJSON(json)), json);
      const expected = transform.transformBatch(bytes(4), seeds);
      assert.deepEqual(again.transformBatch(bytes(4), seeds), expected);
      if (transform.random) {
        assert.notDeepEqual(
          transform.transformBatch(
            bytes(4),
            seeds.map((seed) => seed + 1),
          ),
          expected,
        );
      }
      assert.deepEqual(Object.keys(JSON.parse(json))[0], "transform");
    });
  }

  for (const transform of [...onBytes, augment]) {
    it(`${transform.name} treats an image alike in any batch`, () => {
      const together = transform.transformBatch(bytes(4), seeds);
      for (let i = 0; i < 4; i++) {
        const alone = transform.transformBatch(image(bytes(4), i), seeds.slice(i, i + 1));
        assert.deepEqual(alone, image(together, i));
      }
    });
  }

  it("draw other numbers at every step", () => {
    const flips = ml.compose([ml.randomHorizontalFlip(), ml.randomHorizontalFlip()]);
    const many = Uint32Array.from({ length: 64 }, (_, i) => i);
    const before = bytes(64);
    const after = flips.transformBatch(bytes(64), many);
    const same = Array.from(many, (i) => image(before, i).values.join() === image(after, i).values.join());
    const kept = same.filter(Boolean).length;
    assert.ok(kept > 15 && kept < 49, `${kept} of 64`);
  });

  it("crop every place as often", () => {
    const counts = new Map<number, number>();
    const place: ml.ImageBatch = {
      values: Uint8Array.of(1, 2, 3, 4),
      shape: [1, 2, 2, 1],
      labels: new Int32Array(0),
      classes: 0,
    };
    for (let seed = 0; seed < 4000; seed++) {
      const { values } = ml.randomCrop(1).transformBatch(place, Uint32Array.of(seed));
      counts.set(values[0] ?? 0, (counts.get(values[0] ?? 0) ?? 0) + 1);
    }
    for (const value of [1, 2, 3, 4]) assert.ok(Math.abs((counts.get(value) ?? 0) - 1000) < 120);
  });

  it("mix images and labels by a share from Beta(alpha, alpha)", () => {
    const labels = Int32Array.of(0, 1, 2);
    const shares = Array.from({ length: 4000 }, (_, seed) => {
      const batch: ml.ImageBatch = { values: Float32Array.of(0, 1, 10), shape: [3, 1, 1, 1], labels, classes: 3 };
      const mixed = ml.mixup({ alpha: 0.5 }).transformBatch(batch, Uint32Array.of(seed, 0, 0));
      const share = mixed.labels[0] ?? 0;
      const expected = [10 * (1 - share), share, 10 * share + (1 - share)];
      expected.forEach((value, i) => {
        assert.ok(Math.abs((mixed.values[i] ?? 0) - value) < 1e-5);
      });
      const rows = [share, 0, 1 - share, 1 - share, share, 0, 0, 1 - share, share];
      rows.forEach((value, i) => {
        assert.ok(Math.abs((mixed.labels[i] ?? 0) - value) < 1e-6);
      });
      return share;
    });
    const mean = shares.reduce((a, b) => a + b) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    // Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)) = 1/8.
    assert.ok(Math.abs(mean - 0.5) < 0.02 && Math.abs(variance - 1 / 8) < 0.005, `${mean} ${variance}`);
  });

  it("cover what they should, and no more", () => {
    const white = () => ({ ...bytes(200), values: new Uint8Array(200 * 42 * 3).fill(255) });
    const many = Uint32Array.from({ length: 200 }, (_, i) => i);
    for (const [transform, least, most] of [
      [ml.cutout({ size: 3 }), 4, 9],
      [ml.randomErasing({ probability: 1, scale: [0.1, 0.2] }), 2, 12],
    ] as const) {
      const covered = transform.transformBatch(white(), many);
      for (let i = 0; i < 200; i++) {
        const count = image(covered, i).values.filter((value) => value === 0).length / 3;
        assert.ok(count >= least && count <= most, `${transform.name}: ${count}`);
      }
    }
  });

  it("take and give tensors, and leak none", async () => {
    await expectNoTensorLeak(() => {
      const images = tf.tensor4d(
        Array.from({ length: 2 * 42 * 3 }, (_, i) => i % 256),
        [2, 6, 7, 3],
        "int32",
      );
      const whole = ml.resize([3, 4]).apply(images);
      assert.deepEqual([whole.shape, whole.dtype], [[2, 3, 4, 3], "int32"]);
      const first = images.slice(0, 1);
      const single = first.squeeze<tf.Tensor3D>([0]);
      const small = ml.resize([3, 4]).apply(single);
      assert.deepEqual([small.shape, [...small.dataSync()]], [[3, 4, 3], [...whole.dataSync()].slice(0, 36)]);
      const floats = augment.apply(images, 3);
      assert.equal(floats.dtype, "float32");
      const again = augment.apply(images, 3);
      assert.deepEqual(floats.dataSync(), again.dataSync());
      const flipped = ml.randomHorizontalFlip(one).apply(images);
      const expected = images.reverse(2);
      assert.deepEqual(flipped.dataSync(), expected.dataSync());
      tf.dispose([images, whole, small, floats, again, flipped, expected]);
      tf.dispose([first, single]);
    });
  });

  it("serve tests of invariance", async () => {
    const images = tf.randomUniform([8, 6, 6, 1], 0, 1, "float32", 1);
    const meanOf = (batch: tf.Tensor) =>
      tf.tidy(() => tf.stack([batch.mean([1, 2, 3]), tf.fill([batch.shape[0] ?? 0], 0.5)], 1));
    const { rate } = await invariance(meanOf, images, ml.randomHorizontalFlip());
    assert.equal(rate, 1);
    images.dispose();
  });

  it("say what is wrong", () => {
    const wrong: [() => unknown, RegExp][] = [
      [() => ml.resize(0), /invalid size; expected a whole number from 1 to 16384: 0/],
      [
        () => ml.resize([3, 4, 5] as unknown as [number, number]),
        /invalid size; expected a side, or \[height, width\]: \[3, 4, 5\]/,
      ],
      [
        () => ml.resize(4, { interpolation: "cubic" as "bicubic" }),
        /invalid interpolation; expected one of "bilinear", "bicubic", "nearest": "cubic"/,
      ],
      [
        () => ml.resize(4, { interpolation: "bicubic", antialias: false }),
        /invalid antialias; expected true for bicubic: false/,
      ],
      [() => ml.normalize([0.5], [0]), /invalid std\[0\]; expected a number above 0/],
      [() => ml.normalize([0.5, 0.5], [1]), /invalid std; expected 2 numbers, as mean has: \[1\]/],
      [() => ml.normalize([Number.NaN], [1]), /invalid mean\[0\]; expected a finite number: NaN/],
      [
        () => ml.randomCrop(4, { pading: 2 } as ml.RandomCropOptions),
        /invalid options; expected options among padding, .* \(did you mean padding\?\): "pading"/,
      ],
      [() => ml.pad([1, 2, 3] as unknown as [number, number]), /invalid padding/],
      [() => ml.randomHorizontalFlip({ probability: 2 }), /invalid probability; expected a number in \[0, 1\]: 2/],
      [() => ml.randomRotation([20, 10]), /invalid degrees; expected \[least, most\] in this order: \[20, 10\]/],
      [() => ml.colorJitter({ hue: 0.6 }), /invalid hue; expected a number in \[0, 0.5\]: 0.6/],
      [() => ml.mixup({ alpha: 0 }), /invalid alpha/],
      [() => ml.cutout({} as ml.CutoutOptions), /invalid size/],
      [
        () => ml.compose([ml.toTensor(), {} as ml.Transform]),
        /invalid transforms\[1\]; expected one of ml.transforms: an object/,
      ],
      [
        () => ml.fromJSON({ transform: "resizes" }),
        /invalid transform; expected one of compose, resize, .*: "resizes"/,
      ],
      [() => ml.fromJSON("{"), /invalid json; expected what JSON.stringify\(transform\) gave: "\{"/],
      [
        () => ml.normalize([0.5], [0.5]).transformBatch(bytes(1), seeds),
        /invalid images; expected float32 for normalize \(toTensor\(\) before\): "uint8"/,
      ],
      [
        () => ml.compose([ml.toTensor(), ml.normalize([1, 2], [1, 2])]).transformBatch(bytes(1), seeds),
        /invalid mean; expected 1 or 3 numbers/,
      ],
      [
        () => ml.randomCrop(8).transformBatch(bytes(1), seeds),
        /invalid size; expected at most the padded image's height, 6 \(or padIfNeeded: true\): 8/,
      ],
      [
        () => ml.pad(1, { fill: 300 }).transformBatch(bytes(1), seeds),
        /invalid fill; expected a number in \[0, 255\]: 300/,
      ],
      [() => ml.mixup().transformBatch(bytes(1), seeds), /invalid images; expected float32 for mixup/],
      [
        () => ml.toTensor().apply([1] as unknown as tf.Tensor),
        /invalid images; expected a tensor \[images, height, width, channels\]/,
      ],
    ];
    for (const [call, message] of wrong) assert.throws(call, message);
  });

  it("from any JSON are made, or refused with a reason", () => {
    const names = [
      "resize",
      "normalize",
      "pad",
      "centerCrop",
      "randomCrop",
      "randomResizedCrop",
      "randomRotation",
      "colorJitter",
      "cutout",
      "randomErasing",
      "mixup",
      "compose",
    ];
    const keys = [
      "size",
      "mean",
      "std",
      "padding",
      "degrees",
      "hue",
      "contrast",
      "scale",
      "ratio",
      "fill",
      "alpha",
      "transforms",
      "interpolation",
      "count",
    ];
    const value = fc.oneof(
      fc.anything(),
      fc.double(),
      fc.array(fc.double(), { maxLength: 3 }),
      fc.integer({ min: -2, max: 12 }),
      fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 }),
        (transform, options) => {
          let made: ml.Transform;
          try {
            made = ml.fromJSON({ transform, ...options });
            const { values } = made.transformBatch(ml.toTensor().transformBatch(bytes(2), seeds), Uint32Array.of(1, 2));
            assert.ok((values as Float32Array).every((number) => !Number.isNaN(number)));
          } catch (error) {
            assert.match((error as Error).message, /^invalid .*; expected /s);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
