import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import * as vega from "vega";
import * as vegaLite from "vega-lite";
import { ready } from "../../../lib/engine/backend.js";
import { embedding } from "../../../lib/plot/index.js";
import { bell } from "./gallery.js";

interface Case {
  features: number[][];
  scores: [number, number][];
  ratio: [number, number];
}

const fixture = new URL("../../../../test/fixtures/plot/pca.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as { cases: Record<string, Case> };

/** Three heaps of points in eight dimensions. */
function heaps(samples: number): number[][] {
  const values = bell(samples * 8, 5);
  return Array.from({ length: samples }, (_, i) =>
    values.slice(8 * i, 8 * i + 8).map((value, j) => value + (j === i % 3 ? 12 : 0)),
  );
}

/** The picture in the first tooltip of what is drawn. */
function findImage(item: unknown): unknown {
  const { tooltip, items = [] } = item as { tooltip?: { image?: string }; items?: readonly unknown[] };
  return tooltip?.image ?? items.map(findImage).find((found) => found !== undefined);
}

const rowsOf = ({ spec }: { spec: object }) => (spec as { data: { values: { thumbnail?: string }[] } }).data.values;

describe("plot: embedding", () => {
  before(() => ready());

  for (const [name, { features, scores, ratio }] of Object.entries(cases)) {
    it(`is the PCA of numpy's singular values: ${name}`, () => {
      const { data } = embedding(features);
      scores.forEach(([x, y], i) => {
        assert.ok(Math.abs(x - (data.x[i] ?? Number.NaN)) < 1e-6, `${x}, ${data.x[i]}`);
        assert.ok(Math.abs(y - (data.y[i] ?? Number.NaN)) < 1e-6, `${y}, ${data.y[i]}`);
      });
      for (const i of [0, 1] as const)
        assert.ok(Math.abs(ratio[i] - (data.explainedVarianceRatio?.[i] ?? Number.NaN)) < 1e-9);
    });
  }

  it("takes a tensor, says how much of the variance is seen, and colours by class", () => {
    const features = tf.tensor2d(heaps(30));
    const chart = embedding(features, { labels: Array.from({ length: 30 }, (_, i) => `heap ${i % 3}`) });
    features.dispose();
    assert.match(chart.text, /^Principal components: 30 points, component 1 \([\d.]+ % of the variance\) /);
    assert.match(chart.text, /heap 0: 10, heap 1: 10, heap 2: 10/);
  });

  it("draws what does not differ, as one point", () => {
    const { data } = embedding([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    assert.deepEqual(
      [data.x, data.explainedVarianceRatio],
      [
        [0, 0, 0],
        [0, 0],
      ],
    );
  });

  it("keeps neighbours together by UMAP, the same for the same seed", function () {
    this.timeout(60_000);
    const features = heaps(60);
    const { data } = embedding(features, { method: "umap", neighbors: 8, seed: 3 });
    const distance = (a: number, b: number) =>
      Math.hypot((data.x[a] ?? 0) - (data.x[b] ?? 0), (data.y[a] ?? 0) - (data.y[b] ?? 0));
    for (let i = 0; i < 60; i++) {
      const others = Array.from({ length: 60 }, (_, j) => j).filter((j) => j !== i);
      const nearest = others.reduce((best, j) => (distance(i, j) < distance(i, best) ? j : best));
      assert.equal(nearest % 3, i % 3);
    }
    assert.deepEqual(embedding(features, { method: "umap", neighbors: 8, seed: 3 }).data, data);
  });

  it("has each sample's picture on hover", async () => {
    const images = tf.tensor4d(
      Array.from({ length: 30 * 64 }, (_, i) => Math.floor(i / 64) * 8),
      [30, 8, 8, 1],
      "int32",
    );
    const chart = embedding(heaps(30), { images });
    images.dispose();
    const rows = rowsOf(chart);
    assert.equal(rows.length, 30);
    for (const place of [0, 7, 29]) {
      const png = Buffer.from(rows[place]?.thumbnail?.split(",")[1] ?? "", "base64");
      const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
      assert.deepEqual([info.width, info.height, data[0]], [8, 8, place * 8]);
    }
    // On the page it is larger: a picture that holds it.
    const drawn = new vega.View(vega.parse(vegaLite.compile(chart.spec as never).spec), { renderer: "none" });
    await drawn.runAsync();
    const hovered = String(findImage((drawn.scenegraph() as unknown as { root: unknown }).root) ?? "");
    drawn.finalize();
    assert.ok(hovered.startsWith("data:image/svg+xml,"));
    const picture = decodeURIComponent(hovered.slice(19));
    const { data, info } = await sharp(Buffer.from(picture)).greyscale().raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [96, 96]);
    assert.equal(new Set(data).size, 1);
    const layers = chart.spec.layer as { encoding: { tooltip: { field: string }[] } }[];
    assert.deepEqual(
      layers.map(({ encoding }) => encoding.tooltip[0]?.field),
      ["x", "image"],
    );
  });

  it("draws a sample of very many, and says so", () => {
    const chart = embedding(heaps(3000));
    assert.equal(rowsOf(chart).length, 1000);
    const { indices } = chart.data;
    assert.ok(indices.every((index, i) => index >= 3 * i && index < 3 * (i + 1)));
    // Classes that take turns are all among them.
    assert.deepEqual(
      [0, 1, 2].filter((one) => indices.filter((index) => index % 3 === one).length > 250),
      [0, 1, 2],
    );
    assert.match(chart.text, /1000 of 3,000 samples are drawn/);
  });

  it("says what is wrong with its input", () => {
    const draw = embedding as (features: unknown, options?: object) => unknown;
    const good = heaps(4);
    const images = tf.zeros([3, 4, 4, 1]);
    const bad: [features: unknown, options: object, message: RegExp][] = [
      [[], {}, /^invalid features; expected \[samples, features\], at least 2 of each .*: \[\]/],
      [[[1], [2]], {}, /^invalid features; expected \[samples, features\]/],
      [[[1, 2], [3]], {}, /^invalid features\[1\]; expected 2 numbers: \[3\]/],
      [
        [
          [1, 2],
          [3, Number.NaN],
        ],
        {},
        /^invalid features\[1\]\[1\]; expected a finite number, below 1e100: NaN/,
      ],
      [good, { method: "tsne" }, /^invalid method; expected one of "pca", "umap": "tsne"/],
      [good, { labels: ["a"] }, /^invalid labels; expected 4 labels, one a point: \["a"\]/],
      [good, { images }, /^invalid images; expected 4 images, one a sample: 3/],
      [good, { count: 1 }, /^invalid count/],
    ];
    for (const [features, options, message] of bad) assert.throws(() => draw(features, options), { message });
    images.dispose();
  });
});
