// Accumulated gradients against PyTorch's usual loop ((loss / k).backward() k times, then step()): 50 updates of a small net out of three
// batches each. The numbers come from test/fixtures/optimizers/make.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../lib/engine/backend.js";
import * as optimizers from "../../../lib/optimizers/index.js";
import { fit as train } from "../../../lib/training/fit.js";

interface Fixture {
  batchesPerUpdate: number;
  samples: number;
  features: number;
  classes: number;
  start: number[][];
  batches: { xs: number[]; ys: number[] }[];
  cases: {
    optimizer: "sgd" | "adam" | "adamW" | "rmsprop" | "adagrad";
    options: Record<string, number | boolean>;
    clip: { clipNorm?: number; clipValue?: number } | null;
    losses: number[];
    end: number[][];
  }[];
}

const file = new URL("../../../../test/fixtures/optimizers/accumulation.json", import.meta.url);
const fixture = JSON.parse(readFileSync(file, "utf8")) as Fixture;
const { samples, features, classes, batchesPerUpdate } = fixture;

const makers: Record<Fixture["cases"][number]["optimizer"], (options: object) => ReturnType<typeof optimizers.sgd>> =
  optimizers;

function net(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [features], units: 6, activation: "tanh" }),
      tf.layers.dense({ units: classes }),
    ],
  });
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(fixture.start[i] ?? [], shape))));
  return model;
}

const close = (actual: number, expected: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} for ${expected}`,
  );

describe("accumulated gradients", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const { optimizer, options, clip, losses, end } of fixture.cases)
    for (const mode of ["eager", "compiled"] as const)
      it(`of ${optimizer} ${JSON.stringify({ ...options, ...clip })} end where PyTorch's do (${mode})`, async () => {
        const batches = fixture.batches.map(({ xs, ys }) => ({
          xs: tf.tensor2d(xs, [samples, features]),
          ys: tf.tensor1d(ys, "int32"),
        }));
        const model = net();
        const seen: number[] = [];
        const history = await train(model, {
          train: batches,
          epochs: 1,
          metrics: [],
          optimizer: makers[optimizer](options),
          ...clip,
          accumulateGradBatches: batchesPerUpdate,
          mode,
          callbacks: [{ name: "losses", afterStep: (_step, { loss }) => void seen.push(loss) }],
        });
        assert.equal(history.engine.split(":")[0], mode);
        assert.equal(seen.length, losses.length);
        for (const [i, loss] of seen.entries()) close(loss, losses[i] ?? Number.NaN, `loss of batch ${i + 1}`);
        const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
        for (const [i, value] of weights.flat().entries()) close(value, end.flat()[i] ?? Number.NaN, `weight ${i}`);
        for (const { xs, ys } of batches) tf.dispose([xs, ys]);
        model.dispose();
      });
});
