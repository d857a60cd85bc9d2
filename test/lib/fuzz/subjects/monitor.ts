// The fuzz table's drift, stores and alarms.
import * as tf from "@tensorflow/tfjs";
import type * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";

const close = async (store: ml.monitor.Store) => {
  await store.close();
};

export const monitor: readonly Subject[] = [
  {
    name: "ml.monitor.drift",
    args: () => [
      Array.from({ length: 20 }, (_, i) => i),
      Array.from({ length: 12 }, (_, i) => i / 2),
      { alpha: 0.5, method: "psi", classMethod: "psi", resamples: 20, seed: 1 },
    ],
    // Chance is drawn as often as is asked for.
    fixed: ["resamples", "alpha"],
    runs: 60,
  },
  { name: "ml.monitor.imageFeatures", args: () => [tf.ones([2, 3, 4, 3])] },
  {
    name: "ml.monitor.open",
    args: () => [
      "sqlite::memory:",
      {
        sample: 0.5,
        queue: 100,
        maxMemory: 1e6,
        batchSize: 10,
        batchDelay: "100ms",
        timeout: "1s",
        now: () => 1e6,
      },
    ],
    use: close,
    // Another text is another place to write to.
    fixed: ["0"],
    runs: 60,
  },
];
