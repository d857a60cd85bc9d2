import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { fromArrays } from "../../../lib/data/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { imageGrid } from "../../../lib/plot/index.js";

/** The colour at a place of the picture, at scale 1. */
async function colorAt(png: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return Array.from(data.subarray(info.channels * (y * info.width + x)).subarray(0, 3));
}

const solid = (value: number | number[]) => Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => value));

describe("plot: imageGrid", () => {
  before(() => ready());

  it("draws each image in its place, in its colours", async () => {
    const images = tf.tensor4d([solid([255, 0, 0]), solid([0, 0, 255])] as number[][][][], undefined, "int32");
    const png = await imageGrid(images, { labels: ["red", "blue"] }).toPNG({ scale: 1 });
    images.dispose();
    assert.deepEqual(await colorAt(png, 40, 60), [255, 0, 0]);
    assert.deepEqual(await colorAt(png, 40 + 72 + 8, 60), [0, 0, 255]);
  });

  it("writes labels below, cut where they are too long", async () => {
    const images = tf.zeros<tf.Rank.R4>([3, 8, 8, 1]);
    const picture = imageGrid(images, { labels: ["a", "a & <b>", "a label that is much too long"] });
    images.dispose();
    const svg = await picture.toSVG();
    for (const label of [">a<", ">a &amp; &lt;b&gt;<"]) assert.ok(svg.includes(label), label);
    assert.match(svg, />a label that is ?…</);
    assert.equal(picture.text, "3 images of [8, 8, 1]\na, a & <b>, a label that is much too long");
  });

  it("spreads normalized values from black to white, and says so", async () => {
    const images = tf.tensor4d([solid([-2]), solid([3])] as number[][][][]);
    const picture = imageGrid(images);
    images.dispose();
    assert.deepEqual(picture.data.range, [-2, 3]);
    assert.match(picture.text, /black -2, white 3/);
    const png = await picture.toPNG({ scale: 1 });
    assert.deepEqual(
      [await colorAt(png, 40, 60), await colorAt(png, 120, 60)],
      [
        [0, 0, 0],
        [255, 255, 255],
      ],
    );
  });

  it("shows a data set with the names of its classes, spread over all of it", async () => {
    const labels = Array.from({ length: 1000 }, (_, i) => (i < 500 ? "first" : "second"));
    const dataset = fromArrays({ images: new Uint8Array(64_000), shape: [8, 8, 1], labels });
    const picture = imageGrid(dataset, { count: 4, title: "Samples" });
    assert.deepEqual(picture.data.indices, [0, 250, 500, 750]);
    assert.equal(picture.text, "Samples: 4 of 1,000 images of [8, 8, 1]\nfirst, first, second, second");
    const show = (picture as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
      Symbol.for("Jupyter.display")
    ];
    const bundle = await show?.call(picture);
    assert.deepEqual(Object.keys(bundle ?? {}), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    const { format, width } = await sharp(Buffer.from(bundle?.["image/png"] ?? "", "base64")).metadata();
    assert.equal(format, "png");
    assert.ok((width ?? 0) > 600);
  });

  it("keeps a grid of noisy photographs small", async () => {
    const images = tf.randomUniform<tf.Rank.R4>([40, 48, 48, 3], 0, 1, "float32", 1);
    const picture = imageGrid(images, { count: 40 });
    images.dispose();
    const show = (picture as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
      Symbol.for("Jupyter.display")
    ];
    const size = (await show?.call(picture))?.["image/png"]?.length ?? 0;
    assert.ok(size > 10_000 && size < 140_000, String(size));
  });

  it("keeps even the largest grid of noise below what a notebook shall hold", async () => {
    const images = tf.randomUniform<tf.Rank.R4>([100, 64, 64, 1], 0, 1, "float32", 1);
    const picture = imageGrid(images, { count: 100 });
    images.dispose();
    const show = (picture as unknown as Record<symbol, () => Promise<object>>)[Symbol.for("Jupyter.display")];
    assert.ok(JSON.stringify(await show?.call(picture)).length < 102_400);
  });

  it("says what is wrong with its input", () => {
    const draw = imageGrid as (images: unknown, options?: object) => unknown;
    const image = tf.zeros([1, 2, 2, 1]);
    const bad: [images: unknown, options: object, message: RegExp][] = [
      [tf.zeros([2, 2]), {}, /invalid images; expected a tensor \[count, height, width, channels\]: \[2, 2\]/],
      [
        tf.zeros([1, 2, 2, 5]),
        {},
        /invalid images; expected images of \[height, width, 1, 3 or 4 channels\]: \[2, 2, 5\]/,
      ],
      [tf.zeros([0, 2, 2, 1]), {}, /invalid images; expected at least one image: "none"/],
      [tf.fill([1, 2, 2, 1], Number.NaN), {}, /invalid images; expected finite values: NaN/],
      [undefined, {}, /invalid images; expected a tensor .* or a data set of images: undefined/],
      [image, { labels: [] }, /invalid labels; expected 1 labels, one an image: \[\]/],
      [image, { count: 0 }, /invalid count; expected a whole number from 1 to 200: 0/],
      [image, { columns: 1.5 }, /invalid columns; expected a whole number, at least 1: 1.5/],
    ];
    const before = tf.memory().numTensors;
    for (const [images, options, message] of bad) assert.throws(() => draw(images, options), { message });
    assert.equal(tf.memory().numTensors, before);
  });
});
