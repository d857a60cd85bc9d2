// A candidate beside the version that answers: it sees what was asked, is compared, and keeps nobody waiting.
import assert from "node:assert/strict";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { onnx } from "../../../lib/exporters/onnx.js";
import { type Mirror, start } from "../../../lib/serve/index.js";
import { type ModelFiles, modelFiles } from "./model-files.js";
import { answered, pictureFile, randomBytes, sendJSON, upload } from "./pictures.js";

const digit = [28, 28, 1] as const;

async function seen(mirror: Mirror, count: number): Promise<void> {
  const all = () => mirror.counts.compared + mirror.counts.failed + mirror.counts.dropped;
  while (all() < count) await mirror.changed();
}

describe("serve: mirror", () => {
  let files: ModelFiles;
  let slow: string;
  before(async () => {
    files = await modelFiles();
    slow = path.join(files.directory, "slow.onnx");
    const { conv2d, upSampling2d, globalAveragePooling2d, dense, reshape } = tf.layers;
    const model = tf.sequential({
      layers: [
        reshape({ targetShape: [2, 2, 1], inputShape: [4] }),
        upSampling2d({ size: [128, 128] }),
        conv2d({ filters: 32, kernelSize: 5 }),
        conv2d({ filters: 32, kernelSize: 5 }),
        globalAveragePooling2d({}),
        dense({ units: 3 }),
      ],
    });
    await onnx(model, slow, { tolerance: 0.01 });
    model.dispose();
  });
  after(() => files.remove());

  it("compares every answer, of several inputs a request, and what it is not asked any more it does not see", async () => {
    await using server = await start({ model: files.digits });
    const same = await server.mirror(files.digits, { version: "same" });
    const other = await server.mirror(files.otherDigits);
    assert.deepEqual([same.model, other.model.name], [{ name: "digits.onnx", version: "same" }, "digits-2.onnx"]);
    const classes: [number, number][] = [];
    await using beside = await start({ model: files.otherDigits });
    for (let i = 0; i < 20; i++) {
      const pictures = await Promise.all([2 * i, 2 * i + 1].map((seed) => pictureFile(randomBytes(784, seed), digit)));
      const [mine, its] = await Promise.all([
        answered(upload(server.url, pictures)),
        answered(upload(beside.url, pictures)),
      ]);
      mine.predictions.forEach((prediction, k) => {
        const another = its.predictions[k];
        assert.ok("class" in prediction && another && "class" in another);
        classes.push([prediction.class, another.class]);
      });
    }
    await Promise.all([seen(same, 40), seen(other, 40)]);
    assert.deepEqual(same.counts, { compared: 40, same: 40, failed: 0, dropped: 0, largestDifference: 0 });
    const { same: alike, largestDifference, ...rest } = other.counts;
    assert.deepEqual(rest, { compared: 40, failed: 0, dropped: 0 });
    // The candidate's names are letters, which the version that answers does not know: the classes are compared by number.
    assert.equal(alike, classes.filter(([a, b]) => a === b).length);
    assert.ok(alike < 40 && largestDifference > 0.01);
    await other.close();
    await answered(upload(server.url, [await pictureFile(randomBytes(784, 1), digit)]));
    await seen(same, 41);
    assert.deepEqual([other.isClosed, other.counts.compared, same.counts.compared], [true, 40, 41]);
    // What is mirrored is neither an answer nor a batch of the server.
    assert.equal(server.counts.predictions, 41);
    await server.close();
    assert.ok(same.isClosed);
  });

  it("keeps nobody waiting for a slow candidate: what is too much for it is dropped and counted", async () => {
    await using server = await start({ model: files.table });
    const mirror = await server.mirror(slow, { queue: 1 });
    const ask = () => answered(sendJSON(server.url, { inputs: [[1, 2, 3, 4]] }));
    await ask();
    const began = performance.now();
    await seen(mirror, 1);
    const candidate = performance.now() - began;
    const started = performance.now();
    for (let i = 0; i < 30; i++) await ask();
    const took = performance.now() - started;
    await seen(mirror, 31);
    const { compared, dropped } = mirror.counts;
    assert.equal(compared + dropped, 31);
    assert.ok(
      dropped >= 15,
      `${dropped} dropped; one input takes the candidate ${candidate} ms, 30 requests took ${took} ms`,
    );
    assert.ok(took < 15 * candidate, `30 requests took ${took} ms, one input takes the candidate ${candidate} ms`);
  });

  it("counts what the candidate can't answer, and goes on", async () => {
    await using server = await start({ model: files.words });
    const few = path.join(files.directory, "few-words.onnx");
    const { embedding, flatten, dense } = tf.layers;
    const model = tf.sequential({
      layers: [embedding({ inputDim: 2, outputDim: 2, inputLength: 3 }), flatten(), dense({ units: 2 })],
    });
    await onnx(model, few);
    model.dispose();
    const mirror = await server.mirror(few);
    await answered(
      sendJSON(server.url, {
        inputs: [
          [4, 4, 4],
          [0, 1, 0],
        ],
      }),
    );
    await seen(mirror, 2);
    const { compared, failed } = mirror.counts;
    assert.deepEqual([compared, failed], [1, 1]);
  });

  it("compares values within a tolerance", async () => {
    await using server = await start({ model: files.regression });
    const mirror = await server.mirror(files.regression, { tolerance: 0 });
    await answered(sendJSON(server.url, { inputs: [[1, 2]] }));
    await seen(mirror, 1);
    assert.deepEqual(mirror.counts, { compared: 1, same: 1, failed: 0, dropped: 0, largestDifference: 0 });
  });

  it("refuses what could not take the requests, and options that are wrong", async () => {
    await using server = await start({ model: files.digits });
    const cases: [() => Promise<unknown>, RegExp][] = [
      [() => server.mirror(files.table), /invalid file; expected a model of uint8 \[28, 28, 1\]: "float32 \[4\]"/],
      [
        () => server.mirror(path.join(files.directory, "none.onnx")),
        /invalid model; expected an ONNX file that can be read/,
      ],
      [() => server.mirror(files.digits, { queue: 0 }), /invalid queue/],
      [() => server.mirror(files.digits, { tolerance: -1 }), /invalid tolerance/],
      [() => server.mirror(files.digits, { versoin: "1" } as object), /did you mean version/],
    ];
    for (const [mirror, message] of cases) await assert.rejects(mirror(), message);
    await server.close();
    await assert.rejects(server.mirror(files.digits), /invalid server; expected one that runs/);
  });
});
