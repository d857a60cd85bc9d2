// Nothing grows while a model trains: tensors, their bytes and onnxruntime's sessions stay as many over 20 epochs. (`npm run bench:memory`
// looks at the processes' memory.)
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../lib/engine/backend.js";
import { adamW } from "../../../lib/optimizers/index.js";
import { fit as train } from "../../../lib/training/fit.js";
import { smallNet, squares } from "./image-problem.js";
import { countingSessions } from "./open-sessions.js";

describe("memory over 20 epochs", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const mode of ["auto", "eager"] as const)
    it(`stays as it is after the first (${mode})`, async () => {
      const net = smallNet();
      const before = tf.memory();
      await countingSessions(async (count) => {
        const rows: { tensors: number; bytes: number; open: number; made: number }[] = [];
        await train(net, {
          train: squares(20, { batchSize: 8, shuffle: true }),
          validation: squares(12, { batchSize: 8 }),
          epochs: 20,
          optimizer: adamW(),
          clipNorm: 1,
          accumulateGradBatches: 2,
          mode,
          callbacks: [
            {
              name: "memory",
              afterEpoch: () => {
                const { numTensors, numBytes } = tf.memory();
                rows.push({ tensors: numTensors, bytes: numBytes, open: count.open, made: count.made });
              },
            },
          ],
        });
        assert.equal(rows.length, 20);
        for (const row of rows) assert.deepEqual(row, rows[0]);
        // Two shapes to train on and the update, two to validate on.
        assert.ok(mode === "eager" ? rows[0]?.open === 0 : (rows[0]?.open ?? 0) >= 5, JSON.stringify(rows[0]));
        assert.equal(count.open, 0);
      });
      assert.equal(tf.memory().numTensors, before.numTensors);
      assert.equal(tf.memory().numBytes, before.numBytes);
      net.dispose();
    });
});
