// Weights as safetensors: PyTorch's come in and give PyTorch's answers, what is written is read again, and files that lie are refused.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { ready } from "../../../lib/engine/backend.js";
import { loadSafetensors, safetensors } from "../../../lib/exporters/safetensors.js";
import { decodeSafetensors, encodeSafetensors } from "../../../lib/exporters/safetensors-file.js";

const fixtures = fileURLToPath(new URL("../../../../test/fixtures/exporters/", import.meta.url));
const torchFile = path.join(fixtures, "torch.safetensors");

/** The net of test/fixtures/exporters/make.py. */
function torchNet(): tf.LayersModel {
  const l = tf.layers;
  return tf.sequential({
    layers: [
      l.conv2d({ filters: 4, kernelSize: [3, 2], inputShape: [8, 6, 2] }),
      l.batchNormalization({ epsilon: 1e-5 }),
      l.reLU(),
      l.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }),
      l.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }),
      l.reLU(),
      l.flatten(),
      l.dropout({ rate: 0.5 }),
      l.dense({ units: 5, activation: "relu" }),
      l.layerNormalization({ epsilon: 1e-5 }),
      l.dense({ units: 3, useBias: false }),
    ],
  });
}

describe("exporters.safetensors", () => {
  let directory: string;
  const { input, output } = JSON.parse(readFileSync(path.join(fixtures, "torch.json"), "utf8")) as {
    input: number[][][][];
    output: number[][];
  };
  before(async () => {
    await ready();
    directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-safetensors-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string) => path.join(directory, name);

  function assertAnswers(model: tf.LayersModel): void {
    const answer = tf.tidy(() => (model.predict(tf.tensor(input)) as tf.Tensor).arraySync()) as number[][];
    answer.flat().forEach((value, i) => {
      assert.ok(Math.abs(value - (output.flat()[i] ?? Number.NaN)) < 1e-5, `${value} ${output.flat()[i]}`);
    });
  }

  it("reads a state_dict of PyTorch, whose net then gives PyTorch's answers", async () => {
    const model = torchNet();
    const before = tf.memory().numTensors;
    await loadSafetensors(model, torchFile, { layout: "pytorch" });
    assert.equal(tf.memory().numTensors, before);
    assertAnswers(model);
    model.dispose();
  });

  it("reads modules by the names that are given", async () => {
    const model = torchNet();
    const names = Object.fromEntries(
      model.layers
        .filter(({ weights }) => weights.length > 0)
        .map(({ name }, i) => [name, ["conv1", "norm", "deep", "up", "fc1", "scale", "fc2"][i] ?? ""]),
    );
    await loadSafetensors(model, torchFile, { layout: "pytorch", names });
    assertAnswers(model);
    const [first = ""] = Object.keys(names);
    const wrong = loadSafetensors(model, torchFile, { layout: "pytorch", names: { ...names, [first]: "conv9" } });
    await assert.rejects(wrong, /invalid file; expected a tensor conv9\.weight: /);
    model.dispose();
  });

  it("writes what PyTorch's load_state_dict takes", async () => {
    const model = torchNet();
    await loadSafetensors(model, torchFile, { layout: "pytorch" });
    const modules = ["conv1", "norm", "deep", "up", "fc1", "scale", "fc2"];
    const names = Object.fromEntries(
      model.layers.filter(({ weights }) => weights.length > 0).map(({ name }, i) => [name, modules[i] ?? ""]),
    );
    await safetensors(model, file("torch.safetensors"), { layout: "pytorch", names });
    const written = decodeSafetensors(readFileSync(file("torch.safetensors")));
    const original = decodeSafetensors(readFileSync(torchFile));
    original.tensors.delete("norm.num_batches_tracked");
    assert.deepEqual([...written.tensors.keys()].toSorted(), [...original.tensors.keys()].toSorted());
    for (const [name, tensor] of original.tensors) assert.deepEqual(written.tensors.get(name), tensor, name);
    assert.deepEqual(written.metadata, { format: "pt" });
    model.dispose();
  });

  it("writes and reads a model's own names", async () => {
    const [model, other] = [torchNet(), torchNet()];
    const report = await safetensors(model, file("own.safetensors"));
    assert.equal(report.bytes, readFileSync(file("own.safetensors")).length);
    const names = [...decodeSafetensors(readFileSync(file("own.safetensors"))).tensors.keys()];
    assert.deepEqual(
      names,
      model.weights.map(({ originalName }) => originalName),
    );
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    // The same net made again: its layers have other numbers in their names.
    await loadSafetensors(other, file("own.safetensors"));
    assert.deepEqual(
      other.getWeights().map((weight) => weight.dataSync().slice()),
      before,
    );
    model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
    await loadSafetensors(model, file("own.safetensors"));
    assert.deepEqual(
      model.getWeights().map((weight) => weight.dataSync().slice()),
      before,
    );
    model.dispose();
    other.dispose();
  });

  it("reads a net that is made again, of more than ten layers that are alike, in order", async () => {
    const net = () => {
      const dense = (i: number) =>
        tf.layers.dense({ units: 3, ...(i === 0 ? { inputShape: [3] } : {}), kernelInitializer: "randomNormal" });
      return tf.sequential({ layers: Array.from({ length: 12 }, (_, i) => dense(i)) });
    };
    const [model, again] = [net(), net()];
    await safetensors(model, file("alike.safetensors"));
    await loadSafetensors(again, file("alike.safetensors"));
    assert.deepEqual(
      again.getWeights().map((weight) => weight.dataSync().slice()),
      model.getWeights().map((weight) => weight.dataSync().slice()),
    );
    model.dispose();
    again.dispose();
  });

  it("refuses a net of another form, and says what the file has", async () => {
    const l = tf.layers;
    const model = tf.sequential({ layers: [l.dense({ units: 3, inputShape: [4] }), l.dense({ units: 2 })] });
    const other = tf.sequential({ layers: [l.dense({ units: 3, inputShape: [4] }), l.dense({ units: 5 })] });
    await safetensors(model, file("form.safetensors"));
    const before = other.getWeights().map((weight) => weight.dataSync().slice());
    await assert.rejects(
      loadSafetensors(other, file("form.safetensors")),
      /invalid file; expected a module for layer dense_Dense\d+ with kernel \[3, 5\], bias \[5\] .*: .*kernel \[4, 3\]/,
    );
    assert.deepEqual(
      other.getWeights().map((weight) => weight.dataSync().slice()),
      before,
    );
    model.dispose();
    other.dispose();
  });

  it("changes nothing when a shape is another", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], name: "fc2" })] });
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    await assert.rejects(
      loadSafetensors(model, torchFile, { layout: "pytorch" }),
      /invalid fc2\.weight in file; expected shape \[3, 4\]: "?\[3, 5\]/,
    );
    assert.deepEqual(
      model.getWeights().map((weight) => weight.dataSync().slice()),
      before,
    );
    model.dispose();
  });

  it("names a layer that PyTorch computes otherwise", async () => {
    const model = tf.sequential({ layers: [tf.layers.gru({ units: 3, inputShape: [4, 2], name: "memory" })] });
    await assert.rejects(
      safetensors(model, file("gru.safetensors"), { layout: "pytorch" }),
      /invalid layer memory; expected one whose weights PyTorch keeps too .*: "GRU"/,
    );
    assert.ok(!existsSync(file("gru.safetensors")));
    model.dispose();
  });

  it("reads half precision, bfloat16, doubles and whole numbers", () => {
    const header = {
      half: { dtype: "F16", shape: [4], data_offsets: [0, 8] },
      brain: { dtype: "BF16", shape: [2], data_offsets: [8, 12] },
      double: { dtype: "F64", shape: [1], data_offsets: [12, 20] },
      long: { dtype: "I64", shape: [], data_offsets: [20, 28] },
    };
    const text = Buffer.from(JSON.stringify(header));
    const data = Buffer.alloc(28);
    for (const [i, bits] of [0x3c00, 0xc000, 0x0001, 0x7c00, 0x3f80, 0xc2f7].entries()) data.writeUInt16LE(bits, 2 * i);
    data.writeDoubleLE(0.5, 12);
    data.writeBigInt64LE(-7n, 20);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const { tensors } = decodeSafetensors(Buffer.concat([length, text, data]));
    assert.deepEqual([...(tensors.get("half")?.values ?? [])], [1, -2, 2 ** -24, Number.POSITIVE_INFINITY]);
    assert.deepEqual([...(tensors.get("brain")?.values ?? [])], [1, -123.5]);
    assert.deepEqual([...(tensors.get("double")?.values ?? [])], [0.5]);
    assert.deepEqual([...(tensors.get("long")?.values ?? [])], [-7]);
  });

  it("refuses bytes that are no such file, with a word, whatever they are", () => {
    const good = encodeSafetensors([{ name: "a", shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }], { by: "test" });
    assert.deepEqual(decodeSafetensors(good).tensors.get("a")?.values, Float32Array.of(1, 2, 3, 4));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
        const changed = good.slice(0, length);
        if (at < changed.length) changed[at] = byte;
        try {
          decodeSafetensors(changed);
        } catch (error) {
          assert.match(String(error), /^Error: invalid file; expected a safetensors file with /);
        }
      }),
      { numRuns: 500 },
    );
    writeFileSync(file("text"), "no tensors here, but long enough");
  });

  it("says when the file is not there", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
    await assert.rejects(loadSafetensors(model, file("missing")), /invalid file; expected a file that is there/);
    model.dispose();
  });
});
