// Keras's own files: what Keras saved gives Keras's answers, what is written is read again, and what can't go over is named.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { ready } from "../../../lib/engine/backend.js";
import { decodeArchive, encodeArchive } from "../../../lib/exporters/keras/archive.js";
import type { Described, Json } from "../../../lib/exporters/keras/json.js";
import { keras, loadKeras } from "../../../lib/exporters/keras/keras.js";
import { inputsOf, kerasModels, withNoise } from "./keras-models.js";

const fixtures = fileURLToPath(new URL("../../../../test/fixtures/exporters/", import.meta.url));

interface Example {
  readonly inputs: readonly number[][][];
  readonly outputs: readonly number[][][];
}

describe("exporters.keras", () => {
  let directory: string;
  const { models } = JSON.parse(readFileSync(path.join(fixtures, "keras.json"), "utf8")) as {
    models: Record<string, Example>;
  };
  before(async () => {
    await ready();
    directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-keras-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string) => path.join(directory, name);
  const fixture = (name: string) => path.join(fixtures, `keras-${name}.keras`);

  /** A file of Keras's with another configuration. */
  function changed(name: string, change: (config: string) => string): string {
    const archive = decodeArchive(readFileSync(fixture(name)));
    const before = JSON.stringify(archive.config);
    const after = change(before);
    assert.notEqual(after, before, "nothing was changed");
    writeFileSync(file("changed.keras"), encodeArchive({ ...archive, config: JSON.parse(after) as unknown }));
    return file("changed.keras");
  }

  for (const [name, { inputs, outputs }] of Object.entries(models)) {
    it(`reads what Keras saved, and answers as Keras: ${name}`, async () => {
      const before = tf.memory().numTensors;
      const model = await loadKeras(fixture(name));
      assert.equal(tf.memory().numTensors, before + model.weights.length, "tensors left behind");
      const given = inputs.map((values) => tf.tensor(values));
      const answers = [model.predict(given)].flat() as tf.Tensor[];
      assert.equal(answers.length, outputs.length);
      answers.forEach((answer, k) => {
        const expected = tf.tensor(outputs[k] ?? []);
        assert.deepEqual(answer.shape, expected.shape);
        const difference = tf.tidy(() => answer.sub(expected).abs().max().dataSync()[0] ?? Number.NaN);
        assert.ok(difference <= 1e-5, `output ${k}: ${difference}`);
        expected.dispose();
      });
      tf.dispose([given, answers]);
      for (const weight of model.weights) weight.dispose();
    });
  }

  it("keeps what training needs: regularizers, constraints, rates, what is frozen", async () => {
    const model = await loadKeras(fixture("pictures"));
    const config = (name: string) => model.layers.find((layer) => layer.getClassName() === name)?.getConfig() ?? {};
    assert.deepEqual(config("Conv2D").kernelRegularizer, { className: "L1L2", config: { l1: 0, l2: 0.01 } });
    assert.equal(config("Dropout").rate, 0.2);
    const dense = model.layers.filter((layer) => layer.getClassName() === "Dense").map((layer) => layer.getConfig());
    assert.deepEqual(dense[0]?.biasConstraint, { className: "NonNeg", config: {} });
    model.dispose();
    const frozen = kerasModels.dense?.() as tf.LayersModel;
    for (const layer of frozen.layers.slice(0, 2)) layer.trainable = false;
    await keras(frozen, file("frozen.keras"));
    const copy = await loadKeras(file("frozen.keras"));
    assert.deepEqual(
      copy.trainableWeights.map(({ shape }) => shape),
      frozen.trainableWeights.map(({ shape }) => shape),
    );
    frozen.dispose();
    copy.dispose();
  });

  for (const [name, make] of Object.entries(kerasModels)) {
    it(`writes a file that gives the same answers when it is read: ${name}`, async () => {
      const model = withNoise(make());
      const inputs = inputsOf(model, 4);
      // Recurrent layers keep what they draw for dropout.
      tf.dispose(model.predict(inputs));
      const before = tf.memory().numTensors;
      const report = await keras(model, file(`${name}.keras`));
      assert.equal(tf.memory().numTensors, before, "tensors left behind");
      assert.equal(report.bytes, readFileSync(file(`${name}.keras`)).length);
      assert.equal(report.parameters, model.countParams());
      assert.ok(report.parity.maxDifference <= 1e-7, String(report.parity.maxDifference));
      const copy = await loadKeras(file(`${name}.keras`));
      const [own, other] = [model, copy].map((each) =>
        ([each.predict(inputs)].flat() as tf.Tensor[]).map((answer) => [...answer.dataSync()]),
      );
      assert.deepEqual(other, own);
      tf.dispose(inputs);
      model.dispose();
      copy.dispose();
    });
  }

  it("writes the same bytes again, and shows what it wrote", async () => {
    const model = withNoise(kerasModels.dense?.() as tf.LayersModel);
    const report = await keras(model, file("again.keras"));
    const text = (report as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.()[
      "text/plain"
    ];
    assert.match(
      String(text),
      /size +[\d,]+ bytes\nlayers +Dense × 3, Dropout, BatchNormalization, LayerNormalization\n/,
    );
    assert.match(String(text), /largest difference +\d\.\de[+-]\d+ on 8 samples, the file read again/);
    const first = readFileSync(file("again.keras"));
    await keras(model, file("again.keras"));
    assert.deepEqual(decodeArchive(readFileSync(file("again.keras"))).config, decodeArchive(first).config);
    model.dispose();
  });

  const l = tf.layers;
  const refused: readonly [string, () => tf.LayersModel, RegExp][] = [
    [
      "a layer that Keras doesn't have",
      () => tf.sequential({ layers: [l.thresholdedReLU({ theta: 1, inputShape: [3], name: "cut" })] }),
      /invalid layer cut \(ThresholdedReLU\); expected one of the layers that TensorFlow\.js and Keras share/,
    ],
    [
      "an activation that Keras computes otherwise",
      () => tf.sequential({ layers: [l.lstm({ units: 2, inputShape: [3, 2], name: "memory" })] }),
      /invalid recurrent_activation of layer memory \(LSTM\); expected one that .* compute alike .*: "hard_sigmoid"/,
    ],
    [
      "a setting that Keras computes otherwise",
      () =>
        tf.sequential({
          layers: [l.upSampling2d({ interpolation: "bilinear", inputShape: [3, 3, 1], name: "larger" })],
        }),
      /invalid interpolation of layer larger \(UpSampling2D\); expected nearest, in which .* agree: "bilinear"/,
    ],
    [
      "a name that Keras doesn't take",
      () => tf.sequential({ layers: [l.dense({ units: 2, inputShape: [3], name: "a/b" })] }),
      /invalid name of layer a\/b \(Dense\); expected one without \/, as Keras asks: "a\/b"/,
    ],
    [
      "a mask that Keras treats otherwise",
      () =>
        tf.sequential({
          layers: [
            l.masking({ inputShape: [3, 2], name: "gaps" }),
            l.bidirectional({
              layer: l.simpleRNN({ units: 2, returnSequences: true }) as tf.RNN,
              mergeMode: "concat",
              name: "both",
            }),
          ],
        }),
      /invalid layer both \(Bidirectional\); expected one that returns no sequences, .*layer gaps \(Masking\)/,
    ],
    [
      "a first state that is given",
      () => {
        const [xs, state] = [tf.input({ shape: [3, 2] }), tf.input({ shape: [2] })];
        const layer = l.simpleRNN({ units: 2, name: "memory" });
        const answer = layer.apply(xs, { initialState: [state] }) as tf.SymbolicTensor;
        return tf.model({ inputs: [xs, state], outputs: answer });
      },
      /invalid layer memory \(SimpleRNN\); expected a call without an initial state: "?2 tensors/,
    ],
  ];
  for (const [what, make, message] of refused) {
    it(`names ${what}, and writes nothing`, async () => {
      const model = make();
      writeFileSync(file("kept.keras"), "of before");
      await assert.rejects(keras(model, file("kept.keras")), message);
      assert.equal(readFileSync(file("kept.keras"), "utf8"), "of before");
      model.dispose();
    });
  }

  it("refuses arguments that can't be right", async () => {
    const model = kerasModels.stack?.() as tf.LayersModel;
    await assert.rejects(keras({} as tf.LayersModel, file("x.keras")), /invalid model; expected a tf\.LayersModel/);
    await assert.rejects(keras(model, file("x.h5")), /invalid file; expected a path that ends with \.keras/);
    await assert.rejects(keras(model, file("x.keras"), { tolerance: -1 }), /invalid tolerance/);
    await assert.rejects(keras(model, file("x.keras"), { samples: tf.zeros([2, 5]) }), /invalid samples/);
    await assert.rejects(keras(tf.sequential(), file("x.keras")), /invalid model; expected one whose input's shape is/);
    await assert.rejects(loadKeras(file("missing.keras")), /invalid file; expected a file that is there/);
    assert.ok(!existsSync(file("x.keras")));
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.endsWith(".tmp")),
      [],
    );
    model.dispose();
  });

  const foreign: readonly [string, string, (config: string) => string, RegExp][] = [
    [
      "a layer",
      "pictures",
      (config) => config.replace('"class_name":"Rescaling"', '"class_name":"Lambda"'),
      /invalid layer rescaling \(Lambda\); expected one of the layers that TensorFlow\.js and Keras share .*: "Lambda"/,
    ],
    [
      "a setting",
      "series",
      (config) => config.replace('"reset_after":false', '"reset_after":true'),
      /invalid reset_after of layer gru \(GRU\); expected false: true/,
    ],
    [
      "an activation",
      "series",
      (config) => config.replaceAll('"recurrent_activation":"sigmoid"', '"recurrent_activation":"hard_sigmoid"'),
      /invalid recurrent_activation of layer \w+ \(LSTM\); expected one that TensorFlow\.js and Keras compute alike/,
    ],
    [
      "a new setting",
      "words",
      (config) => config.replace('"units":2', '"units":2,"attention":"all"'),
      /invalid attention of layer dense\w* \(Dense\); expected a setting that TensorFlow\.js has too: "all"/,
    ],
    [
      "a type",
      "words",
      (config) => config.replaceAll('"config":{"name":"float32"}', '"config":{"name":"float64"}'),
      /invalid dtype of layer embedding \(Embedding\); expected float32, mixed_float16, mixed_bfloat16: "float64"/,
    ],
    [
      "halves that differ",
      "series",
      (config) => config.replace(/("backward_layer".*?"units":)2/, "$15"),
      /invalid layer bidirectional \(Bidirectional\); expected two layers of which one mirrors the other/,
    ],
    [
      "a call with more than tensors",
      "graph",
      (config) => config.replace('"kwargs":{}', '"kwargs":{"scale":2}'),
      /invalid calls of layer \w+ \(\w+\); expected calls with tensors alone/,
    ],
    [
      "weights of another shape",
      "words",
      (config) => config.replace('"output_dim":3', '"output_dim":4'),
      /invalid layers\/embedding\/vars\/0 in file; expected shape \[9, 4\]: "?\[9, 3\]/,
    ],
    [
      "another class of models",
      "words",
      (config) => config.replace('"class_name":"Sequential"', '"class_name":"MyModel"'),
      /invalid file; expected a Sequential or functional model: "MyModel"/,
    ],
  ];
  for (const [what, name, change, message] of foreign) {
    it(`names ${what} of Keras's that can't be read`, async () => {
      const before = tf.memory().numTensors;
      await assert.rejects(loadKeras(changed(name, change)), message);
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it("leaves out an initializer that TensorFlow.js doesn't have, and reads mixed precision", async () => {
    const other = changed("words", (config) =>
      config.replaceAll('"RandomUniform"', '"MyInitializer"').replaceAll('"name":"float32"', '"name":"mixed_float16"'),
    );
    const [model, plain] = [await loadKeras(other), await loadKeras(fixture("words"))];
    const xs = tf.tensor2d([[1, 2, 0, 4, 8]]);
    const [a, b] = [model, plain].map((each) => (each.predict(xs) as tf.Tensor).dataSync());
    assert.deepEqual(a, b);
    xs.dispose();
    model.dispose();
    plain.dispose();
  });

  it("refuses bytes that are no such file, with a word, whatever they are", async () => {
    const good = readFileSync(fixture("words"));
    const before = tf.memory().numTensors;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.option(fc.nat(good.length)),
        async (places, length) => {
          const bytes = good.slice(0, length ?? good.length);
          for (const [at, byte] of places) if (at < bytes.length) bytes[at] = byte;
          writeFileSync(file("hostile.keras"), bytes);
          try {
            (await loadKeras(file("hostile.keras"))).dispose();
          } catch (error) {
            assert.match(String(error), /^Error: invalid [^;]+; expected /);
          }
        },
      ),
      { numRuns: 150 },
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuses configurations that are no model's, with a word, whatever they are", async () => {
    const archive = decodeArchive(readFileSync(fixture("graph")));
    const before = tf.memory().numTensors;
    const paths = [...leaves(archive.config as Json)];
    await fc.assert(
      fc.asyncProperty(fc.nat(paths.length - 1), fc.jsonValue(), async (i, value) => {
        const config = replaced(archive.config as Json, paths[i] ?? [], value as Json);
        writeFileSync(file("config.keras"), encodeArchive({ ...archive, config }));
        try {
          for (const weight of (await loadKeras(file("config.keras"))).weights) weight.dispose();
        } catch (error) {
          assert.match(String(error), /^Error: invalid [^;]+; expected /);
        }
      }),
      { numRuns: 100 },
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuses other versions and archives without their parts", async () => {
    const archive = decodeArchive(readFileSync(fixture("words")));
    writeFileSync(file("two.keras"), encodeArchive({ ...archive, metadata: { keras_version: "2.15.0" } }));
    await assert.rejects(loadKeras(file("two.keras")), /invalid file; expected a model that Keras 3 saved: "2\.15\.0"/);
    const { config } = archive.config as Described;
    writeFileSync(file("empty.keras"), encodeArchive({ ...archive, weights: new Uint8Array(10) }));
    await assert.rejects(loadKeras(file("empty.keras")), /invalid file; expected weights in HDF5: /);
    assert.equal(typeof config.name, "string");
    writeFileSync(file("text.keras"), "no archive, but long enough to be one");
    await assert.rejects(loadKeras(file("text.keras")), /invalid file; expected a \.keras file with a zip archive/);
  });
});

function* leaves(value: Json, at: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (typeof value !== "object" || value === null) return yield at;
  for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...at, key]);
}

function replaced(value: Json, [key, ...rest]: readonly (string | number)[], by: Json): Json {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
  copy[key] = replaced(copy[key] ?? null, rest, by);
  return copy as Json;
}
