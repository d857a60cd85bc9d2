// Early stopping by itself: after how many epochs it ends training. What it does to a model's weights is in training's tests.
import assert from "node:assert/strict";
import { earlyStopping } from "../../../lib/callbacks/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { sgd } from "../../../lib/optimizers/index.js";
import { fit as train } from "../../../lib/training/fit.js";
import { smallNet, squares } from "../training/image-problem.js";

/** Epochs that a run has whose best epoch is the first of these values. */
async function epochsOf(values: readonly number[], patience: number): Promise<number> {
  const net = smallNet();
  try {
    const history = await train(net, {
      train: squares(16),
      epochs: values.length,
      optimizer: sgd(),
      // A log that is known beforehand.
      schedule: Object.assign((epoch: number) => values[epoch] ?? Number.NaN, { by: "epoch" as const }),
      callbacks: [earlyStopping({ monitor: "learningRate", mode: "min", patience })],
    });
    return history.epochs.length;
  } finally {
    net.dispose();
  }
}

describe("earlyStopping", () => {
  before(() => ready());

  // The counts of tf.keras.callbacks.EarlyStopping, which stops once `wait >= patience` after an epoch without improvement.
  const getsWorse = [1, 2, 3, 4, 5, 6, 7];
  for (const [patience, epochs] of [
    [0, 2],
    [1, 2],
    [2, 3],
    [3, 4],
  ] as const)
    it(`with patience ${patience} ends a run that gets worse from the start after epoch ${epochs}`, async () => {
      assert.equal(await epochsOf(getsWorse, patience), epochs);
    });

  it("waits anew after each improvement", async () => {
    assert.equal(await epochsOf([5, 6, 4, 5, 3, 4, 5, 6], 2), 7);
  });

  it("counts an epoch that is as good as the best as none that improves", async () => {
    assert.equal(await epochsOf([2, 2, 2, 2], 2), 3);
  });
});
