// Filters, feature maps and Grad-CAM on tiny nets, against what is computed by hand and by finite differences.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { ready } from "../../../lib/engine/backend.js";
import { lenet5 } from "../../../lib/models/index.js";
import { featureMaps, filters, gradCam } from "../../../lib/plot/index.js";

const image = (seed: number, shape = [1, 6, 6, 1]) => tf.randomNormal(shape, 0, 1, "float32", seed);

/** A convolution of two channels, then `head`, whose weights are drawn anew. */
function net(head: readonly tf.layers.Layer[], activation: "relu" | "tanh" = "relu"): tf.Sequential {
  const conv = tf.layers.conv2d({
    filters: 2,
    kernelSize: 3,
    activation,
    inputShape: [6, 6, 1],
    name: `conv_${activation}`,
  });
  const model = tf.sequential({ layers: [conv, ...head] });
  model.setWeights(model.getWeights().map((weight, i) => tf.randomNormal(weight.shape, 0, 0.7, "float32", i + 1)));
  return model;
}

function outputOf(layer: tf.layers.Layer | undefined, xs: tf.Tensor): tf.Tensor4D {
  assert.ok(layer);
  return layer.apply(xs) as tf.Tensor4D;
}

function near(actual: readonly number[], expected: readonly number[], within: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - (expected[i] ?? Number.NaN)) <= within, `${i}: ${value}, ${expected[i]}`);
  });
}

async function greyAt(png: Uint8Array, x: number, y: number): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().greyscale().raw().toBuffer({ resolveWithObject: true });
  return data[y * info.width + x] ?? -1;
}

/** What Σ over places and channels of ReLU(Σ α A) is by the paper's formula, from given α. */
function mapOf(inside: number[][][], weights: readonly number[]): number[][] {
  return inside.map((row) =>
    row.map((values) =>
      Math.max(
        0,
        values.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), 0),
      ),
    ),
  );
}

describe("plot: gradCam", () => {
  before(() => ready());

  it("has, after global average pooling, the weights of the class divided by the places (the paper's section 3.1)", () => {
    const dense = tf.layers.dense({ units: 3, activation: "softmax" });
    const model = net([tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }), dense]);
    const xs = image(7);
    const kernel = dense.getWeights()[0]?.arraySync() as number[][];
    for (const chosen of [0, 1, 2]) {
      const { data } = gradCam(model, xs, { classes: chosen });
      near(
        data.weights[0] ?? [],
        kernel.map((row) => (row[chosen] ?? 0) / 16),
        1e-6,
      );
      const inside = outputOf(model.layers[0], xs).arraySync()[0] ?? [];
      near(data.maps.flat(2), mapOf(inside, data.weights[0] ?? []).flat(), 1e-5);
    }
    tf.dispose(xs);
    model.dispose();
  });

  it("is the gradient of the score before the softmax, by finite differences", () => {
    const head = [
      tf.layers.flatten(),
      tf.layers.dense({ units: 4, activation: "tanh" }),
      tf.layers.dense({ units: 3 }),
    ];
    const model = net([...head, tf.layers.softmax()], "tanh");
    const xs = image(9, [2, 6, 6, 1]);
    const { data } = gradCam(model, xs, { classes: [2, 0] });
    const inside = outputOf(model.layers[0], xs);
    const scores = (values: tf.Tensor) =>
      tf.tidy(
        () => head.reduce<tf.Tensor>((x, layer) => layer.apply(x) as tf.Tensor, values).arraySync() as number[][],
      );
    const step = 1e-2;
    for (const channel of [0, 1]) {
      // The mean of the gradients over all places is the slope when all of the channel moves, divided by the places.
      const moved = tf.oneHot(tf.scalar(channel, "int32"), 2).mul(step);
      const [up, down] = [scores(inside.add(moved)), scores(inside.sub(moved))];
      [2, 0].forEach((chosen, i) => {
        const slope = ((up[i]?.[chosen] ?? 0) - (down[i]?.[chosen] ?? 0)) / (2 * step) / 16;
        near([data.weights[i]?.[channel] ?? Number.NaN], [slope], 2e-4);
      });
    }
    model.dispose();
    tf.dispose([xs, inside]);
  });

  it("asks for the predicted class, and leaves the model and the memory as they were", () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10, seed: 1 });
    const xs = image(3, [5, 32, 32, 1]);
    const answer = () => tf.tidy(() => (model.predict(xs) as tf.Tensor2D).arraySync());
    const predicted = answer();
    const before = tf.memory().numTensors;
    const { data, text } = gradCam(model, xs);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      data.classes,
      predicted.map((row) => row.indexOf(Math.max(...row))),
    );
    assert.deepEqual(answer(), predicted);
    assert.ok(data.maps.flat(2).some((value) => value > 0));
    assert.match(text, /^Grad-CAM: 5 images, what speaks for the class in /);
    model.dispose();
    xs.dispose();
  });

  it("paints the strongest place red, and names the class below", async () => {
    const model = net([
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: 2 }),
    ]);
    const xs = image(5);
    const picture = gradCam(model, xs, { classNames: ["cat", "dog"], classes: 1 });
    model.dispose();
    xs.dispose();
    assert.match(await picture.toSVG(), />dog/);
    const { data, info } = await sharp(await picture.toPNG({ scale: 1 }))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    let reddest = 0;
    for (let i = 0; i < data.length; i += info.channels)
      reddest = Math.max(reddest, (data[i] ?? 0) - (data[i + 2] ?? 0));
    const isEmpty = picture.data.maps.flat(2).every((value) => value === 0);
    assert.ok(isEmpty ? reddest === 0 : reddest > 120, String(reddest));
  });

  it("says what is wrong with its input, and leaves nothing behind", () => {
    const model = net([tf.layers.flatten(), tf.layers.dense({ units: 2 })]);
    const [xs, wrong, nan] = [image(1), image(1, [1, 5, 5, 1]), tf.fill([6, 6, 1], Number.NaN)];
    const draw = gradCam as (model: unknown, images: unknown, options?: object) => unknown;
    const bad: [model: unknown, images: unknown, options: object, message: RegExp][] = [
      [{}, xs, {}, /^invalid model; expected a tf.LayersModel/],
      [model, wrong, {}, /^invalid images; expected the model's input \[images, 6, 6, 1\]/],
      [model, nan, {}, /^invalid images; expected finite values: NaN/],
      [
        model,
        xs,
        { layer: "dense" },
        /^invalid layer; expected a layer that puts out \[height, width, channels\] \(conv_relu\): "dense"/,
      ],
      [model, xs, { classes: 2 }, /^invalid classes; expected a whole number from 0 to 1: 2/],
      [model, xs, { classes: [0, 1] }, /^invalid classes; expected a class, or 1 of them, one an image: \[0, 1\]/],
      [model, xs, { classNames: ["a"] }, /^invalid classNames/],
    ];
    const before = tf.memory().numTensors;
    for (const [one, images, options, message] of bad) assert.throws(() => draw(one, images, options), { message });
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
    tf.dispose([xs, wrong, nan]);
  });
});

