// What ml.summary says of a model: parameters as tfjs counts them, multiply-adds as counted by hand here.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { lenet5, mlp, resnet } from "../../../lib/models/index.js";
import { type ModelSummary, summary } from "../../../lib/training/summary.js";

/** Names in tfjs go up with each model, so that tests name their layers. */
function show(value: ModelSummary): Record<string, string> {
  return (value as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.() ?? {};
}

class Square extends tf.layers.Layer {
  static className = "Square";
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.matMul(inputs as tf.Tensor, inputs as tf.Tensor);
  }
}

describe("summary", () => {
  const models: tf.LayersModel[] = [];
  const keep = <M extends tf.LayersModel>(model: M): M => {
    models.push(model);
    return model;
  };
  afterEach(() => {
    for (const model of models.splice(0)) model.dispose();
  });

  it("counts the net of PyTorch's CIFAR-10 tutorial", () => {
    const net = keep(lenet5({ inputShape: [32, 32, 3], classes: 10, batchNorm: false }));
    const result = summary(net);
    const convolutions = [28 * 28 * 6 * 5 * 5 * 3, 10 * 10 * 16 * 5 * 5 * 6];
    const products = [400 * 120, 120 * 84, 84 * 10];
    assert.deepEqual(
      result.layers.map((layer) => layer.multiplyAdds),
      [convolutions[0], 0, convolutions[1], 0, 0, ...products],
    );
    assert.equal(
      result.multiplyAdds,
      [...convolutions, ...products].reduce((a, b) => a + b),
    );
    assert.equal(result.parameters, 62_006);
    assert.equal(result.parameters, net.countParams());
    assert.equal(result.trainableParameters, 62_006);
    assert.deepEqual(result.layers[0]?.outputShapes, [[null, 28, 28, 6]]);
  });

  it("shows a table, as text and as HTML", () => {
    const net = keep(
      tf.sequential({
        name: "<small>",
        layers: [
          tf.layers.conv2d({ name: "see", inputShape: [4, 4, 1], filters: 2, kernelSize: 3 }),
          tf.layers.flatten({ name: "flat" }),
          tf.layers.dense({ name: "say", units: 10, trainable: false }),
        ],
      }),
    );
    const bundle = show(summary(net));
    assert.equal(
      bundle["text/plain"],
      [
        "<small>",
        "layer  type     output shape      parameters  multiply-adds",
        "see    Conv2D   [batch, 2, 2, 2]          20             72",
        "flat   Flatten  [batch, 8]                 0              0",
        "say    Dense    [batch, 10]               90             80",
        "110 parameters (20 trainable, 90 not), 440 B as float32; 152 multiply-adds a sample",
      ].join("\n"),
    );
    assert.match(
      bundle["text/html"] ?? "",
      /^<table><caption>&lt;small&gt;<\/caption>.*<td style="text-align:left">flat<\/td>.*<\/table>/,
    );
  });

  it("shows the first and the last layers of very many, and says so", () => {
    const layers = Array.from({ length: 400 }, (_, i) =>
      tf.layers.dense({
        name: `layer_${i}_with_a_name_as_long_as_they_come`,
        units: 1,
        ...(i ? {} : { inputShape: [1] }),
      }),
    );
    const result = summary(keep(tf.sequential({ layers })));
    assert.equal(result.layers.length, 400);
    const bundle = show(result);
    const text = bundle["text/plain"] ?? "";
    assert.match(
      text,
      /\nlayer_99_.*\nlayer_350_.*\n[\s\S]*\nlayer_399_.*\n250 rows after the first 100 are left out; they are in \.layers\n/,
    );
    assert.ok(JSON.stringify(bundle).length < 99_000, `${JSON.stringify(bundle).length}`);
  });

  // Layer, shape of one sample, multiply-adds by hand.
  const kinds: [name: string, layer: () => tf.layers.Layer, inputShape: number[], expected: number][] = [
    [
      "conv2d, stride 2, same",
      () => tf.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same" }),
      [7, 7, 3],
      4 * 4 * 8 * 27,
    ],
    [
      "conv2d, dilated",
      () => tf.layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: 2 }),
      [9, 8, 3],
      5 * 4 * 2 * 27,
    ],
    [
      "conv2d, 1 × 5, without bias",
      () => tf.layers.conv2d({ filters: 4, kernelSize: [1, 5], useBias: false }),
      [6, 6, 2],
      6 * 2 * 4 * 10,
    ],
    ["conv1d", () => tf.layers.conv1d({ filters: 4, kernelSize: 3 }), [10, 2], 8 * 4 * 6],
    ["conv3d", () => tf.layers.conv3d({ filters: 2, kernelSize: 2 }), [3, 3, 3, 1], 8 * 2 * 8],
    [
      "conv2dTranspose",
      () => tf.layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 }),
      [4, 5, 6],
      4 * 5 * 6 * 3 * 4,
    ],
    [
      "depthwiseConv2d",
      () => tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
      [6, 6, 4],
      4 * 4 * 9 * 4 * 2,
    ],
    [
      "separableConv2d",
      () => tf.layers.separableConv2d({ filters: 8, kernelSize: 3, depthMultiplier: 2 }),
      [6, 6, 4],
      16 * (9 * 8 + 8 * 8),
    ],
    ["dense on a sequence", () => tf.layers.dense({ units: 7 }), [5, 3], 5 * 3 * 7],
    [
      "timeDistributed dense",
      () => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 7 }) }),
      [5, 3],
      5 * 3 * 7,
    ],
    ["maxPooling2d", () => tf.layers.maxPooling2d({ poolSize: 2 }), [6, 6, 4], 0],
    ["globalAveragePooling2d", () => tf.layers.globalAveragePooling2d({}), [6, 6, 4], 0],
    ["batchNormalization", () => tf.layers.batchNormalization(), [6, 5, 4], 6 * 5 * 4],
    ["layerNormalization", () => tf.layers.layerNormalization(), [6, 4], 24],
    ["embedding", () => tf.layers.embedding({ inputDim: 100, outputDim: 8 }), [12], 0],
    ["simpleRNN", () => tf.layers.simpleRNN({ units: 4 }), [6, 3], 6 * 4 * (3 + 4)],
    ["gru", () => tf.layers.gru({ units: 4 }), [6, 3], 6 * 3 * 4 * (3 + 4)],
    ["lstm", () => tf.layers.lstm({ units: 4, returnSequences: true }), [6, 3], 6 * 4 * 4 * (3 + 4)],
    [
      "bidirectional lstm",
      () => tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 4 }), mergeMode: "concat" }),
      [6, 3],
      2 * 6 * 4 * 4 * (3 + 4),
    ],
    [
      "convLstm2d",
      () => tf.layers.convLstm2d({ filters: 2, kernelSize: 3 }),
      [4, 6, 5, 3],
      4 * (4 * 3) * 9 * 4 * 2 * (3 + 2),
    ],
    ["prelu", () => tf.layers.prelu(), [6, 4], 0],
  ];
  for (const [name, layer, inputShape, expected] of kinds) {
    it(`counts ${name}`, () => {
      const input = tf.input({ shape: inputShape });
      const net = keep(tf.model({ inputs: input, outputs: layer().apply(input) as tf.SymbolicTensor }));
      const result = summary(net);
      assert.equal(result.multiplyAdds, expected);
      assert.equal(result.parameters, net.countParams());
    });
  }

  it("counts a dot product of two inputs", () => {
    const [a, b] = [tf.input({ shape: [5, 3] }), tf.input({ shape: [7, 3] })];
    const net = keep(
      tf.model({ inputs: [a, b], outputs: tf.layers.dot({ axes: 2 }).apply([a, b]) as tf.SymbolicTensor }),
    );
    assert.equal(summary(net).multiplyAdds, 5 * 7 * 3);
  });

  it("shows where branches come from, and a residual net adds up", () => {
    const net = keep(resnet({ inputShape: [32, 32, 3], classes: 10 }));
    const result = summary(net);
    assert.equal(result.parameters, net.countParams());
    const normalised = 3 * 32 * 32 * 16 + 3 * 16 * 16 * 32 + 3 * 8 * 8 * 64;
    const stem = 32 * 32 * 16 * 27;
    const first = 2 * 32 * 32 * 16 * 9 * 16;
    const second = 16 * 16 * (32 * 9 * 16 + 32 * 9 * 32 + 32 * 16);
    const third = 8 * 8 * (64 * 9 * 32 + 64 * 9 * 64 + 64 * 32);
    assert.equal(result.multiplyAdds, stem + first + second + third + normalised + 64 * 10);
    const add = result.layers.find(({ type }) => type === "Add");
    assert.equal(add?.from.length, 2);
    // Moving averages are not trained.
    assert.equal(result.parameters - result.trainableParameters, 2 * (3 * 16 + 3 * 32 + 3 * 64));
    assert.ok(show(result)["text/plain"]?.includes(add?.from.join(", ") ?? "?"));
  });

  it("counts a shared layer's weights once and its work each time", () => {
    const [a, b] = [tf.input({ shape: [6] }), tf.input({ shape: [6] })];
    const shared = tf.layers.dense({ name: "shared", units: 4 });
    const both = tf.layers.concatenate().apply([shared.apply(a), shared.apply(b)] as tf.SymbolicTensor[]);
    const result = summary(keep(tf.model({ inputs: [a, b], outputs: both as tf.SymbolicTensor })));
    const calls = result.layers.filter(({ name }) => name === "shared");
    assert.deepEqual(
      calls.map(({ parameters, multiplyAdds, shared: again }) => [parameters, multiplyAdds, again]),
      [
        [28, 24, false],
        [0, 24, true],
      ],
    );
    assert.equal(result.parameters, 28);
    assert.equal(result.multiplyAdds, 48);
  });

  it("shows nested models with their layers, sequential in functional and the other way round", () => {
    const input = tf.input({ shape: [4] });
    const inner = tf.model({
      name: "inner",
      inputs: input,
      outputs: tf.layers.dense({ name: "deep", units: 3 }).apply(input) as tf.SymbolicTensor,
    });
    const chain = tf.sequential({
      name: "chain",
      layers: [tf.layers.dense({ name: "first", inputShape: [5], units: 4 }), inner],
    });
    const outside = tf.input({ shape: [5] });
    const net = keep(tf.model({ name: "outer", inputs: outside, outputs: chain.apply(outside) as tf.SymbolicTensor }));
    const result = summary(net);
    assert.equal(result.parameters, 5 * 4 + 4 + 4 * 3 + 3);
    assert.equal(result.multiplyAdds, 5 * 4 + 4 * 3);
    const row = result.layers.find(({ name }) => name === "chain");
    assert.deepEqual([row?.parameters, row?.multiplyAdds], [39, 32]);
    assert.deepEqual(
      row?.layers.map(({ name, multiplyAdds }) => [name, multiplyAdds]),
      [
        ["first", 20],
        ["inner", 12],
      ],
    );
    assert.match(show(result)["text/plain"] ?? "", /\nchain .*\n {2}first .*\n {2}inner .*\n {4}\S+ .*\n {4}deep /);
  });

  it("says what can't be known, and takes a shape for an open one", () => {
    const net = keep(
      tf.sequential({
        layers: [
          tf.layers.conv2d({ inputShape: [null, null, 3] as unknown as number[], filters: 2, kernelSize: 3 }),
          tf.layers.globalAveragePooling2d({}),
          tf.layers.dense({ units: 5 }),
        ],
      }),
    );
    const open = summary(net);
    assert.equal(open.multiplyAdds, undefined);
    assert.match(show(open)["text/plain"] ?? "", /\[batch, \?, \?, 2\] +56 +\?\n[\s\S]*at least 10 multiply-adds/);
    assert.equal(summary(net, { inputShape: [10, 12, 3] }).multiplyAdds, 8 * 10 * 2 * 27 + 10);
    assert.throws(
      () => summary(net, { inputShape: [10, 12, 4] }),
      /^Error: invalid inputShape; expected a shape that fits \[batch, \?, \?, 3\]: \[10, 12, 4\]$/,
    );
    assert.throws(() => summary(net, { inputShape: [12, 3] }), /invalid inputShape/);
  });

  it("does not guess what a layer of one's own does", () => {
    const input = tf.input({ shape: [4] });
    const net = keep(tf.model({ inputs: input, outputs: new Square({}).apply(input) as tf.SymbolicTensor }));
    assert.equal(summary(net).multiplyAdds, undefined);
  });

  it("says what is wrong with its argument", () => {
    assert.throws(() => summary(tf.sequential()), /invalid model; expected one that knows its input's shape/);
    assert.throws(() => summary(tf.layers.dense({ units: 2 }) as never), /invalid model; expected a tf.LayersModel/);
    for (const wrong of [undefined, null, 3, {}]) assert.throws(() => summary(wrong as never), /invalid model/);
  });

  it("makes no tensors", () => {
    const net = keep(mlp({ inputShape: [8], classes: 2 }));
    const before = tf.memory().numTensors;
    summary(net);
    assert.equal(tf.memory().numTensors, before);
  });
});
