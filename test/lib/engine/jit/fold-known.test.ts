// What is known beforehand is not part of an exported graph: batch normalization goes into the layer before it, and only there.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../../lib/engine/backend.js";
import { encodeModel } from "../../../../lib/engine/jit/onnx-model.js";
import { createSession, loadRuntime, runSession } from "../../../../lib/engine/jit/onnxruntime.js";
import { portableGraph } from "../../../../lib/engine/jit/portable-graph.js";
import { lenet5, resnet } from "../../../../lib/models/index.js";

const { batchNormalization, conv2d, dense, depthwiseConv2d } = tf.layers;

/** Moving averages, scales and shifts as after a training. */
function disturb(model: tf.LayersModel): void {
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map((value, i) => value.add(tf.randomUniform(value.shape, 0.1, 0.5, "float32", i))),
    ),
  );
}

/** The graph's operators, sorted, once its answers are the model's. */
async function operators(model: tf.LayersModel): Promise<string[]> {
  disturb(model);
  const shape = (model.inputs[0]?.shape ?? []).slice(1).map(Number);
  const predict = (...[xs]: tf.Tensor[]) => model.apply(xs as tf.Tensor, { training: false }) as tf.Tensor;
  const { graph, axes } = portableGraph(predict, [{ name: "x", shape, dtype: "float32" }], ["y"]);
  const runtime = await loadRuntime();
  const session = await createSession(encodeModel(graph, { axes }), 1);
  const xs = tf.randomNormal([3, ...shape], 0, 1, "float32", 1);
  const { y } = await runSession(session, {
    x: new runtime.Tensor("float32", xs.dataSync() as Float32Array, xs.shape),
  });
  const expected = model.predict(xs) as tf.Tensor;
  const own = expected.dataSync();
  const worst = Math.max(...own.map((value, i) => Math.abs(value - Number(y?.data[i])) / (1 + Math.abs(value))));
  assert.ok(worst < 1e-5, String(worst));
  await session.release();
  tf.dispose([xs, expected]);
  model.dispose();
  return graph
    .live()
    .map(({ operator }) => operator)
    .sort();
}

const arithmetic = (names: readonly string[]) =>
  names.filter((name) => /^(Add|Sub|Mul|Div|Sqrt|Reciprocal)$/.test(name));

describe("engine: what an exported graph need not compute", () => {
  before(() => ready());

  it("makes a normalization part of the convolution or the dense layer before it", async () => {
    assert.deepEqual(arithmetic(await operators(lenet5({ inputShape: [16, 16, 2], classes: 3, seed: 1 }))), []);
  });

  it("keeps what adds two layers' outputs", async () => {
    const model = resnet({ inputShape: [8, 8, 3], classes: 3, blocks: [1, 1], filters: 4, seed: 1 });
    assert.deepEqual([...new Set(arithmetic(await operators(model)))].includes("Sub"), false);
    const again = resnet({ inputShape: [8, 8, 3], classes: 3, blocks: [1, 1], filters: 4, seed: 1 });
    // One for each block, and the mean's division at the end.
    assert.deepEqual(arithmetic(await operators(again)), ["Add", "Add", "Mul"]);
  });

  it("scales each filter of a depthwise convolution, with its bias", async () => {
    const model = tf.sequential({
      layers: [depthwiseConv2d({ inputShape: [6, 6, 3], kernelSize: 3, depthMultiplier: 2 }), batchNormalization()],
    });
    assert.deepEqual(arithmetic(await operators(model)), []);
  });

  it("leaves alone what somebody else uses too", async () => {
    const input = tf.input({ shape: [6, 6, 2] });
    const inner = conv2d({ filters: 4, kernelSize: 3 }).apply(input) as tf.SymbolicTensor;
    const normalized = batchNormalization().apply(inner) as tf.SymbolicTensor;
    const output = tf.layers.concatenate().apply([inner, normalized]) as tf.SymbolicTensor;
    assert.ok(arithmetic(await operators(tf.model({ inputs: input, outputs: output }))).length > 0);
  });

  it("leaves alone what is normalized before a layer, or along another axis", async () => {
    const before = tf.sequential({
      layers: [batchNormalization({ inputShape: [5, 5, 2] }), conv2d({ filters: 4, kernelSize: 3 })],
    });
    assert.ok(arithmetic(await operators(before)).length > 0);
    const rows = tf.sequential({
      layers: [conv2d({ inputShape: [6, 6, 2], filters: 4, kernelSize: 3 }), batchNormalization({ axis: 1 })],
    });
    assert.ok(arithmetic(await operators(rows)).length > 0);
  });

  it("computes numbers from known numbers", async () => {
    const model = tf.sequential({
      layers: [dense({ inputShape: [3], units: 2 }), batchNormalization({ epsilon: 0.1 })],
    });
    assert.deepEqual(await operators(model), ["Gemm"]);
  });
});
