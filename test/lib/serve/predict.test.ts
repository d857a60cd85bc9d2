// POST /predict over real sockets: pictures and JSON get the answer of the exported file, bit for bit; what is no input is told the rule.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Check } from "typebox/value";
import { imageFolder } from "../../../lib/data/image-folder.js";
import { type Server, start } from "../../../lib/serve/index.js";
import { predictResponse } from "../../../lib/serve/schema.js";
import * as transforms from "../../../lib/transforms/index.js";
import { answersOf, type ModelFiles, modelFiles } from "./model-files.js";
import { answered, numbersOf, pictureFile, randomBytes, refused, sendJSON, upload } from "./pictures.js";

const digit = [28, 28, 1] as const;
const rows = (bytes: Uint8Array) =>
  Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_, x) => [bytes[28 * y + x] ?? 0]));

describe("serve: predictions", () => {
  let files: ModelFiles;
  let server: Server;
  before(async () => {
    files = await modelFiles();
    server = await start({ model: files.digits });
  });
  after(async () => {
    await server.close();
    files.remove();
  });

  it("answers a picture as the file does in this process, to the last bit", async () => {
    for (const [seed, format] of [
      [1, "png"],
      [2, "webp"],
    ] as const) {
      const bytes = randomBytes(784, seed);
      const answer = await answered(upload(server.url, [await pictureFile(bytes, digit, format)]));
      assert.ok(Check(predictResponse, answer), JSON.stringify(answer));
      const [prediction] = answer.predictions;
      assert.ok(prediction && "class" in prediction);
      const expected = await answersOf(files.digits, "uint8", bytes, [1, ...digit]);
      assert.deepEqual(prediction.scores, expected);
      assert.equal(prediction.class, expected.indexOf(Math.max(...expected)));
      assert.equal(prediction.label, String(prediction.class));
      const sum = expected.reduce((total, score) => total + Math.exp(score), 0);
      prediction.probabilities.forEach((value, i) => {
        assert.ok(Math.abs(value - Math.exp(expected[i] ?? 0) / sum) < 1e-12);
      });
    }
  });

  it("takes several pictures, lists of numbers, base64 and a bare file, all the same", async () => {
    const all = [3, 4, 5].map((seed) => randomBytes(784, seed));
    const pictures = await Promise.all(all.map((bytes) => pictureFile(bytes, digit)));
    const uploaded = await answered(upload(server.url, pictures));
    const scores = uploaded.predictions.map(numbersOf);
    const together = await answersOf(files.digits, "uint8", Buffer.concat(all), [3, ...digit]);
    assert.deepEqual(scores.flat(), together);
    assert.equal(new Set(uploaded.predictions.map(({ id }) => id)).size, 3);
    const inputs = all.flatMap((bytes, i) => [
      rows(bytes),
      { image: pictures[i]?.toString("base64") },
      { bytes: Buffer.from(bytes).toString("base64") },
    ]);
    const json = await answered(sendJSON(server.url, { inputs }));
    assert.deepEqual(
      json.predictions.map(numbersOf),
      scores.flatMap((each) => [each, each, each]),
    );
    const bare = await fetch(`${server.url}/predict`, {
      method: "POST",
      body: Uint8Array.from(pictures[0] ?? []),
      headers: { "content-type": "image/png" },
    });
    const { predictions } = await answered(Promise.resolve(bare));
    assert.deepEqual(numbersOf(predictions[0]), scores[0]);
  });

  it("answers float inputs of a model with probabilities, and its names", async () => {
    await using tables = await start({ model: files.table, version: "first" });
    const values = Float32Array.of(0.5, -1.25, 3, 0.1);
    const expected = await answersOf(files.table, "float32", values, [1, 4]);
    const bytes = Buffer.from(values.buffer).toString("base64");
    const answer = await answered(sendJSON(tables.url, { inputs: [Array.from(values), { bytes }] }));
    assert.deepEqual(answer.model, { name: "table.onnx", version: "first" });
    for (const prediction of answer.predictions) {
      assert.ok("class" in prediction);
      assert.deepEqual(prediction.probabilities, expected);
      assert.equal(prediction.scores, undefined);
      assert.equal(prediction.label, "abc"[prediction.class]);
    }
    const picture = await refused(upload(tables.url, [await pictureFile(randomBytes(784, 1), digit)]));
    assert.equal(picture.status, 415);
    assert.match(picture.error, /^invalid file 0; expected float32 numbers \[4\] as JSON/);
  });

  it("answers values of a model without classes", async () => {
    await using numbers = await start({ model: files.regression });
    const answer = await answered(sendJSON(numbers.url, { inputs: [[1, 2]] }));
    assert.ok(Check(predictResponse, answer));
    const expected = await answersOf(files.regression, "float32", Float32Array.of(1, 2), [1, 2]);
    assert.deepEqual(numbersOf(answer.predictions[0]), expected);
  });

  it("applies a transform that is not in the graph", async () => {
    const { compose, normalize, resize, toTensor } = transforms;
    const transform = compose([resize([8, 8]), toTensor(), normalize([0.5, 0.4, 0.3], [0.2, 0.3, 0.4])]);
    await using plain = await start({ model: files.plain, transform, imageShape: [12, 10, 3] });
    const bytes = randomBytes(360, 8);
    const batch = { values: bytes.slice(), shape: [1, 12, 10, 3] as const, labels: new Int32Array(1), classes: 0 };
    const ready = Float32Array.from(transform.transformBatch(batch, new Uint32Array(1)).values);
    const expected = await answersOf(files.plain, "float32", ready, [1, 8, 8, 3]);
    const answer = await answered(upload(plain.url, [await pictureFile(bytes, [12, 10, 3])]));
    assert.deepEqual(numbersOf(answer.predictions[0]), expected);
  });

  it("brings other pictures to size as imageFolder does, where it is told to", async () => {
    await using covering = await start({ model: files.digits, fit: "cover" });
    const picture = await pictureFile(randomBytes(90 * 61 * 3, 9), [90, 61, 3], "jpeg");
    const folder = path.join(files.directory, "pictures", "one");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "a.jpg"), picture);
    const data = await imageFolder(path.dirname(folder), { size: 28, channels: 1 });
    const expected = await answersOf(files.digits, "uint8", Uint8Array.from(data.get(0).values), [1, ...digit]);
    const answer = await answered(upload(covering.url, [picture]));
    assert.deepEqual(numbersOf(answer.predictions[0]), expected);
  });

  it("tells what is no input", async () => {
    const { url } = server;
    const picture = await pictureFile(randomBytes(784, 1), digit);
    const small = await pictureFile(randomBytes(100, 1), [10, 10, 1]);
    const large = await pictureFile(randomBytes(3600, 1), [60, 60, 1]);
    const gif = await pictureFile(randomBytes(784, 1), digit, "gif");
    const cases: [Promise<Response>, number, RegExp][] = [
      [upload(url, []), 400, /^invalid body; expected a multipart body with one file or more: "no file"$/],
      [
        upload(url, [Buffer.from("hello")]),
        415,
        /^invalid file 0; expected a picture \(png, jpeg, webp\): "5 other bytes"$/,
      ],
      [upload(url, [picture, gif]), 415, /^invalid file 1; expected a picture \(png, jpeg, webp\)/],
      [upload(url, [picture.subarray(0, 60)]), 422, /^invalid file 0; expected a picture that can be decoded: /],
      [upload(url, [small]), 422, /^invalid file 0; expected a picture of 28 × 28 pixels: "10 × 10"$/],
      [upload(url, [large]), 422, /^invalid file 0; expected a picture of 28 × 28 pixels: "60 × 60"$/],
      [
        upload(
          url,
          Array.from({ length: 65 }, () => picture),
        ),
        413,
        /^invalid body; expected at most 64 files: /,
      ],
      [sendJSON(url, "{"), 400, /^invalid body; expected JSON: /],
      [sendJSON(url, ""), 400, /^invalid body; expected JSON: /],
      [sendJSON(url, "[]"), 400, /^invalid body; expected an object \{ "inputs": \[ … \] \}: \[\]$/],
      [sendJSON(url, {}), 400, /^invalid body; expected an object \{ "inputs": \[ … \] \}: an object$/],
      [sendJSON(url, { inputs: [] }), 400, /^invalid inputs; expected a list of inputs, at least one: \[\]$/],
      [sendJSON(url, { inputs: [1] }), 400, /^invalid inputs\[0\]; expected nested lists of numbers, \{ "image"/],
      [sendJSON(url, { inputs: [{ image: 1 }] }), 400, /^invalid inputs\[0\]; expected nested lists/],
      [
        sendJSON(url, { inputs: [[]] }),
        422,
        /^invalid inputs\[0\]; expected numbers in lists \[28, 28, 1\]: "0 where 28 belong"$/,
      ],
      [sendJSON(url, { inputs: [rows(new Uint8Array(784)).with(3, [])] }), 422, /: "0 where 28 belong"$/],
      [
        sendJSON(url, { inputs: [rows(new Uint8Array(784)).with(27, Array(28).fill([256]))] }),
        422,
        /whole numbers from 0 to 255: 256$/,
      ],
      [sendJSON(url, { inputs: [{ image: "%%" }] }), 422, /^invalid inputs\[0\]\.image; expected base64: "%%"$/],
      [sendJSON(url, { inputs: [{ bytes: "AAAA" }] }), 422, /expected 784 bytes \(uint8 \[28, 28, 1\]\): 3$/],
      [
        fetch(`${url}/predict`, { method: "POST", body: "a" }),
        415,
        /^invalid content-type; expected multipart\/form-data, /,
      ],
      [fetch(`${url}/predict`, { method: "POST" }), 400, /^invalid /],
      [fetch(`${url}/predict`), 405, /^invalid method; expected POST for \/predict: "GET"$/],
      [fetch(`${url}/other`), 404, /^invalid path; expected one of \/predict, /],
      [fetch(`${url}/%zz`), 400, /^invalid path; expected a path of this server: /],
      [
        sendJSON(url, { inputs: [[]] }, { "content-encoding": "gzip" }),
        415,
        /^invalid content-encoding; expected none: "gzip"$/,
      ],
    ];
    for (const [sent, status, message] of cases) {
      const failure = await refused(sent);
      assert.match(failure.error, message);
      assert.equal(failure.status, status, failure.error);
      assert.ok(failure.error.includes(`expected ${failure.expected}`), failure.expected);
    }
  });

  it("lets an input that the model can't answer fail alone", async () => {
    await using words = await start({ model: files.words });
    const good = sendJSON(words.url, { inputs: [[0, 1, 4]] });
    const bad = sendJSON(words.url, { inputs: [[0, 1, 5]] });
    const alsoGood = sendJSON(words.url, { inputs: [[2, 2, 2]] });
    assert.equal((await answered(good)).predictions.length, 1);
    assert.equal((await answered(alsoGood)).predictions.length, 1);
    const failure = await refused(bad);
    assert.equal(failure.status, 422, failure.error);
    assert.match(failure.error, /^invalid inputs; expected numbers that the model can answer: /);
  });
});
