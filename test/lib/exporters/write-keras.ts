// `node dist/test/lib/exporters/write-keras.js DIRECTORY`: models as .keras files, each with inputs and the model's answers beside it, for
// test/conformance/test_keras.py and test/fixtures/exporters/check_keras.py.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { keras } from "../../../lib/exporters/keras/keras.js";
import { randomNet } from "../engine/jit/random-net.js";
import { inputsOf, kerasModels, withNoise } from "./keras-models.js";

const [directory = "", count = "20"] = process.argv.slice(2);
await ready();
mkdirSync(directory, { recursive: true });
const models = Object.entries(kerasModels).map(([name, make]) => ({ name, make: () => withNoise(make()) }));
const random = Array.from({ length: Number(count) }, (_, seed) => ({
  name: `random-${seed}`,
  make: () => randomNet(seed),
}));
for (const { name, make } of [...models, ...random]) {
  const model = make();
  await keras(model, path.join(directory, `${name}.keras`));
  const inputs = inputsOf(model, 3);
  const outputs = [model.predict(inputs)].flat() as tf.Tensor[];
  const numbers = (tensors: readonly tf.Tensor[]) =>
    tensors.map((tensor) => ({ shape: tensor.shape, values: [...tensor.dataSync()] }));
  const example = {
    inputs: numbers(inputs),
    outputs: numbers(outputs),
    weights: model.weights.map((weight) => ({ name: weight.originalName, ...numbers([weight.read()])[0] })),
  };
  writeFileSync(path.join(directory, `${name}.json`), JSON.stringify(example));
  tf.dispose([inputs, outputs]);
  model.dispose();
}
