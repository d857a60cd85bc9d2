// Learning rates by hand: a plain function of the epoch is a schedule.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { sgd } from "../../../lib/optimizers/index.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import { smallNet, squares } from "./image-problem.js";

describe("a schedule by hand", () => {
  before(() => ready());

  const run = async (schedule: FitOptions["schedule"], learningRate = 0.2) => {
    const net = smallNet();
    const rates: number[] = [];
    try {
      const history = await train(net, {
        train: squares(20, { batchSize: 10 }),
        epochs: 3,
        optimizer: sgd({ learningRate }),
        ...(schedule && { schedule }),
        callbacks: [{ name: "rates", afterStep: (_step, logs) => void rates.push(logs.learningRate) }],
      });
      assert.equal(history.engine, "compiled");
      return { rates, column: history.column("learningRate") };
    } finally {
      net.dispose();
    }
  };

  it("is a function of the epochs that are done", async () => {
    const { rates, column } = await run((epoch) => 0.1 / (1 + epoch));
    assert.deepEqual(column, [0.1, 0.05, 0.1 / 3]);
    assert.deepEqual(rates, [0.1, 0.1, 0.05, 0.05, 0.1 / 3, 0.1 / 3]);
  });

  it("is given the optimizer's own rate", async () => {
    assert.deepEqual((await run((epoch, rate) => (epoch < 1 ? rate : rate / 2), 0.3)).column, [0.3, 0.15, 0.15]);
  });

  it("counts steps where it says so", async () => {
    const byStep = Object.assign((step: number) => 0.1 * (step + 1), { by: "step" as const });
    assert.deepEqual(
      (await run(byStep)).rates,
      [1, 2, 3, 4, 5, 6].map((count) => 0.1 * count),
    );
  });

  it("has to give a learning rate", async () => {
    const before = tf.memory().numTensors;
    for (const [schedule, value] of [
      [(epoch: number) => (epoch < 1 ? 0.1 : Number.NaN), "NaN"],
      [(epoch: number) => (epoch < 1 ? 0.1 : -0.1), "-0.1"],
      [(epoch: number) => [0.1][epoch], "undefined"],
      [async (epoch: number) => epoch, "a Promise"],
    ] as const) {
      const first =
        value === "a Promise"
          ? "schedule\\(0\\), the learning rate after 0"
          : "schedule\\(1\\), the learning rate after 1";
      await assert.rejects(
        run(schedule as FitOptions["schedule"]),
        new RegExp(`invalid ${first} epochs; expected a finite number, at least 0: ${value}`),
      );
    }
    await assert.rejects(
      run("0.1" as never),
      /invalid schedule; expected one of ml.schedules, .*, or a function of the epoch: "0.1"/,
    );
    const byBatch = Object.assign(() => 0.1, { by: "batch" });
    await assert.rejects(run(byBatch as never), /invalid schedule; expected one of ml.schedules/);
    assert.equal(tf.memory().numTensors, before);
  });
});
