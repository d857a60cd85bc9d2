// A notebook that exports a model and serves it: the server shows itself, answers the cells of the same kernel, tells its store, and a Restart
// or the notebook's end leaves nothing open.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { Workplace } from "../kernel/cli/command.js";

const cells = [
  `const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [8, 8, 1] }), tf.layers.dense({ units: 3 })] })
const transform = ml.transforms.compose([ml.transforms.toTensor(), ml.transforms.normalize([0.5], [0.5])])
const classNames = ["a", "b", "c"]
const report = await ml.exporters.onnx(model, "model.onnx", { transform, classNames })
report`,
  `const seen: string[] = []
const store = { append(record: { id: string }) { seen.push(record.id) } }
const server = await ml.serve.start({ model: "model.onnx", port: 0, store }) // POST /predict (image upload or JSON), /healthz, /metrics, /docs
server`,
  `const inputs = [Array(8).fill(Array(8).fill([255]))]
const response = await fetch(server.url + "/predict", { method: "POST", body: JSON.stringify({ inputs }), headers: { "content-type": "application/json" } })
const answer = (await response.json()) as ml.serve.PredictResponse
const [prediction] = answer.predictions as readonly ml.serve.Classification[]
const expected = (model.predict(tf.ones([1, 8, 8, 1])) as tf.Tensor).arraySync() as number[][]
const differences = prediction?.scores?.map((score, i) => Math.abs(score - (expected[0]?.[i] ?? NaN))) ?? [NaN]
Math.max(...differences) < 1e-5 && classNames.includes(prediction?.label ?? "")`,
  `seen.length === 1 && seen[0] === prediction?.id`,
  "server",
  "await server.close()",
];

describe("notebook with a server", function () {
  this.timeout(300_000);
  const workplace = new Workplace();
  after(() => workplace.remove());

  it("serves what it exported", async () => {
    const file = workplace.path("serve.ipynb");
    const code = cells.map((source) => ({
      cell_type: "code",
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    }));
    writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells: code }));
    const ended = await workplace.run(["run", file]);
    assert.equal(ended.code, 0, ended.stderr);
    const run = JSON.parse(readFileSync(file, "utf8")) as {
      cells: { outputs: { data?: Record<string, string | string[]> }[] }[];
    };
    const shown = (i: number, type: string) => [run.cells[i]?.outputs[0]?.data?.[type] ?? []].flat().join("");
    assert.match(
      shown(1, "text/plain"),
      /^url +http:\/\/127\.0\.0\.1:\d+\nmodel +model\.onnx\nversion +[0-9a-f]{12}\n/,
    );
    assert.match(shown(1, "text/html"), /^<table>.*\/docs"/);
    assert.equal(shown(2, "text/plain"), "true");
    assert.equal(shown(3, "text/plain"), "true");
    assert.match(shown(4, "text/plain"), /requests +1\npredictions +1 in 1 batches of 1\.0/);
  });

  it("ends also where nobody closes the server", async () => {
    const file = workplace.path("open.ipynb");
    const code = cells
      .slice(0, 2)
      .map((source) => ({ cell_type: "code", metadata: {}, source, outputs: [], execution_count: null }));
    writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells: code }));
    const ended = await workplace.run(["run", file]);
    assert.equal(ended.code, 0, ended.stderr);
  });
});