describe("plot: filters and featureMaps", () => {
  before(() => ready());

  it("draws filters with 0 as grey, the largest weight as white", async () => {
    const model = net([]);
    const kernel = tf.tensor4d([...Array(9).fill([0.5, -1]).flat()], [3, 3, 1, 2]);
    model.layers[0]?.setWeights([kernel, tf.zeros([2])]);
    const picture = filters(model);
    assert.deepEqual(picture.data, { layer: "conv_relu", shape: [3, 3, 1, 2], range: [-1, 1] });
    assert.equal(picture.text, "Filters of conv_relu: 2 filters of [3, 3, 1], black -1, grey 0, white 1");
    const png = await picture.toPNG({ scale: 1 });
    assert.deepEqual([await greyAt(png, 40, 80), await greyAt(png, 120, 80)], [191, 0]);
    model.dispose();
    kernel.dispose();
  });

  it("draws the inputs of deeper filters beside each other", async () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10, seed: 1 });
    const second = model.layers.filter((layer) => layer.weights[0]?.shape.length === 4)[1];
    const before = tf.memory().numTensors;
    const picture = filters(model, { layer: second?.name ?? "", count: 3 });
    assert.equal(tf.memory().numTensors, before);
    assert.match(picture.text, /3 of 16 filters of \[5, 5, 6\], black/);
    const svg = await picture.toSVG();
    assert.equal(svg.match(/<image /g)?.length, 18);
    for (const label of [">filter 2<", ">input 5<"]) assert.ok(svg.includes(label), label);
    model.dispose();
  });

  it("draws what the layer puts out", () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10, seed: 1 });
    const xs = image(2, [32, 32, 1]);
    const before = tf.memory().numTensors;
    const { data } = featureMaps(model, xs, { count: 4 });
    assert.equal(tf.memory().numTensors, before);
    const first = model.layers.find((layer) => layer.name === data.layer);
    const own = outputOf(first, xs.expandDims(0)).arraySync()[0] ?? [];
    assert.equal(data.maps.length, 4);
    data.maps.forEach((map, channel) => {
      near(
        map,
        own.flat().map((values) => values[channel] ?? Number.NaN),
        1e-6,
      );
    });
    model.dispose();
    xs.dispose();
  });

  it("finds layers within layers", () => {
    const inner = net([]);
    const model = tf.sequential({ layers: [inner, tf.layers.flatten(), tf.layers.dense({ units: 2 })] });
    const xs = image(4);
    assert.deepEqual(featureMaps(model, xs, { layer: "conv_relu" }).data.shape, [4, 4, 2]);
    assert.equal(gradCam(model, xs).data.layer, "conv_relu");
    model.dispose();
    xs.dispose();
  });

  it("says which layers there are", () => {
    const model = net([tf.layers.flatten(), tf.layers.dense({ units: 2, name: "last" })]);
    const flat = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    const xs = image(1);
    assert.throws(() => filters(model, { layer: "last" }), {
      message: 'invalid layer; expected a layer with filters [height, width, inputs, filters] (conv_relu): "last"',
    });
    assert.throws(() => filters(flat), /^Error: invalid model; expected one with a layer with filters/);
    assert.throws(() => featureMaps(model, xs, { count: 0 }), /^Error: invalid count/);
    for (const one of [model, flat]) one.dispose();
    xs.dispose();
  });
});
