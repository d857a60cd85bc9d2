import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { fromArrays } from "../../../lib/data/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { augmentations, channelStatistics } from "../../../lib/plot/index.js";
import { compose, normalize, randomHorizontalFlip, resize, toTensor } from "../../../lib/transforms/index.js";

/** Black on the left, white on the right. */
const halves = Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 0 : 255));

async function greyAt(png: Uint8Array, x: number, y: number): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().greyscale().raw().toBuffer({ resolveWithObject: true });
  return data[y * info.width + x] ?? -1;
}

describe("plot: augmentations", () => {
  before(() => ready());
  const dataset = fromArrays({ images: Uint8Array.from([...halves, ...halves]), shape: [8, 8, 1], labels: ["a", "b"] });

  it("draws each image, and beside it what the transform makes of it", async () => {
    const before = tf.memory().numTensors;
    const picture = augmentations(dataset, randomHorizontalFlip({ probability: 1 }), { copies: 2 });
    assert.equal(tf.memory().numTensors, before);
    const png = await picture.toPNG({ scale: 1 });
    // Margin 12, title 20, summary 20, heads 16; tiles of 72 with 8 between them.
    const [left, y] = [12 + 10, 12 + 20 + 20 + 16 + 30];
    const greys = await Promise.all([left, left + 50, left + 80, left + 130].map((x) => greyAt(png, x, y)));
    assert.deepEqual(greys, [0, 255, 255, 0]);
    const svg = await picture.toSVG();
    for (const text of [">before<", ">after<", ">a<", ">b<"]) assert.ok(svg.includes(text), text);
  });

  it("shows what the same seeds give elsewhere", () => {
    const images = tf.randomUniform<tf.Rank.R4>([3, 8, 8, 3], 0, 1, "float32", 1);
    const seen: (number | undefined)[] = [];
    const flip = randomHorizontalFlip();
    const watched = {
      apply: (batch: tf.Tensor, seed?: number) => {
        seen.push(seed);
        return flip.apply(batch, seed);
      },
    };
    const { data } = augmentations(images, watched, { seed: 5, copies: 3, count: 2 });
    images.dispose();
    assert.deepEqual(seen, [5, 6, 7]);
    assert.deepEqual(data, { indices: [0, 1], shape: [8, 8, 3], seeds: [5, 6, 7] });
  });

  it("shows sizes that change, and values that are no longer from 0 to 1", () => {
    const transform = compose([resize(12), toTensor(), normalize([0.5], [0.5])]);
    const { text, data } = augmentations(dataset, transform, { count: 1 });
    assert.deepEqual(data.shape, [12, 12, 1]);
    assert.match(
      text,
      /1 image, each transformed 6 times: \[8, 8, 1\] before, \[12, 12, 1\] after, black -1, white 1\na$/,
    );
  });

  it("says what is wrong with its input, and leaves no tensor behind", () => {
    const draw = augmentations as (images: unknown, transform: unknown, options?: object) => unknown;
    const image = tf.zeros([2, 8, 8, 1]);
    const flip = randomHorizontalFlip();
    const bad: [images: unknown, transform: unknown, options: object, message: RegExp][] = [
      [image, undefined, {}, /^invalid transform; expected a transform of ml.transforms: undefined/],
      [image, { apply: () => 1 }, {}, /^invalid transform; expected a transform whose apply returns a tensor.*: 1/],
      [
        image,
        { apply: () => tf.zeros([1, 8, 8, 1]) },
        {},
        /^invalid transform; expected one that returns as many images/,
      ],
      [[], flip, {}, /^invalid images; expected a tensor/],
      [tf.zeros([8, 8, 1]), flip, {}, /^invalid images; expected a tensor \[count, height, width, channels\]/],
      [image, flip, { copies: 0 }, /^invalid copies; expected a whole number from 1 to 10: 0/],
      [image, flip, { seed: -1 }, /^invalid seed/],
    ];
    const before = tf.memory().numTensors;
    for (const [images, transform, options, message] of bad)
      assert.throws(() => draw(images, transform, options), { message });
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("plot: channelStatistics", () => {
  before(() => ready());

  it("is what normalize takes: afterwards the mean is 0 and the standard deviation 1", () => {
    const values = Uint8Array.from({ length: 4 * 6 * 6 * 3 }, (_, i) => (i * 7919) % 256);
    const images = fromArrays({ images: values, shape: [6, 6, 3], labels: ["a", "a", "b", "b"] });
    const { data } = channelStatistics(images);
    const tensor = tf.tensor4d(Array.from(values), [4, 6, 6, 3], "int32");
    const normal = compose([toTensor(), normalize([...data.mean], [...data.std])]).apply(tensor);
    const { mean, variance } = tf.moments(normal, [0, 1, 2]);
    for (const value of mean.dataSync()) assert.ok(Math.abs(value) < 1e-6, String(value));
    for (const value of variance.dataSync()) assert.ok(Math.abs(value - 1) < 1e-5, String(value));
    assert.deepEqual(channelStatistics(tensor).data, data);
    tf.dispose([tensor, normal, mean, variance]);
  });

  it("draws the shares of pixels, which add up to 1 in each channel", () => {
    const images = tf.randomNormal<tf.Rank.R4>([5, 4, 4, 3], 0, 1, "float32", 1);
    const chart = channelStatistics(images, { count: 2 });
    images.dispose();
    const rows = (chart.spec.data as { values: { share: number[] }[] }).values;
    for (const channel of [0, 1, 2])
      assert.ok(Math.abs(rows.reduce((sum, { share }) => sum + (share[channel] ?? 0), 0) - 1) < 1e-4);
    assert.match(chart.text, /^Channel statistics: 2 of 5 images\n/);
    assert.equal(chart.data.images, 2);
  });

  it("leaves out what is not finite, and says so", () => {
    const images = tf.tensor4d([0, 1, Number.NaN, Number.POSITIVE_INFINITY], [1, 2, 2, 1]);
    const { data, text } = channelStatistics(images);
    images.dispose();
    assert.deepEqual([data.mean, data.std, data.notFinite], [[0.5], [0.5], 2]);
    assert.match(text, /1 image; 1 not a number and 1 infinite left out/);
  });

  it("says what is wrong with its input", () => {
    const draw = channelStatistics as (images: unknown, options?: object) => unknown;
    const [flat, wide, empty, nothing] = [
      tf.zeros([2, 2]),
      tf.zeros([1, 2, 2, 8]),
      tf.zeros([0, 2, 2, 1]),
      tf.fill([1, 2, 2, 1], Number.NaN),
    ];
    assert.throws(() => draw(flat), /^Error: invalid images; expected images of \[height, width, 1 to 7 channels\]/);
    assert.throws(() => draw(wide), /^Error: invalid images; expected images of \[height, width, 1 to 7 channels\]/);
    assert.throws(() => draw(empty), /^Error: invalid images; expected at least one image/);
    assert.throws(
      () => draw(nothing),
      /^Error: invalid images; expected a finite value in each channel: "none in channel 0"/,
    );
    assert.throws(() => draw([1]), /^Error: invalid images; expected a tensor/);
    tf.dispose([flat, wide, empty, nothing]);
  });
});
