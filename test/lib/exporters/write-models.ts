// `node dist/test/lib/exporters/write-models.js DIRECTORY COUNT`: random nets as ONNX, each with an input and the model's answer beside it, for
// test/conformance/test_onnx.py, which asks Python's onnxruntime and ONNX's own checker.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { onnx } from "../../../lib/exporters/onnx.js";
import { randomNet } from "../engine/jit/random-net.js";

const [directory = "", count = "1"] = process.argv.slice(2);
await ready();
mkdirSync(directory, { recursive: true });
for (let seed = 0; seed < Number(count); seed++) {
  const model = randomNet(seed);
  const file = path.join(directory, `${seed}`);
  const { parity } = await onnx(model, `${file}.onnx`);
  const shape = (model.inputs[0]?.shape ?? []).slice(1).map(Number);
  // A batch that no recording had.
  const xs = tf.randomNormal([3, ...shape], 0, 1, "float32", seed);
  const ys = model.predict(xs) as tf.Tensor;
  const example = {
    shape: xs.shape,
    input: [...xs.dataSync()],
    output: [...ys.dataSync()],
    parity: parity.maxDifference,
  };
  writeFileSync(`${file}.json`, JSON.stringify(example));
  tf.dispose([xs, ys]);
  model.dispose();
}
