import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { ready } from "../../../lib/engine/backend.js";
import "../../../lib/plot/index.js";
import { short } from "../../../lib/plot/number-series.js";

/** The HTML that a tensor shows itself with. */
function html(tensor: tf.Tensor): string | undefined {
  const show = (tensor as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
  const bundle = show?.call(tensor) ?? {};
  tensor.dispose();
  assert.ok((bundle["text/html"] ?? "").length < 100_000, `${bundle["text/html"]?.length} characters`);
  return bundle["text/html"];
}

async function pixels(shown: string | undefined): Promise<{ values: number[]; width: number; channels: number }> {
  const data = /base64,([^"]+)"/.exec(shown ?? "")?.[1] ?? "";
  const { data: values, info } = await sharp(Buffer.from(data, "base64")).raw().toBuffer({ resolveWithObject: true });
  return { values: Array.from(values), width: info.width, channels: info.channels };
}

describe("plot: a tensor's own display", () => {
  before(() => ready());

  it("tells dtype, shape, size and how the values are distributed", () => {
    const tensor = tf.randomNormal<tf.Rank.R2>([30, 20], 3, 2, "float32", 1);
    const [mean, variance] = tf.tidy(() => {
      const all = tf.moments(tensor);
      return [all.mean.arraySync() as number, all.variance.arraySync() as number];
    });
    const [least, most] = [Math.min(...tensor.dataSync()), Math.max(...tensor.dataSync())];
    const head = /<p>(.*?)<\/p>/.exec(html(tensor) ?? "")?.[1]?.split(", ");
    assert.deepEqual(head?.slice(0, 5), [
      "Tensor float32 [30",
      "20]",
      "2.344 KB",
      `${short(least)} to ${short(most)}`,
      `mean ${short(mean ?? 0)}`,
    ]);
    const std = Number(/std ([\d.]+)/.exec(head?.join() ?? "")?.[1]);
    assert.ok(Math.abs(std - Math.sqrt(variance ?? 0)) < 1e-3);
    assert.equal(head?.[6], "0 NaN");
  });

  it("shows the first rows and columns, with more where there are more", () => {
    assert.match(html(tf.tensor2d([[1, 2.5]])) ?? "", /<tr><td>1<\/td><td>2.5<\/td><\/tr><\/tbody>/);
    const cut = html(tf.zeros([40, 30])) ?? "";
    assert.equal(cut.match(/<tr>/g)?.length, 11);
    assert.equal(cut.match(/<td>…<\/td>/g)?.length, 10);
    assert.equal(cut.match(/<td>⋮<\/td>/g)?.length, 11);
    assert.match(html(tf.zeros([2, 2, 5, 2, 2])) ?? "", /<caption>\[0, 0, 0, :, :\]<\/caption>/);
  });

  it("counts what is not finite, and shows it", () => {
    const shown = html(tf.tensor1d([Number.NaN, 1, Number.NaN, Number.NEGATIVE_INFINITY])) ?? "";
    assert.match(shown, /1 to 1, mean 1, std 0, <b>2 NaN<\/b>, <b>1 infinite<\/b>/);
    assert.match(shown, /<td><b>-Infinity<\/b><\/td>/);
    assert.match(html(tf.fill([3], Number.NaN)) ?? "", /\[3\], 12 bytes, <b>3 NaN<\/b>/);
  });

  it("knows booleans, whole numbers, variables and text", () => {
    assert.match(html(tf.tensor1d([true, false, true])) ?? "", /bool \[3\], 3 bytes, 2 true/);
    assert.match(html(tf.tensor1d([7, 9], "int32")) ?? "", /int32 \[2\], 8 bytes, 7 to 9, mean 8, std 1<\/p>/);
    assert.match(html(tf.variable(tf.ones([2]))) ?? "", /<p>Variable float32/);
    assert.match(html(tf.tensor1d(["a & <b>", "x".repeat(99)])) ?? "", /<td>a &amp; &lt;b&gt;<\/td><td>x{40}…<\/td>/);
  });

  it("shows images as they are, side by side", async () => {
    const values = Array.from({ length: 2 * 8 * 9 * 3 }, (_, i) => (i * 37) % 256);
    const picture = await pixels(html(tf.tensor4d(values, [2, 8, 9, 3], "int32")));
    assert.equal(picture.width, 9 + 2 + 9);
    const row = 20 * picture.channels;
    assert.deepEqual(picture.values.slice(row, row + 27), values.slice(27, 54));
    assert.deepEqual(picture.values.slice(11 * 3, 20 * 3), values.slice(8 * 9 * 3, 8 * 9 * 3 + 27));
  });

  it("spreads other images from black to white, and says so", () => {
    const images = tf.linspace(-2, 2, 3 * 64).reshape([3, 8, 8, 1]);
    assert.match(html(images) ?? "", /3 of 3 images; black -2, white 2/);
  });

  it("stays small and quick whatever comes", () => {
    assert.match(html(tf.randomUniform([64, 100, 100, 3], 0, 1, "float32", 1)) ?? "", /8 of 64 images/);
    const before = tf.memory().numTensors;
    const shown = html(tf.ones([3_000_000])) ?? "";
    assert.match(shown, /11.44 MB, 1 to 1, .*of the first 1,000,000 values/);
    assert.equal(tf.memory().numTensors, before);
  });

  it("leaves to text what text says as well", () => {
    assert.equal(html(tf.scalar(1)), undefined);
    assert.equal(html(tf.zeros([0, 3])), undefined);
    const gone = tf.ones([2]);
    gone.dispose();
    assert.equal(html(gone), undefined);
  });
});
